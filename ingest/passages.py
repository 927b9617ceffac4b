"""From pages to passages: pieces of text that can be found, read and cited on their own.

A passage stays inside its section, is 80–180 words where the material allows, lies on one page or on two that follow each
other, and is in one language. Sections too small to stand alone join their neighbour. Tables of contents make no passages:
they match every question about every chapter and answer none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.documents import Heading, Page, Passage, passage_id

SPLITTER = "1"
"""Version of the rules here. Raising it changes every passage id."""
FEWEST, GOAL, MOST = 80, 130, 180
"""Words in a passage: a paragraph's end ends it from FEWEST, a sentence's end from GOAL, and it never exceeds MOST."""
TINY = 40
"""A passage with fewer words joins a neighbour if it can."""
CONTENTS_LINES = 4

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]?\s+(?=[\"”’(–\-•]?\s?[A-ZÅÄÖÉ0-9])|\s*\n+\s*")
ABBREVIATION = re.compile(
    r"(?:\b(?:t\.ex|bl\.a|m\.fl|m\.m|d\.v\.s|dvs|o\.s\.v|osv|s\.k|ca|kap|nr|st|resp|inkl|exkl|f\.d|p\.g\.a|e\.g|i\.e|etc"
    r"|vs|no|fig|dr|mr|ms|approx)|\b[A-ZÅÄÖ])\.$",
    re.IGNORECASE,
)
LEADER = re.compile(r"(?:\.\s?){4,}\s*\d+|…{2,}\s*\d+|\t\s*\d+\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or a heading, with its place."""

    page: int
    start: int
    end: int
    words: int
    heading: bool
    path: tuple[str, ...]
    ends_paragraph: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """Units first..last (inclusive) that become one passage."""

    first: int
    last: int
    words: int
    path: tuple[str, ...]


def split(document_id: str, pages: Sequence[Page]) -> tuple[Passage, ...]:
    """Return the passages of a document, in reading order.

    ``text`` is the text between the offsets with white space tidied: what is cited is what stands on the page.
    """
    units = list(_units(pages))
    pieces = _joined(list(_packed(units, pages)), units, pages) or _headings_only(units)
    return tuple(_passage(document_id, ordinal, piece, units, pages) for ordinal, piece in enumerate(pieces))


def is_contents(text: str) -> bool:
    """Return whether a page is a table of contents: several lines with leaders to a page number."""
    return len(LEADER.findall(text)) >= CONTENTS_LINES


def _units(pages: Sequence[Page]) -> Iterator[_Unit]:
    stack: list[Heading] = []
    for number, page in enumerate(pages):
        if is_contents(page.text):
            continue
        if page.project_id is not None:
            stack = []
        position = 0
        for heading in sorted(page.headings, key=lambda h: h.start):
            if heading.start < position:
                continue
            yield from _sentences(page.text, position, heading.start, number, stack)
            stack = [outer for outer in stack if outer.level < heading.level] + [heading]
            position = _end_of_heading(page.text, heading)
            yield _unit(page.text, heading.start, position, number, stack, heading=True)
        yield from _sentences(page.text, position, len(page.text), number, stack)


def _end_of_heading(text: str, heading: Heading) -> int:
    if text.startswith(heading.text, heading.start):
        return heading.start + len(heading.text)
    line_end = text.find("\n", heading.start)
    return len(text) if line_end < 0 else line_end


def _sentences(text: str, start: int, end: int, page: int, stack: Sequence[Heading]) -> Iterator[_Unit]:
    begin = start
    for match in SENTENCE_END.finditer(text, start, end):
        paragraph = "\n" in match.group()
        if not paragraph and ABBREVIATION.search(text, max(begin, match.start() - 12), match.start()):
            continue
        yield from _cut(text, begin, match.start(), page, stack, ends_paragraph=paragraph)
        # A closing quotation mark belongs to the sentence that it closes.
        begin = match.end()
    yield from _cut(text, begin, end, page, stack, ends_paragraph=True)


def _cut(
    text: str, start: int, end: int, page: int, stack: Sequence[Heading], *, ends_paragraph: bool
) -> Iterator[_Unit]:
    """Yield a sentence, in parts when it alone is longer than a passage may be."""
    words = list(re.finditer(r"\S+", text[start:end]))
    for first in range(0, len(words), GOAL if len(words) > MOST else MOST):
        part = words[first : first + (GOAL if len(words) > MOST else MOST)]
        last = part[-1] is words[-1]
        yield _unit(
            text,
            start + part[0].start(),
            start + part[-1].end(),
            page,
            stack,
            ends_paragraph=ends_paragraph and last,
            words=len(part),
        )


