"""The part of a passage that is shown, with the words that answer the question marked."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from os.path import commonprefix

from service.domain.documents import Passage
from service.domain.searching import Interpretation, Piece, Why
from service.encoding.compounds import parts
from service.encoding.terms import codes_of, forms, plain_dashes, without_codes, words_of
from service.search.bridged import bridged

TOKEN = re.compile(r"\d[\w/\u2010-\u2013\u2212-]*\w|[^\W_]+")
"""A word, or a number with everything that may belong to a code."""
WORD = re.compile(r"\S+")
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\s*\n\s*")
ALIKE_LETTERS, ALIKE_SHARE = 6, 0.6
"""Words that begin alike for six letters and most of their length are the same in two languages: rehabilitering, rehabilitation."""
BEGINS = "^"
SNIPPET_WORDS = 45
BEFORE = 6
"""Words shown before the first marked word when the window does not begin at a sentence."""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    term: str
    bridged: bool = False


def explain(passage: Passage, question: Interpretation) -> tuple[tuple[Piece, ...], Why]:
    """Return the snippet of a passage and why it was found.

    The pieces put together are a stretch of the passage exactly as it stands. A word is marked when it has a lemma, a part of
    a compound or most of its letters in common with a word of the question; function words never are. So is a whole term
    that the bridge added.
    """
    own = _marks(passage, question)
    others = [_Mark(start, end, term, bridged=True) for start, end, term in bridged(passage.text, question)]
    marks = _together(own, others) if others else own
    phrases = tuple(phrase for phrase in question.phrases if stands_in(passage, phrase))
    codes = tuple(code for code in question.codes if code.lower() in codes_of(passage.text))
    words = tuple(dict.fromkeys(word for mark in own if not _read(word := passage.text[mark.start : mark.end])[0]))
    named = tuple(dict.fromkeys(" ".join(passage.text[mark.start : mark.end].split()) for mark in others))
    start, end = _window(passage.text, marks)
    shown = [mark for mark in marks if start <= mark.start and mark.end <= end]
    why = Why(words=_without_repeats(words), codes=codes, phrases=phrases, bridged=_without_repeats(named))
    return _pieces(passage.text, start, end, shown), why


def stands_in(passage: Passage, phrase: str) -> bool:
    """Return whether a phrase stands in a passage or in one of the headings above it."""
    return any(contains(text, phrase) for text in (passage.text, *passage.heading_path))


def contains(text: str, phrase: str) -> bool:
    """Return whether a phrase stands in a text as whole words, whatever the case, white space and line breaks."""
    return re.search(rf"(?<!\w){re.escape(_plain(phrase))}(?!\w)", _plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(plain_dashes(unicodedata.normalize("NFC", text)).casefold().split())


def _marks(passage: Passage, question: Interpretation) -> list[_Mark]:
    """Return the words of the passage that answer, in order; a code counts as one word, and only whole."""
    shared = _wanted(question, passage.language).shared
    matches = TOKEN.finditer(passage.text)
    return [_Mark(match.start(), match.end(), term) for match in matches if (term := shared(match.group())) is not None]


def _together(own: Sequence[_Mark], others: Sequence[_Mark]) -> list[_Mark]:
    """Return all marks in order; a word of the question within another term is marked as part of that term."""
    taken = {place for mark in others for place in range(mark.start, mark.end)}
    return sorted((*others, *(mark for mark in own if mark.start not in taken)), key=lambda mark: mark.start)


class _Wanted:
    """The words of a question, as a passage in some language may have them."""

    def __init__(self, question: Interpretation, language: str) -> None:
        words = words_of(without_codes(question.text))
        self._language = language
        self._codes = frozenset(codes_of(question.text))
        self._by_beginning = {word[:ALIKE_LETTERS]: word for word in words if len(word) >= ALIKE_LETTERS}
        self._terms = {term for code in {question.language, language} for word in words for term in _terms(word, code)}
        self._signs = self._codes | self._terms | {BEGINS + beginning for beginning in self._by_beginning}

    def shared(self, token: str) -> str | None:
        """Return what a word of the passage has in common with the question: code, lemma, part of a compound, or beginning."""
        if self._signs.isdisjoint(_signs(token, self._language)):
            return None
        codes, words = _read(token)
        if codes:
            return next((code for code in codes if code in self._codes), None)
        for word in words:
            for term in _terms(word, self._language):
                if term in self._terms:
                    return term
            alike = self._by_beginning.get(word[:ALIKE_LETTERS])
            if alike and len(commonprefix([word, alike])) >= ALIKE_SHARE * max(len(word), len(alike)):
                return alike
        return None


@lru_cache(maxsize=64)
def _wanted(question: Interpretation, language: str) -> _Wanted:
    """The hits of one answer share the question; it is taken apart once for each language."""
    return _Wanted(question, language)


@lru_cache(maxsize=100_000)
def _read(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes and the words of a token of a passage; the same tokens come again in every passage."""
    return tuple(codes_of(token)), tuple(words_of(token))


