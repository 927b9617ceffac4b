"""The lines of a PDF page with their place and look, as PDFium measures them.

Only the first, middle and last character of each line are measured: asking about every one would take most of the time.
"""

import ctypes
import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from ingest.readers.columns import NARROWEST_GAP, Segment, in_reading_order, mixed_gutter
from ingest.readers.lines import Line, PrintedPage

MOST_SEGMENTS = 500
BOLD_WEIGHT = 600
NARROWEST = 0.15
"""Average width of a character, in sizes, below which a line runs up or down the page. Its size is given as 0."""
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"semibd", b"demi")
_LINE_HYPHENS = ("\x02", "\ufffe")


def printed_page(document: Any, index: int) -> PrintedPage:
    """Return a page (index from 0) of a ``pypdfium2.PdfDocument`` with its lines in reading order.

    Raises:
        pypdfium2.PdfiumError: the page cannot be loaded.
    """
    with closing(document[index]) as page, closing(page.get_textpage()) as text_page:
        ruler = _Ruler(text_page, page.get_rotation(), page.get_size())
        lines = tuple(ruler.lines())
        gutter = mixed_gutter(ruler.segments(), lines)
        if gutter is not None:
            lines = in_reading_order(tuple(ruler.lines(gutter)), gutter)
        return PrintedPage(lines, page.get_height(), document.get_page_label(index))


class _Ruler:
    """Measures the text of one page. Characters are counted as PDFium counts them."""

    def __init__(self, text_page: Any, rotation: int, size: tuple[float, float]) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = text_page
        self._rotation = rotation
        self._width, self._height = size
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y, self._flags = ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
        self._name = ctypes.create_string_buffer(96)

    def lines(self, gutter: float | None = None) -> Iterator[Line]:
        """Yield the lines in the file's order, those that cross the gutter in two."""
        for text, start, end in _spans(self._page.get_text_range()):
            line = self._line(text, start, end)
            cut = self._cut(line, start, gutter) if gutter is not None else 0
            if cut:
                yield self._line(text[:cut], start, start + cut - 1)
                yield self._line(text[cut + 1 :], start + cut + 1, end)
            else:
                yield line

    def segments(self) -> list[Segment]:
        """Return the unbroken runs of text; none for a turned or an overfull page, which is left as it is."""
        count = self._raw.FPDFText_CountRects(self._page, 0, -1)
        if count > MOST_SEGMENTS or self._rotation:
            return []
        left, top, right, bottom = (ctypes.c_double() for _ in range(4))
        segments = []
        for index in range(count):
            self._raw.FPDFText_GetRect(self._page, index, left, top, right, bottom)
            segments.append((left.value, right.value))
        return segments

    def _line(self, text: str, start: int, end: int) -> Line:
        first = self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, start)
        last = self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, end)
        if text[-1] in _LINE_HYPHENS and last > first:
            # The mark stands for a hyphen but has no place of its own.
            last -= 1
        # Sorted, because the first character of a line of Arabic stands farthest right.
        edges = sorted((*self._edges(first), *self._edges(last)))
        width = edges[-1] - edges[0]
        size = self._size((first + last) // 2)
        is_level = len(text) < 3 or width > NARROWEST * size * len(text)
        bold = self._is_bold(first) and self._is_bold(last)
        return Line(text, edges[0], edges[-1], self._baseline(first), size if is_level else 0.0, bold)

    def _edges(self, index: int) -> tuple[float, float]:
        box = self._box
        self._raw.FPDFText_GetLooseCharBox(self._page, index, box)
        return self._shown(box.left, box.bottom)[0], self._shown(box.right, box.top)[0]

    def _baseline(self, index: int) -> float:
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return self._shown(self._x.value, self._y.value)[1]

    def _size(self, index: int) -> float:
        """Return the size in points as shown, to half a point."""
        self._raw.FPDFText_GetMatrix(self._page, index, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return float(round(self._raw.FPDFText_GetFontSize(self._page, index) * scale * 2) / 2)

    def _is_bold(self, index: int) -> bool:
        if self._raw.FPDFText_GetFontWeight(self._page, index) >= BOLD_WEIGHT:
            return True
        # Subset fonts often state no weight; their names do.
        self._raw.FPDFText_GetFontInfo(self._page, index, self._name, len(self._name), self._flags)
        name = self._name.value.lower()
        return any(mark in name for mark in _BOLD_NAMES)

    def _cut(self, line: Line, start: int, gutter: float) -> int:
        """Return the offset of the space in a line after which the right column begins, or 0."""
        if not line.left < gutter < line.right:
            return 0
        for offset, character in enumerate(line.text[:-1]):
            if character == " " and offset and self._edges(start + offset + 1)[0] >= gutter - 1.5:
                gap = self._edges(start + offset + 1)[0] - self._edges(start + offset - 1)[1]
                return offset if gap >= NARROWEST_GAP else 0
        return 0

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point with the page, when the page is shown rotated."""
        if self._rotation == 90:
            return y, self._height - x
        if self._rotation == 180:
            return self._width - x, self._height - y
        if self._rotation == 270:
            return self._width - y, x
        return x, y


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each printed line with the offsets of its first and last character, counted in UTF-16 units."""
    for mark in _LINE_HYPHENS:
        text = text.replace(mark, mark + "\n")
    wide = not text.isascii() and max(text) > "\uffff"
    offset = 0
    for raw in text.split("\n"):
        line = raw.strip()
        start = offset + len(raw) - len(raw.lstrip())
        if line:
            yield line, start, start + _units(line, wide=wide) - 1
        # The line end that was put in after a hyphen is not in PDFium's own count.
        offset += _units(raw, wide=wide) + (0 if raw.endswith(_LINE_HYPHENS) else 1)


def _units(text: str, *, wide: bool) -> int:
    return len(text.encode("utf-16-le")) // 2 if wide else len(text)
