"""Plain text and Markdown."""

import re
from collections.abc import Iterator, Sequence

from ingest.readers.characters import decode, with_plain_line_ends
from ingest.readers.facts import sensible_title, year_of
from ingest.readers.layout import compose
from ingest.readers.limits import Limits
from ingest.readers.lines import Line, PrintedPage
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import Facts, RawPage, Reading, ReadingFailed
from ingest.readers.running_heads import without_running_heads
from service.domain.documents import Reason

HEADING_SIZES = (7.0, 6.0, 5.0, 4.0, 3.0, 2.0)
"""Sizes given to marked headings of level 1 to 6, so that they rank like printed ones. Text has size 1."""
LONGEST_TITLE_LINE = 120
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_FENCE = re.compile(r"```|~~~")
_FRONT_MATTER = re.compile(r"---\n(.*?\n)(?:---|\.\.\.)\n", re.DOTALL)
_FIELD = re.compile(r"^(\w+):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"(?:[*_-][ \t]*){3,}")
_MARKS = frozenset("[*_`>")
_MARKUP = (
    (re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,300})\]\[[^\]\n]{0,300}\]"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ ]{0,3}>[ ]?", re.MULTILINE), ""),
)


def read_text(data: bytes, limits: Limits, *, markdown: bool = False) -> Reading:
    """Read plain text, or Markdown with its marks taken off. A form feed begins a new page.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT, DAMAGED, NO_TEXT, TOO_MANY_PAGES or TOO_MUCH_TEXT.
    """
    text = with_plain_line_ends(decode(data))
    if not text.strip():
        raise ReadingFailed(Reason.NO_TEXT)
    fields, text = _front_matter(text)
    pages = [_printed_page(page, markdown=markdown) for page in text.strip("\f").split("\f")]
    builder = PageBuilder(limits)
    compose(without_running_heads(pages) if len(pages) > 1 else pages, builder)
    cover = builder.pages[0].text
    title = sensible_title(fields.get("title"), _title_line(cover), _first_heading(builder.pages))
    return Reading(Facts(title, year=year_of(title, [fields.get("date"), fields.get("year")], cover)), builder.pages)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    return {name.lower(): value for name, value in _FIELD.findall(match[1])}, text[match.end() :]


def _printed_page(text: str, *, markdown: bool) -> PrintedPage:
    rows = text.split("\n")
    lines = tuple(_markdown_lines(rows) if markdown else _plain_lines(rows))
    return PrintedPage(lines, height=len(rows))


def _plain_lines(rows: Sequence[str]) -> Iterator[Line]:
    for index, row in enumerate(rows):
        under = rows[index + 1] if index + 1 < len(rows) else ""
        if _is_underline(row) and index and rows[index - 1].strip():
            continue
        size = 1.0
        if row.strip() and _is_underline(under) and abs(len(under.strip()) - len(row.strip())) <= 3:
            size = HEADING_SIZES[0] if under.strip()[0] == "=" else HEADING_SIZES[1]
        yield from _line(row, len(rows) - index, size)


def _markdown_lines(rows: Sequence[str]) -> Iterator[Line]:
    fenced = False
    for index, row in enumerate(rows):
        if _FENCE.match(row.strip()):
            fenced = not fenced
            continue
        under = rows[index + 1] if index + 1 < len(rows) else ""
        marked = _HEADING.fullmatch(row.strip())
        if fenced:
            yield from _line(row, len(rows) - index, 1.0)
        elif marked:
            yield from _line(_without_markup(marked[2]), len(rows) - index, HEADING_SIZES[len(marked[1]) - 1])
        elif row.strip() and _UNDERLINE.fullmatch(under.strip()) and not row.lstrip().startswith(("|", "-", "*")):
            yield from _line(_without_markup(row), len(rows) - index, HEADING_SIZES[0 if "=" in under else 1])
        elif not _RULE.fullmatch(row.strip()) and not _UNDERLINE.fullmatch(row.strip()):
            yield from _line(_table_row(_without_markup(row)), len(rows) - index, 1.0)


def _is_underline(row: str) -> bool:
    return _UNDERLINE.fullmatch(row.strip()) is not None


def _without_markup(text: str) -> str:
    if _MARKS.isdisjoint(text):
        return text
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text


def _table_row(row: str) -> str:
    """Return a Markdown table row without its outer bars, and "" for the line of dashes under the header."""
    stripped = row.strip()
    if not (stripped.startswith("|") and stripped.endswith("|")):
        return row
    return "" if set(stripped) <= set("|-: ") else stripped.strip("|").strip()


def _line(row: str, baseline: int, size: float) -> Iterator[Line]:
    text = row.strip()
    if text:
        left = len(row) - len(row.lstrip())
        yield Line(text, left, left + len(text), baseline, size)


def _title_line(text: str) -> str:
    """Return the first line when it stands like a title, not like the beginning of a paragraph."""
    line = text.partition("\n")[0]
    return line if len(line) <= LONGEST_TITLE_LINE and not line.endswith((".", ",", ":", ";")) else ""


def _first_heading(pages: Sequence[RawPage]) -> str:
    return next((heading.text for page in pages for heading in page.headings), "")
