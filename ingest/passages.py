"""From pages to passages: pieces of text that can be found, read and cited on their own.

A passage stays in its section, is 80–180 words where the material allows, lies on one page or on two that follow each other,
and is in one language and of one operation. A section under 40 words joins its neighbour: then both headings stand in the
text, and the path is what the two have in common. Headings are paths, not text, unless no text follows them. Tables of
contents make no passages: they match every question about every chapter and answer none.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ingest.contents import contents_spans
from service.domain.documents import Heading, Page, Passage, passage_id

SPLITTER = "1"
"""Version of the rules here and in ``ingest.contents``. Raising it changes every passage id."""
FEWEST, FULL, MOST = 80, 150, 180
"""Words in a passage: never more than MOST, not fewer than FEWEST by choice; a longer section is cut evenly under FULL."""
TINY = 40
"""A section with fewer words joins a neighbour if it can."""
WHOLE = 60
"""A paragraph with at most so many words is not cut into sentences."""
LONGEST_WORD = 200
LETTERS_PER_WORD = 15
"""Text without spaces counts as one word for so many characters."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*\s+(?=[\"”’»(\[–•-]?\s?[A-ZÅÄÖÉÜ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:t\.ex|bl\.a|m\.fl|m\.m|d\.v\.s|dvs|o\.s\.v|osv|s\.k|ca|kap|nr|st|resp|inkl|exkl|f\.d|p\.g\.a|e\.g|i\.e|etc"
    r"|vs|no|fig|dr|mr|mrs|ms|prof|approx|jan|feb|aug|sept|okt|oct|nov|dec)|\b[A-ZÅÄÖ]|^\s*\d{1,2})\.\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(rf"\S{{1,{LONGEST_WORD}}}")
_SENTENCE_CLOSE = re.compile(r"[.!?…][\"”’»)\]]*$")


class _Kind(Enum):
    TEXT = "text"
    HEADING = "heading"
    CONTENTS = "contents"


class _Unit(NamedTuple):
    """A sentence, a short paragraph, a heading or a table of contents, with its place; ``page`` is an index."""

    page: int
    start: int
    end: int
    words: int
    kind: _Kind
    path: tuple[Heading, ...]
    ends_paragraph: bool


class _Piece(NamedTuple):
    """Units first..last (inclusive) that become one passage."""

    first: int
    last: int
    words: int
    path: tuple[Heading, ...]


def split(document_id: str, pages: Sequence[Page]) -> tuple[Passage, ...]:
    """Return the passages of a document, in reading order.

    ``text`` is what stands between the offsets, with white space tidied: what is cited is what stands on the page.
    """
    units = _with_lonely_headings_as_text(list(_units(pages)))
    pieces = [piece for first, stop in _sections(units, pages) for piece in _packed(units, first, stop)]
    joined = _joined_backwards(_joined_forwards(pieces, units, pages), units, pages)
    return tuple(_passage(document_id, ordinal, piece, units, pages) for ordinal, piece in enumerate(joined))


def _units(pages: Sequence[Page]) -> Iterator[_Unit]:
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
                yield _Unit(number, start, end, 0, _Kind.CONTENTS, path, True)
            else:
                path = (*(outer for outer in path if outer.level < heading.level), heading)
                yield _Unit(number, start, end, _size(page.text, start, end), _Kind.HEADING, path, True)
            position = end
        yield from _text_units(page.text, position, len(page.text), number, path)


def _landmarks(page: Page) -> list[tuple[int, int, Heading | None]]:
    """Return headings and tables of contents (without heading) with their places, in order."""
    contents = [(start, end, None) for start, end in contents_spans(page.text)]
    headings = [(heading.start, _end_of(heading, page.text), heading) for heading in page.headings]
    return sorted([*contents, *headings], key=lambda landmark: (landmark[0], landmark[2] is not None))


def _end_of(heading: Heading, text: str) -> int:
    if text.startswith(heading.text, heading.start):
        return heading.start + len(heading.text)
    same_words = re.compile(r"\s+".join(map(re.escape, heading.text.split()))).match(text, heading.start)
    line_end = text.find("\n", heading.start)
    return same_words.end() if same_words else len(text) if line_end < 0 else line_end


