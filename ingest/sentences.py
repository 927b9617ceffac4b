"""A passage's sentences with the cues in them: what rules and classifier look at."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.cues import Match, finder, words_of
from ingest.units import sentences
from service.domain.documents import Passage

FEWEST_WORDS = 3
"""Anything with fewer words is no sentence: a cell, a bullet's mark."""
OPEN_WORDS = 8
"""A line with fewer words that neither ends as a sentence nor begins as a list item is a heading or a label."""
BULLETS = " \t•–-*·○▪►"


class Sentence(NamedTuple):
    """A sentence or list item with its place in the passage's text; ``passage`` is the passage's number in its document."""

    passage: int
    start: int
    end: int
    text: str
    words: list[str]
    matches: list[Match]


def sentences_of(passages: Sequence[Passage]) -> list[Sentence]:
    """Return the sentences of some passages in order."""
    return [sentence for number, passage in enumerate(passages) for sentence in _of_one(number, passage)]


def _of_one(number: int, passage: Passage) -> Iterator[Sentence]:
    find = finder(passage.language).find
    for start, end in _spans(passage.text):
        text = passage.text[start:end]
        words = words_of(text)
        if len(words) >= (OPEN_WORDS if _is_label(passage.text, start, end) else FEWEST_WORDS):
            yield Sentence(number, start, end, text, words, find(words))


def _is_label(text: str, start: int, end: int) -> bool:
    """Return whether a stretch stands alone on its line without an end mark, a bullet or a digit."""
    alone = text[:start].endswith("\n") or not start
    return alone and text[end - 1] not in '.!?:…”"»)' and not any(map(str.isdigit, text[start:end]))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand, without the spaces and bullets around them; no sentence goes over a blank line or a bullet."""
    position = 0
    for line in _paragraphs(text):
        for first, last in sentences(text, position, position + len(line)):
            part = text[first:last]
            start = first + len(part) - len(part.lstrip(BULLETS))
            end = last - len(part) + len(part.rstrip())
            if start < end:
                yield start, end
        position += len(line)


def _paragraphs(text: str) -> list[str]:
    """Return the text in parts, line ends with them: lines that a page's width has broken belong together."""
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        goes_on = parts and parts[-1].strip() and line[:1].islower() and parts[-1].rstrip()[-1:] not in ".:!?"
        if goes_on:
            parts[-1] += line
        else:
            parts.append(line)
    return parts
