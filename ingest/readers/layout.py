"""Paragraphs and headings from printed lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

from ingest.readers.headings import HeadingRules, OutlineEntry, is_contents_page, is_contents_title, normal_title
from ingest.readers.hyphens import ends_broken, hyphenated_words, join_broken
from ingest.readers.lines import Line, PrintedPage
from ingest.readers.page_builder import PageBuilder

NEIGHBOURS = 4
"""Lines before and after that tell how far right a paragraph reaches."""
WIDEST_WRAP = 130
"""In characters. Longer lines are paragraphs of their own: nobody prints columns that wide."""
MOST_RAGGED = 0.3
"""Share of the width that a ragged right edge may leave free where a sentence goes on in lower case."""
USUAL_SPACING = 1.2
_LEADERS = re.compile(r"\s*(?:[.·…_]\s?){4,}\s*")


class Link(Enum):
    """How a line goes on from the one before."""

    SAME_ROW = auto()
    WRAP = auto()
    NEW_LINE = auto()
    NEW_PARAGRAPH = auto()


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document: the body's size and weight, the distance of lines, and hyphenated words."""

    size: float
    bold: bool
    spacing: float
    hyphenated: frozenset[str]


def compose(
    pages: Sequence[PrintedPage], builder: PageBuilder, outline: Mapping[int, Sequence[OutlineEntry]] | None = None
) -> None:
    """Build a document's pages from printed ones.

    Args:
        pages: pages without running heads.
        builder: takes the finished pages.
        outline: the entries of the outline by page number (from 1).
    """
    pages = _with_whole_words(pages)
    style = usual_style(pages)
    rules = HeadingRules.of(pages, style.size, style.bold)
    for number, page in enumerate(pages, 1):
        contents = is_contents_page(page.lines)
        page_outline = {} if contents else _by_title((outline or {}).get(number, ()))
        for paragraph in _paragraphs(page.lines, style, contents):
            text = _text(paragraph, style, contents)
            level = rules.level(paragraph, text, page_outline, contents=contents)
            builder.add(rules.without_page_number(text, number, page.label) if level else text, level)
        builder.end_page(page.label)


def usual_style(pages: Iterable[PrintedPage]) -> Style:
    """Return what is usual in a document: its commonest size and weight by characters, and its line distance."""
    looks: Counter[tuple[float, bool]] = Counter()
    distances: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            looks[line.size, line.bold] += len(line.text)
        for line, following in pairwise(page.lines):
            distance = (line.baseline - following.baseline) / max(line.size, 0.1)
            if line.size == following.size and 0.8 < distance < 2.5:
                distances[round(distance, 1)] += 1
    (size, bold), _ = looks.most_common(1)[0] if looks else ((1.0, False), 0)
    spacing = distances.most_common(1)[0][0] if distances else USUAL_SPACING
    texts = [line.text for page in pages for line in page.lines]
    return Style(size, bold, spacing, hyphenated_words(texts) if any(map(ends_broken, texts)) else frozenset())


def _with_whole_words(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """Move the rest of a word that is broken over two pages to the first of them."""
    whole = list(pages)
    for index, (page, following) in enumerate(pairwise(pages)):
        if not page.lines or not following.lines:
            continue
        # The page itself may have given its own first word away just before.
        last, first = whole[index].lines[-1], following.lines[0]
        word, _, rest = first.text.partition(" ")
        if ends_broken(last.text) and word[:1].islower() and rest:
            mended = replace(last, text=join_broken(last.text, word))
            whole[index] = replace(page, lines=(*whole[index].lines[:-1], mended))
            whole[index + 1] = replace(following, lines=(replace(first, text=rest), *following.lines[1:]))
    return whole


def _by_title(entries: Iterable[OutlineEntry]) -> dict[str, int]:
    return {normal_title(entry.title): entry.level for entry in entries}


def _paragraphs(lines: Sequence[Line], style: Style, contents: bool) -> Iterator[list[tuple[Link, Line]]]:
    paragraph: list[tuple[Link, Line]] = []
    for index, line in enumerate(lines):
        link = _link(lines, index, style, contents) if paragraph else Link.NEW_PARAGRAPH
        if link is Link.NEW_PARAGRAPH and paragraph:
            yield paragraph
            paragraph = []
        paragraph.append((link, line))
    if paragraph:
        yield paragraph


def _link(lines: Sequence[Line], index: int, style: Style, contents: bool) -> Link:
    before, line = lines[index - 1], lines[index]
    drop, smaller = before.baseline - line.baseline, min(before.size, line.size)
    if abs(drop) < 0.4 * smaller and line.left >= before.right - smaller:
        return Link.SAME_ROW
    if _looks_different(before, line) or drop > (style.spacing + 0.25) * before.size:
        broken = ends_broken(before.text) and abs(before.size - line.size) < 0.5 and drop < 3 * before.size
        return Link.WRAP if broken else Link.NEW_PARAGRAPH
    if contents:
        return Link.NEW_PARAGRAPH if is_contents_title(before.text) else Link.NEW_LINE
    if drop < 0:
        # The next column: a sentence may go on there.
        return Link.NEW_PARAGRAPH if before.ends_sentence or line.text[:1].isupper() else Link.WRAP
    if line.starts_item and not ends_broken(before.text):
        return Link.NEW_LINE
    return _wrap_or_break(before, line, _right_margin(lines, index - 1))


def _looks_different(before: Line, line: Line) -> bool:
    if before.bold != line.bold or abs(before.size - line.size) > 0.06 * before.size:
        return True
    return before.is_capitals != line.is_capitals


def _wrap_or_break(before: Line, line: Line, margin: float) -> Link:
    """Decide whether a line was broken for want of room: only then would the next line's first word not have fitted."""
    if ends_broken(before.text):
        return Link.WRAP
    word = len(line.text.split(" ", 1)[0]) + 1
    room = margin - before.right
    if line.text[:1].islower() and not before.ends_sentence and room < MOST_RAGGED * (margin - before.left):
        return Link.WRAP
    indented = line.left - before.left > 0.8 * before.size and before.ends_sentence
    if indented or room > word * before.character_width or margin - before.left > WIDEST_WRAP * before.character_width:
        return Link.NEW_PARAGRAPH if before.ends_sentence else Link.NEW_LINE
    return Link.WRAP


def _right_margin(lines: Sequence[Line], index: int) -> float:
    line = lines[index]
    nearby = lines[max(index - NEIGHBOURS, 0) : index + NEIGHBOURS + 1]
    return max(
        other.right
        for other in nearby
        if other.left <= line.right and other.right >= line.left and not _looks_different(line, other)
    )


def _text(paragraph: Sequence[tuple[Link, Line]], style: Style, contents: bool) -> str:
    # Put together from pieces: a text file can be one paragraph of a hundred thousand lines.
    pieces: list[str] = []
    for link, line in paragraph:
        if not pieces:
            pieces.append(line.text)
        elif link is Link.NEW_LINE:
            pieces.append(f"\n{line.text}")
        elif ends_broken(pieces[-1]):
            pieces[-1] = join_broken(pieces[-1], line.text, style.hyphenated)
        else:
            pieces.append(f" {line.text}")
    text = "".join(pieces)
    return _LEADERS.sub(" ", text) if contents else text
