"""The part of a passage that is shown, with the words that answer the question marked."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from os.path import commonprefix

from service.domain.documents import Passage
from service.domain.searching import Interpretation, Piece, Why
from service.encoding.compounds import parts
from service.encoding.terms import codes_of, forms, plain_dashes, without_codes, words_of

TOKEN = re.compile(r"\d[\w/\u2010-\u2013\u2212-]*\w|[^\W_]+")
"""A word, or a number with everything that may belong to a code."""
WORD = re.compile(r"\S+")
LINE_END = re.compile(r"\n")
SENTENCE_ENDS = ".!?:"
ALIKE_LETTERS, ALIKE_SHARE = 6, 0.6
"""Words that begin alike for six letters and most of their length are the same in two languages: rehabilitering, rehabilitation."""
BEGINS = "^"
SNIPPET_WORDS = 45
MOST_WORDS = 100_000
"""Words of a language whose signs are remembered."""
BEFORE = 6
"""Words shown before the first marked word when the window does not begin at a sentence."""


_Word = tuple[str, int]
"""A word between white space, with its signs of punctuation, and where it starts."""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    term: str


def explain(passage: Passage, question: Interpretation) -> tuple[tuple[Piece, ...], Why]:
    """Return the snippet of a passage and why it was found.

    The pieces put together are a stretch of the passage exactly as it stands. A word is marked when it has a lemma, a part of
    a compound or most of its letters in common with a word of the question; function words never are.
    """
    words = [(match.group(), match.start()) for match in WORD.finditer(passage.text)]
    marks = _marks(words, _wanted(question, passage.language))
    phrases = tuple(phrase for phrase in question.phrases if stands_in(passage, phrase))
    codes = tuple(code for code in question.codes if code.lower() in codes_of(passage.text))
    marked = dict.fromkeys(passage.text[mark.start : mark.end] for mark in marks)
    why = Why(_without_repeats([word for word in marked if not _read(word)[0]]), codes, phrases)
    start, end = _window(passage.text, words, marks)
    shown = [mark for mark in marks if start <= mark.start and mark.end <= end]
    return _pieces(passage.text, start, end, shown), why


def stands_in(passage: Passage, phrase: str) -> bool:
    """Return whether a phrase stands in a passage or in one of the headings above it."""
    return any(contains(text, phrase) for text in (passage.text, *passage.heading_path))


def contains(text: str, phrase: str) -> bool:
    """Return whether a phrase stands in a text as whole words, whatever the case, white space and line breaks."""
    return re.search(rf"(?<!\w){re.escape(_plain(phrase))}(?!\w)", _plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(plain_dashes(unicodedata.normalize("NFC", text)).casefold().split())


def _marks(words: Sequence[_Word], wanted: "_Wanted") -> list[_Mark]:
    """Return the words that answer, in order; a code counts as one word, and only whole."""
    signs = _signs_of([word for word, _ in words], wanted.language)
    strange = wanted.signs.isdisjoint
    return [
        _Mark(start + mark.start, start + mark.end, mark.term)
        for word, start in words
        if not strange(signs[word])
        for mark in wanted.marks_in(word)
    ]


class _Wanted:
    """The words of a question, as a passage in some language may have them."""

    def __init__(self, question: Interpretation, language: str) -> None:
        words = words_of(without_codes(question.text))
        self.language = language
        self._codes = frozenset(codes_of(question.text))
        self._by_beginning = {word[:ALIKE_LETTERS]: word for word in words if len(word) >= ALIKE_LETTERS}
        self._terms = {term for code in {question.language, language} for word in words for term in _terms(word, code)}
        self.signs = self._codes | self._terms | {BEGINS + beginning for beginning in self._by_beginning}
        """Everything by which a word of a passage may meet the question."""
        self._marks: dict[str, Sequence[_Mark]] = {}

    def marks_in(self, word: str) -> Sequence[_Mark]:
        """Return what is to be marked in a word with its signs of punctuation; the passages of an answer repeat such words."""
        marks = self._marks.get(word)
        if marks is None:
            found = ((match, self._shared(match.group())) for match in TOKEN.finditer(word))
            marks = [_Mark(match.start(), match.end(), term) for match, term in found if term is not None]
            self._marks[word] = marks
        return marks

    def _shared(self, token: str) -> str | None:
        """Return what a word of a passage has in common with the question: code, lemma, part of a compound, or beginning."""
        codes, words = _read(token)
        if codes:
            return next((code for code in codes if code in self._codes), None)
        for word in words:
            for term in _terms(word, self.language):
                if term in self._terms:
                    return term
            alike = self._by_beginning.get(word[:ALIKE_LETTERS])
            if alike and len(commonprefix([word, alike])) >= ALIKE_SHARE * max(len(word), len(alike)):
                return alike
        return None


@lru_cache(maxsize=16)
def _wanted(question: Interpretation, language: str) -> _Wanted:
    """The hits of one answer share the question; it is taken apart once for each language."""
    return _Wanted(question, language)


@lru_cache(maxsize=100_000)
def _read(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes and the words of a token of a passage; the same tokens come again in every passage."""
    return tuple(codes_of(token)), tuple(words_of(token))


