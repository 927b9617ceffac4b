"""From pages to passages: pieces of text that can be found, read and cited on their own.

A passage stays in its section, is 80–180 words where the material allows, lies on one page or on two that follow each other,
and is in one language and of one operation. A section under 40 words joins its neighbour: then the path is that of the larger
and the smaller one's heading stands in the text. Otherwise headings are paths, not text, unless no text follows them. Tables
of contents make no passages: they match every question about every chapter and answer none.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from ingest.units import LONGEST, PART, SENTENCE_CLOSE, Kind, Unit, units_of
from service.domain.documents import SPLITTER, Heading, Page, Passage, passage_id

FEWEST, FULL, MOST = 80, PART, LONGEST
"""Words in a passage: never more than MOST, not fewer than FEWEST by choice; a longer section is cut evenly under FULL."""
TINY = 40
"""A section with fewer words joins a neighbour if it can."""


class _Piece(NamedTuple):
    """Units first..last (inclusive) that become one passage."""

    first: int
    last: int
    words: int
    path: tuple[Heading, ...]


def split(document_id: str, pages: Sequence[Page]) -> tuple[Passage, ...]:
    """Return the passages of a document, in reading order.

    A change of the rules here, in ``ingest.units`` or in ``ingest.contents`` raises ``SPLITTER``.

    ``text`` is what stands between the offsets, with white space tidied: what is cited is what stands on the page.
    """
    units = units_of(pages)
    pieces = [piece for first, stop in _sections(units, pages) for piece in _packed(units, first, stop)]
    joined = _joined_backwards(_joined_forwards(pieces, units, pages), units, pages)
    return tuple(_passage(document_id, ordinal, piece, units, pages) for ordinal, piece in enumerate(joined))


def _sections(units: Sequence[Unit], pages: Sequence[Page]) -> Iterator[tuple[int, int]]:
    """Yield (first, stop) for each run of text under one heading, in one language and of one operation."""
    first = -1
    for number, unit in enumerate(units):
        if unit.kind is not Kind.TEXT:
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


def _packed(units: Sequence[Unit], first: int, stop: int) -> Iterator[_Piece]:
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


def _better_end(units: Sequence[Unit], first: int, stop: int, words: int, rest: int) -> bool:
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


def _joined_forwards(pieces: Sequence[_Piece], units: Sequence[Unit], pages: Sequence[Page]) -> list[_Piece]:
    """Join tiny pieces to the one that follows."""
    done: list[_Piece] = []
    for piece in pieces:
        if done and _is_small(done[-1], piece) and (both := _together(done[-1], piece, units, pages)):
            done[-1] = both
        else:
            done.append(piece)
    return done


def _joined_backwards(pieces: Sequence[_Piece], units: Sequence[Unit], pages: Sequence[Page]) -> list[_Piece]:
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


def _together(before: _Piece, after: _Piece, units: Sequence[Unit], pages: Sequence[Page]) -> _Piece | None:
    """Return two neighbours as one piece, or None when they may not be one.

    They may when they are of the same section, siblings, or parent and child, and the whole keeps every other rule.
    """
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(before.path, after.path, strict=False))
    shared = sum(1 for _ in pairs)
    if max(len(before.path), len(after.path)) - shared > 1:
        return None
    first, path = before.first, before.path
    if after.words > before.words:
        path = after.path
        while first and units[first - 1].kind is Kind.HEADING and len(units[first - 1].path) > shared:
            first -= 1
    whole = units[first : after.last + 1]
    words = sum(unit.words for unit in whole)
    page = pages[whole[0].page]
    fits = words <= MOST and whole[-1].page - whole[0].page <= 1
    if not fits or any(unit.kind is Kind.CONTENTS or not _alike(pages[unit.page], page) for unit in whole):
        return None
    return _Piece(first, after.last, words, path)


def _alike(one: Page, other: Page) -> bool:
    return one.language == other.language and one.project_id == other.project_id


def _passage(document_id: str, ordinal: int, piece: _Piece, units: Sequence[Unit], pages: Sequence[Page]) -> Passage:
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
    return f"{before}\n\n{after}" if SENTENCE_CLOSE.search(before) else f"{before} {after}"


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip()