@lru_cache(maxsize=100_000)
def _signs(token: str, language: str) -> frozenset[str]:
    """Return everything by which a token of a passage may meet a question: one look spares nearly all of them the rest."""
    codes, words = _read(token)
    beginnings = (BEGINS + word[:ALIKE_LETTERS] for word in words if len(word) >= ALIKE_LETTERS)
    return frozenset((*codes, *beginnings, *(term for word in words for term in _terms(word, language))))


@lru_cache(maxsize=100_000)
def _terms(word: str, language: str) -> tuple[str, ...]:
    bases = forms(word, language)
    return (*bases, *(part for base in bases if language != "en" for part in parts(base)))


def _window(text: str, marks: Sequence[_Mark]) -> tuple[int, int]:
    """Return where the most telling stretch of ``SNIPPET_WORDS`` words begins and ends."""
    words = [match.span() for match in WORD.finditer(text)]
    if len(words) <= SNIPPET_WORDS:
        return 0, len(text)
    marked = [(number, mark.term) for number, mark in _numbered(words, marks)]
    best, most = 0, -1.0
    for first in _starts(text, words, [number for number, _ in marked]):
        inside = [term for number, term in marked if first <= number < first + SNIPPET_WORDS]
        worth = len(set(inside)) + 0.1 * len(inside)
        if worth > most:
            best, most = first, worth
    last = min(len(words), best + SNIPPET_WORDS) - 1
    return words[best][0], words[last][1]


def _numbered(words: Sequence[tuple[int, int]], marks: Sequence[_Mark]) -> list[tuple[int, _Mark]]:
    found, number = [], 0
    for mark in marks:
        while number < len(words) - 1 and words[number][1] <= mark.start:
            number += 1
        found.append((number, mark))
    return found


def _starts(text: str, words: Sequence[tuple[int, int]], marked: Sequence[int]) -> list[int]:
    """Return the words that a snippet may begin with: beginnings of sentences first, then a little before a marked word."""
    begins = {match.end() for match in SENTENCE_END.finditer(text)}
    sentences = [number for number, (start, _) in enumerate(words) if number == 0 or start in begins]
    return [*sentences, *(max(0, number - BEFORE) for number in marked)]


def _pieces(text: str, start: int, end: int, marks: Sequence[_Mark]) -> tuple[Piece, ...]:
    pieces, position = [], start
    for mark in marks:
        if mark.start > position:
            pieces.append(Piece(text[position : mark.start], marked=False))
        pieces.append(Piece(text[mark.start : mark.end], marked=True, bridged=mark.bridged))
        position = mark.end
    if position < end:
        pieces.append(Piece(text[position:end], marked=False))
    return tuple(pieces)


def _without_repeats(words: Sequence[str]) -> tuple[str, ...]:
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]
