"""A document's text in small units, from which passages are put together: short paragraphs, sentences and headings."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ingest.contents import contents_spans
from service.domain.documents import Heading, Page

LONGEST = 180
"""Words in a unit at most; a longer sentence is cut in parts of PART words."""
PART = 150
WHOLE = 60
"""A paragraph with at most so many words is not cut into sentences."""
LONGEST_WORD = 200
LETTERS_PER_WORD = 15
"""Text without spaces counts as one word for so many characters."""

SENTENCE_CLOSE = re.compile(r"[.!?…][\"”’»)\]]*$")

_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*\s+(?=[\"”’»(\[–•-]?\s?[A-ZÅÄÖÉÜ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:t\.ex|bl\.a|m\.fl|m\.m|d\.v\.s|dvs|o\.s\.v|osv|s\.k|ca|kap|nr|st|resp|inkl|exkl|f\.d|p\.g\.a|e\.g|i\.e|etc"
    r"|vs|no|fig|dr|mr|mrs|ms|prof|approx|jan|feb|aug|sept|okt|oct|nov|dec)|\b[A-ZÅÄÖ]|^\s*\d{1,2})\.\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(rf"\S{{1,{LONGEST_WORD}}}")


class Kind(Enum):
    """What a unit is."""

    TEXT = "text"
    HEADING = "heading"
    CONTENTS = "contents"


class Unit(NamedTuple):
    """A sentence, a short paragraph, a heading or a table of contents, with its place; ``page`` is an index."""

    page: int
    start: int
    end: int
    words: int
    kind: Kind
    path: tuple[Heading, ...]
    ends_paragraph: bool


def units_of(pages: Sequence[Page]) -> list[Unit]:
    """Return the units of a document in reading order; every word is in one of them.

    A heading that neither text nor a lower heading follows is text, so that no word is lost.
    """
    return _with_lonely_headings_as_text(list(_units(pages)))


def _units(pages: Sequence[Page]) -> Iterator[Unit]:
    path: tuple[Heading, ...] = ()
    for number, page in enumerate(pages):
        if page.project_id is not None:
            path = ()
        position = 0
        for start, end, heading in _landmarks(page):
            if start < position:
                continue
            yield from _text_units(page.text, position, start, number, path)
            if heading is None:
                yield Unit(number, start, end, 0, Kind.CONTENTS, path, True)
            else:
                path = (*(outer for outer in path if outer.level < heading.level), heading)
                yield Unit(number, start, end, _size(page.text, start, end), Kind.HEADING, path, True)
            position = end
        yield from _text_units(page.text, position, len(page.text), number, path)


def _landmarks(page: Page) -> list[tuple[int, int, Heading | None]]:
    """Return headings and tables of contents (without heading) with their places, in order."""
    contents = [(start, end, None) for start, end in contents_spans(page.text)]
    headings = [(heading.start, heading.end_in(page.text), heading) for heading in page.headings]
    return sorted([*contents, *headings], key=lambda landmark: (landmark[0], landmark[2] is not None))


def _text_units(text: str, start: int, stop: int, page: int, path: tuple[Heading, ...]) -> Iterator[Unit]:
    """Yield the lines between two places: short ones whole, long ones sentence by sentence."""
    while start < stop:
        found = text.find("\n", start, stop)
        end = stop if found < 0 else found
        words = _size(text, start, end)
        if words:
            ends_paragraph = _ends_paragraph(text, end, stop)
            spans = [(start, end)] if words <= WHOLE else sentences(text, start, end)
            for first, last in spans:
                yield from _parts(text, first, last, page, path, ends_paragraph and last == end)
        start = end + 1


def _ends_paragraph(text: str, end: int, stop: int) -> bool:
    """Return whether a line ends a paragraph: a blank line follows, or a sentence ends the page; ":" wants its list."""
    if end == stop:
        return SENTENCE_CLOSE.search(text, max(end - 4, 0), end) is not None
    return text.startswith("\n\n", end) and text[end - 1] != ":"


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the sentences between two places of a text begin and end, each with the spaces after it."""
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start() + 1]):
            yield begin, match.end()
            begin = match.end()
    yield begin, end


def _parts(
    text: str, start: int, end: int, page: int, path: tuple[Heading, ...], ends_paragraph: bool
) -> Iterator[Unit]:
    """Yield a sentence, in parts at its words when it alone is longer than a passage may be."""
    words = _size(text, start, end)
    if 0 < words <= LONGEST:
        stripped = text[start:end].strip()
        start = text.index(stripped, start)
        yield Unit(page, start, start + len(stripped), words, Kind.TEXT, path, ends_paragraph)
        return
    begin, size = -1, 0
    last = start
    for word in _WORD.finditer(text, start, end):
        more = _size(text, word.start(), word.end())
        if begin >= 0 and size + more > PART:
            yield Unit(page, begin, last, size, Kind.TEXT, path, False)
            begin, size = -1, 0
        begin = word.start() if begin < 0 else begin
        last, size = word.end(), size + more
    if begin >= 0:
        yield Unit(page, begin, last, size, Kind.TEXT, path, ends_paragraph)


def _size(text: str, start: int, end: int) -> int:
    part = text[start:end]
    return max(len(part.split()), len(part.strip()) // LETTERS_PER_WORD)


def _with_lonely_headings_as_text(units: list[Unit]) -> list[Unit]:
    """Turn the headings that neither text nor a lower heading follows into text, so that no word is lost."""
    for number, unit in enumerate(units):
        following = units[number + 1] if number + 1 < len(units) else None
        if unit.kind is Kind.HEADING and (following is None or not _is_under(following, unit)):
            units[number] = unit._replace(kind=Kind.TEXT, path=unit.path[:-1])
    return units


def _is_under(unit: Unit, heading: Unit) -> bool:
    return unit.kind is not Kind.CONTENTS and unit.path[: len(heading.path)] == heading.path