def _text_units(text: str, start: int, stop: int, page: int, path: tuple[Heading, ...]) -> Iterator[_Unit]:
    """Yield the lines between two places: short ones whole, long ones sentence by sentence."""
    while start < stop:
        found = text.find("\n", start, stop)
        end = stop if found < 0 else found
        words = _size(text, start, end)
        if words:
            ends_paragraph = _ends_paragraph(text, end, stop)
            spans = [(start, end)] if words <= WHOLE else _sentences(text, start, end)
            for first, last in spans:
                yield from _parts(text, first, last, page, path, ends_paragraph and last == end)
        start = end + 1


def _ends_paragraph(text: str, end: int, stop: int) -> bool:
    """Return whether a line ends a paragraph: a blank line follows, or a sentence ends the page; ":" wants its list."""
    if end == stop:
        return _SENTENCE_CLOSE.search(text, max(end - 4, 0), end) is not None
    return text.startswith("\n\n", end) and text[end - 1] != ":"


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start() + 1]):
            yield begin, match.end()
            begin = match.end()
    yield begin, end


def _parts(
    text: str, start: int, end: int, page: int, path: tuple[Heading, ...], ends_paragraph: bool
) -> Iterator[_Unit]:
    """Yield a sentence, in parts at its words when it alone is longer than a passage may be."""
    words = _size(text, start, end)
    if 0 < words <= MOST:
        stripped = text[start:end].strip()
        start = text.index(stripped, start)
        yield _Unit(page, start, start + len(stripped), words, _Kind.TEXT, path, ends_paragraph)
        return
    begin, size = -1, 0
    last = start
    for word in _WORD.finditer(text, start, end):
        more = _size(text, word.start(), word.end())
        if begin >= 0 and size + more > FULL:
            yield _Unit(page, begin, last, size, _Kind.TEXT, path, False)
            begin, size = -1, 0
        begin = word.start() if begin < 0 else begin
        last, size = word.end(), size + more
    if begin >= 0:
        yield _Unit(page, begin, last, size, _Kind.TEXT, path, ends_paragraph)


