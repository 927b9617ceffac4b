"""Word documents, read straight from the package's XML: fast, and nothing in it is fetched or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.readers.archive import open_archive, read_entry
from ingest.readers.docx_styles import Styles
from ingest.readers.facts import sensible_title, year_of
from ingest.readers.limits import Limits
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import Facts, Reading, ReadingFailed
from ingest.readers.xml import attribute, children, local, parse_xml
from service.domain.documents import Reason

PAGE_BREAK = "\f"
WORDS_PER_PART = 3_000
WORDS_PER_PAGE = 900
"""Most words of a printed page. Longer stretches between hard breaks are chapters, not pages."""
LONGEST_CELL = 600
"""Characters; a table with a longer cell only places text and is read cell by cell."""
SKIPPED = frozenset("del moveFrom instrText delText pPr rPr tblPr trPr tcPr sectPr Fallback annotationRef".split())
KEPT_METADATA = {"subject": "subject", "keywords": "keywords", "creator": "author", "language": "language"}


def read_docx(data: bytes, limits: Limits) -> Reading:
    """Read a Word document.

    Pages are those that Word saw when it last laid the document out, or those between hard page breaks. A file without
    usable breaks has no pages; then it is divided into parts of at most about 3 000 words and ``metadata["pages"]``
    says "parts".

    Raises:
        ReadingFailed: DAMAGED, UNSAFE_ARCHIVE, NO_TEXT, TOO_MANY_PAGES or TOO_MUCH_TEXT.
    """
    with open_archive(data) as archive:
        content = read_entry(archive, "word/document.xml")
        styles = Styles.parse(read_entry(archive, "word/styles.xml"))
        notes = _notes(read_entry(archive, "word/footnotes.xml"))
        properties = _properties(read_entry(archive, "docProps/core.xml"))
    body = next((part for part in children(parse_xml(content)) if local(part) == "body"), None)
    if body is None:
        raise ReadingFailed(Reason.DAMAGED, "no body")
    blocks = list(_Body(styles, notes).blocks(body))
    builder = PageBuilder(limits)
    laid_out = _is_laid_out(content, blocks)
    _build(blocks, builder, None if laid_out else WORDS_PER_PART)
    if not any(page.text for page in builder.pages):
        raise ReadingFailed(Reason.NO_TEXT)
    parts = not laid_out and len(builder.pages) > 1
    return Reading(_facts(properties, blocks, builder.pages[0].text, parts=parts), builder.pages)


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a heading (level 1 and up) or a table, with page breaks as form feeds."""

    text: str
    level: int = 0
    is_title: bool = False
    is_item: bool = False


class _Body:
    """Walks the body in document order."""

    def __init__(self, styles: Styles, notes: dict[str, str]) -> None:
        self._styles = styles
        self._notes = notes

    def blocks(self, parent: Any) -> Iterator[_Block]:
        for element in children(parent):
            kind = local(element)
            if kind == "p":
                yield from self._paragraph(element)
            elif kind == "tbl":
                yield from self._table(element)
            elif kind not in SKIPPED:
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[_Block]:
        boxes: list[Any] = []
        notes: list[str] = []
        text = "".join(self._inline(element, boxes, notes))
        look = self._styles.look(element)
        if look.breaks_page_before:
            text = PAGE_BREAK + text
        is_item = look.is_list_item and not look.level and bool(text.strip())
        yield _Block(_with_bullet(text) if is_item else text, look.level, look.is_title, is_item)
        for box in boxes:
            yield from self.blocks(box)
        for note in notes:
            yield _Block(self._notes.get(note, ""))

    def _inline(self, element: Any, boxes: list[Any], notes: list[str]) -> Iterator[str]:
        for child in children(element):
            kind = local(child)
            if kind == "t":
                yield child.text or ""
            elif kind == "txbxContent":
                boxes.append(child)
            elif kind in {"footnoteReference", "endnoteReference"}:
                notes.append(attribute(child, "id"))
            elif kind in _CHARACTERS:
                yield _CHARACTERS[kind]
            elif kind == "br":
                yield PAGE_BREAK if attribute(child, "type") == "page" else "\n"
            elif kind not in SKIPPED:
                yield from self._inline(child, boxes, notes)

    def _table(self, table: Any) -> Iterator[_Block]:
        rows = [[list(self.blocks(cell)) for cell in _cells(row)] for row in _rows(table)]
        texts = [[_cell_text(cell) for cell in row] for row in rows]
        if max(map(len, texts), default=0) < 2 or any(len(text) > LONGEST_CELL for row in texts for text in row):
            yield from (block for row in rows for cell in row for block in cell)
        else:
            yield _Block("\n".join(filter(None, (_row_text(row) for row in texts))))