def _unit(
    text: str,
    start: int,
    end: int,
    page: int,
    stack: Sequence[Heading],
    *,
    heading: bool = False,
    ends_paragraph: bool = True,
    words: int | None = None,
) -> _Unit:
    count = len(text[start:end].split()) if words is None else words
    return _Unit(page, start, end, count, heading, tuple(h.text for h in stack), ends_paragraph)


def _packed(units: Sequence[_Unit], pages: Sequence[Page]) -> Iterator[_Piece]:
    """Fill pieces sentence by sentence, never over a heading, a change of language or a third page."""
    first, words = -1, 0
    for number, unit in enumerate(units):
        if first >= 0 and (unit.heading or not _fits(units[first], unit, words, pages)):
            yield _Piece(first, number - 1, words, units[first].path)
            first, words = -1, 0
        if unit.heading:
            continue
        if first < 0:
            first = number
        words += unit.words
        if words >= GOAL or (words >= FEWEST and unit.ends_paragraph):
            yield _Piece(first, number, words, units[first].path)
            first, words = -1, 0
    if first >= 0:
        yield _Piece(first, len(units) - 1, words, units[first].path)


def _fits(first: _Unit, unit: _Unit, words: int, pages: Sequence[Page]) -> bool:
    return words + unit.words <= MOST and unit.page - first.page <= 1 and _alike(pages[first.page], pages[unit.page])


def _alike(one: Page, other: Page) -> bool:
    return one.language == other.language and one.project_id == other.project_id


def _joined(pieces: list[_Piece], units: Sequence[_Unit], pages: Sequence[Page]) -> list[_Piece]:
    """Join tiny pieces to a neighbour: the one before in the same section first, else the one after, else before."""
    done: list[_Piece] = []
    for piece in pieces:
        before = done[-1] if done else None
        if before is not None and _should_join(before, piece) and _can_join(before, piece, units, pages):
            done[-1] = _together(before, piece, units)
        else:
            done.append(piece)
    return done


def _should_join(before: _Piece, piece: _Piece) -> bool:
    if before.path == piece.path:
        return min(before.words, piece.words) < FEWEST
    return min(before.words, piece.words) < TINY


def _can_join(before: _Piece, piece: _Piece, units: Sequence[_Unit], pages: Sequence[Page]) -> bool:
    first, last = units[before.first], units[piece.last]
    between = sum(unit.words for unit in units[before.last + 1 : piece.first])
    return (
        before.words + between + piece.words <= MOST
        and last.page - first.page <= 1
        and all(_alike(pages[first.page], pages[unit.page]) for unit in units[before.first : piece.last + 1])
    )


def _together(before: _Piece, piece: _Piece, units: Sequence[_Unit]) -> _Piece:
    words = sum(unit.words for unit in units[before.first : piece.last + 1])
    larger = before if before.words >= piece.words else piece
    return replace(before, last=piece.last, words=words, path=larger.path)


def _headings_only(units: Sequence[_Unit]) -> list[_Piece]:
    """A document of headings alone is still findable by them."""
    return [_Piece(number, number, unit.words, unit.path) for number, unit in enumerate(units)]


def _passage(document_id: str, ordinal: int, piece: _Piece, units: Sequence[_Unit], pages: Sequence[Page]) -> Passage:
    first, last = units[piece.first], units[piece.last]
    page_from, page_to = pages[first.page], pages[last.page]
    if first.page == last.page:
        text = page_from.text[first.start : last.end]
    else:
        text = f"{page_from.text[first.start :].rstrip()}\n{page_to.text[: last.end].lstrip()}"
    return Passage(
        id=passage_id(document_id, SPLITTER, ordinal),
        document_id=document_id,
        ordinal=ordinal,
        text=_tidy(text),
        heading_path=piece.path,
        page_from=page_from.number,
        page_to=page_to.number,
        start=first.start,
        end=last.end,
        language=page_from.language,
        project_id=page_from.project_id,
    )


def _tidy(text: str) -> str:
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