def _size(text: str, start: int, end: int) -> int:
    part = text[start:end]
    return max(len(part.split()), len(part.strip()) // LETTERS_PER_WORD)


def _with_lonely_headings_as_text(units: list[_Unit]) -> list[_Unit]:
    """Turn the headings that neither text nor a lower heading follows into text, so that no word is lost."""
    for number, unit in enumerate(units):
        following = units[number + 1] if number + 1 < len(units) else None
        if unit.kind is _Kind.HEADING and (following is None or not _is_under(following, unit)):
            units[number] = unit._replace(kind=_Kind.TEXT, path=unit.path[:-1])
    return units


def _is_under(unit: _Unit, heading: _Unit) -> bool:
    return unit.kind is not _Kind.CONTENTS and unit.path[: len(heading.path)] == heading.path


def _sections(units: Sequence[_Unit], pages: Sequence[Page]) -> Iterator[tuple[int, int]]:
    """Yield (first, stop) for each run of text under one heading, in one language and of one operation."""
    first = -1
    for number, unit in enumerate(units):
        if unit.kind is not _Kind.TEXT:
            if first >= 0:
                yield first, number
            first = -1
        elif first < 0:
            first = number
        elif unit.path != units[first].path or not _alike(pages[unit.page], pages[units[first].page]):
            yield first, number
            first = number
    if first >= 0:
        yield first, len(units)


def _packed(units: Sequence[_Unit], first: int, stop: int) -> Iterator[_Piece]:
    """Cut a section into pieces of like size, at the end of a paragraph where that is possible."""
    rest = sum(unit.words for unit in units[first:stop])
    words, goal = 0, _goal(rest)
    for number in range(first, stop):
        unit = units[number]
        if words and (words + unit.words > MOST or unit.page > units[first].page + 1):
            yield _Piece(first, number - 1, words, units[first].path)
            first, rest, words = number, rest - words, 0
            goal = _goal(rest)
        words += unit.words
        if unit.ends_paragraph:
            good_end = words >= FEWEST
        else:
            good_end = words >= goal and not _better_end(units, number + 1, stop, words, rest)
        if good_end and rest - words >= FEWEST:
            yield _Piece(first, number, words, units[first].path)
            first, rest, words = number + 1, rest - words, 0
            goal = _goal(rest)
    if words:
        yield _Piece(first, stop - 1, words, units[first].path)


def _better_end(units: Sequence[_Unit], first: int, stop: int, words: int, rest: int) -> bool:
    """Return whether a paragraph ends soon enough to end the piece there instead."""
    for number in range(first, stop):
        unit = units[number]
        words += unit.words
        if words > MOST or rest - words < FEWEST:
            return False
        if unit.ends_paragraph:
            return True
    return False


def _goal(words: int) -> float:
    return words if words <= MOST else words / -(-words // FULL)


def _joined_forwards(pieces: Sequence[_Piece], units: Sequence[_Unit], pages: Sequence[Page]) -> list[_Piece]:
    """Join tiny pieces to the one that follows."""
    done: list[_Piece] = []
    for piece in pieces:
        if done and _is_small(done[-1], piece) and (both := _together(done[-1], piece, units, pages)):
            done[-1] = both
        else:
            done.append(piece)
    return done


def _joined_backwards(pieces: Sequence[_Piece], units: Sequence[_Unit], pages: Sequence[Page]) -> list[_Piece]:
    """Join the tiny pieces that are left to the one before."""
    done: list[_Piece] = []
    for piece in pieces:
        if done and _is_small(piece, done[-1]) and (both := _together(done[-1], piece, units, pages)):
            done[-1] = both
        else:
            done.append(piece)
    return done


def _is_small(piece: _Piece, neighbour: _Piece) -> bool:
    return piece.words < (FEWEST if piece.path == neighbour.path else TINY)


def _together(before: _Piece, after: _Piece, units: Sequence[_Unit], pages: Sequence[Page]) -> _Piece | None:
    """Return two neighbours as one piece, or None when they may not be one.

    They may when they are of the same section, siblings, or parent and child, and the whole keeps every other rule.
    """
    shared = tuple(one for one, other in zip(before.path, after.path, strict=False) if one == other)
    if max(len(before.path), len(after.path)) - len(shared) > 1:
        return None
    first = before.first
    while first and units[first - 1].kind is _Kind.HEADING and len(units[first - 1].path) > len(shared):
        first -= 1
    whole = units[first : after.last + 1]
    words = sum(unit.words for unit in whole)
    page = pages[whole[0].page]
    fits = words <= MOST and whole[-1].page - whole[0].page <= 1
    if not fits or any(unit.kind is _Kind.CONTENTS or not _alike(pages[unit.page], page) for unit in whole):
        return None
    return _Piece(first, after.last, words, shared)


def _alike(one: Page, other: Page) -> bool:
    return one.language == other.language and one.project_id == other.project_id


def _passage(document_id: str, ordinal: int, piece: _Piece, units: Sequence[_Unit], pages: Sequence[Page]) -> Passage:
    first, last = units[piece.first], units[piece.last]
    page_from, page_to = pages[first.page], pages[last.page]
    if first.page == last.page:
        text = page_from.text[first.start : last.end]
    else:
        text = _over_the_page(page_from.text[first.start :].rstrip(), page_to.text[: last.end].lstrip())
    return Passage(
        id=passage_id(document_id, SPLITTER, ordinal),
        document_id=document_id,
        ordinal=ordinal,
        text=_tidy(text),
        heading_path=tuple(heading.text for heading in piece.path),
        page_from=page_from.number,
        page_to=page_to.number,
        start=first.start,
        end=last.end,
        language=page_from.language,
        project_id=page_from.project_id,
    )


def _over_the_page(before: str, after: str) -> str:
    """Return the end of one page and the start of the next; a sentence that runs over stays one line."""
    return f"{before}\n\n{after}" if _SENTENCE_CLOSE.search(before) else f"{before} {after}"


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip()