def _signs_of(words: Sequence[str], language: str) -> Mapping[str, Sequence[str]]:
    """Return the signs of words of a passage, these and others: one look at them spares nearly every word the rest."""
    known = _known(language)
    if len(known) > MOST_WORDS:
        _known.cache_clear()
        known = _known(language)
    known.update((word, _signs(word, language)) for word in words if word not in known)
    return known


@cache
def _known(language: str) -> dict[str, Sequence[str]]:  # noqa: ARG001 - one for each language
    """The signs of every word met in a language. A plain dictionary: ten times as fast as asking a function for each word."""
    return {}


def _signs(word: str, language: str) -> Sequence[str]:
    """Return everything by which a word of a passage, with its signs of punctuation, may meet a question."""
    signs: list[str] = []
    for token in TOKEN.findall(word):
        codes, bare_words = _read(token)
        signs += codes
        for bare in bare_words:
            signs += _terms(bare, language)
            if len(bare) >= ALIKE_LETTERS:
                signs.append(BEGINS + bare[:ALIKE_LETTERS])
    return tuple(signs)


@lru_cache(maxsize=100_000)
def _terms(word: str, language: str) -> tuple[str, ...]:
    bases = forms(word, language)
    return bases if language == "en" else (*bases, *chain.from_iterable(map(parts, bases)))


def _window(text: str, words: Sequence[_Word], marks: Sequence[_Mark]) -> tuple[int, int]:
    """Return where the most telling stretch of ``SNIPPET_WORDS`` words begins and ends."""
    if len(words) <= SNIPPET_WORDS:
        return 0, len(text)
    starts = [start for _, start in words]
    marked = [(bisect_right(starts, mark.start) - 1, mark.term) for mark in marks]
    best, most = 0, -1.0
    for first in (*_sentences(text, words, starts), *(max(0, number - BEFORE) for number, _ in marked)):
        inside = [term for number, term in marked if first <= number < first + SNIPPET_WORDS]
        worth = len(set(inside)) + 0.1 * len(inside)
        if worth > most:
            best, most = first, worth
    word, start = words[min(len(words), best + SNIPPET_WORDS) - 1]
    return starts[best], start + len(word)


def _sentences(text: str, words: Sequence[_Word], starts: Sequence[int]) -> list[int]:
    """Return the numbers of the words that begin a sentence or a line."""
    after_ends = {number for number, (word, _) in enumerate(words[:-1], start=1) if word[-1] in SENTENCE_ENDS}
    on_lines = {bisect_left(starts, match.start()) for match in LINE_END.finditer(text.rstrip())}
    return sorted({0} | after_ends | on_lines)


def _pieces(text: str, start: int, end: int, marks: Sequence[_Mark]) -> tuple[Piece, ...]:
    pieces, position = [], start
    for mark in marks:
        if mark.start > position:
            pieces.append(Piece(text[position : mark.start], marked=False))
        pieces.append(Piece(text[mark.start : mark.end], marked=True))
        position = mark.end
    if position < end:
        pieces.append(Piece(text[position:end], marked=False))
    return tuple(pieces)


def _without_repeats(words: Sequence[str]) -> tuple[str, ...]:
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]