_CHARACTERS = {
    "tab": " ",
    "cr": "\n",
    "noBreakHyphen": "-",
    "lastRenderedPageBreak": PAGE_BREAK,
    "sym": "",
}


def _with_bullet(text: str) -> str:
    """Put the bullet after a page break that stands before the item."""
    stripped = text.lstrip(f"{PAGE_BREAK} ")
    return f"{text[: len(text) - len(stripped)]}• {stripped}"


def _rows(table: Any) -> Iterator[Any]:
    for element in children(table):
        if local(element) == "tr":
            yield element
        elif local(element) not in SKIPPED:
            yield from _rows(element)


def _cells(row: Any) -> Iterator[Any]:
    for element in children(row):
        if local(element) == "tc":
            yield element
        elif local(element) not in SKIPPED:
            yield from _cells(element)


def _cell_text(blocks: list[_Block]) -> str:
    text = " ".join(block.text for block in blocks)
    return re.sub(r"[^\S\f]+", " ", text).strip(" ")


def _row_text(cells: list[str]) -> str:
    if not any(cell.strip() for cell in cells):
        return ""
    text = " | ".join(cell.replace(PAGE_BREAK, "") for cell in cells)
    # A row that crosses pages belongs to the page where it begins; the next row is on the new one.
    broken = any(PAGE_BREAK in cell for cell in cells)
    starts_page = any(cell.startswith(PAGE_BREAK) for cell in cells)
    return f"{PAGE_BREAK}{text}" if starts_page else text + (PAGE_BREAK if broken else "")


def _is_laid_out(document: bytes, blocks: list[_Block]) -> bool:
    """Return whether the page breaks are those of printed pages: Word noted them, or no hard-broken page is too long."""
    if b"lastRenderedPageBreak" in document:
        return True
    stretches = "\n".join(block.text for block in blocks).split(PAGE_BREAK)
    return len(stretches) > 1 and all(len(stretch.split()) <= WORDS_PER_PAGE for stretch in stretches)


def _build(blocks: list[_Block], builder: PageBuilder, most_words: int | None) -> None:
    """Add the blocks page by page; with ``most_words`` a page also ends before it grows longer, or at a heading."""
    words, after_item = 0, False
    for block in blocks:
        first, *rest = block.text.split(PAGE_BREAK)
        size = len(block.text.split())
        if most_words and words and _is_full(words, size, block.level, most_words):
            builder.end_page()
            words = 0
        builder.add(first, block.level, goes_on=block.is_item and after_item)
        level = 0 if first.strip() else block.level
        for text in rest:
            # Word notes a hard break and the page it led to: two breaks with nothing between are one.
            if not builder.page_is_empty:
                builder.end_page()
            builder.add(text, level)
            level = 0 if text.strip() else level
        words = size if rest else words + size
        after_item = block.is_item
    if not builder.page_is_empty:
        builder.end_page()


def _is_full(words: int, more: int, level: int, most: int) -> bool:
    return words + more > most or (level in {1, 2} and words > most // 2)


def _notes(data: bytes) -> dict[str, str]:
    if not data:
        return {}
    body = _Body(Styles({}), {})
    return {
        attribute(note, "id"): " ".join(block.text for block in body.blocks(note)).strip()
        for note in children(parse_xml(data))
    }


def _properties(data: bytes) -> dict[str, str]:
    return {local(part): (part.text or "").strip() for part in children(parse_xml(data))} if data else {}


def _facts(properties: dict[str, str], blocks: list[_Block], cover: str, *, parts: bool) -> Facts:
    by_style = " ".join(block.text.strip() for block in blocks if block.is_title)
    first_heading = next((block.text for block in blocks if block.level and block.text.strip()), "")
    title = sensible_title(properties.get("title"), by_style, first_heading)
    metadata = {name: properties[key] for key, name in KEPT_METADATA.items() if properties.get(key)}
    if parts:
        metadata["pages"] = "parts"
    year = year_of(title, [properties.get("created"), properties.get("modified")], cover)
    return Facts(title, year=year, metadata=metadata)
