"""Words to sparse vectors: lemmas, parts of compounds, pieces of long words, and codes exactly as written.

Measured on public Swedish and English sets (nDCG@10 × 100, words alone): lemmas 76, with compound parts 78, with pieces 83
on Swedish titles and abstracts; pieces lift the way between the languages from 37 to 55, through words of common origin.
The weights 1, .6 and .35 are from the same measurement. The index multiplies by IDF, so a common part counts little.
"""

import re
import unicodedata
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from service.domain.projects import DIARY_NUMBER
from service.domain.vectors import Sparse
from service.encoding.compounds import parts
from service.encoding.lemmas import lemma

TERMS = "1"
"""Version of the rules here. Raising it makes an older index refuse to mix."""
PART_WEIGHT = 0.6
PIECE_WEIGHT = 0.35
PIECE_LETTERS = 5
PIECES_FROM = 7
"""Words with at least this many letters are cut in pieces too."""
K1, B, AVERAGE_WORDS = 1.2, 0.75, 120
"""BM25's usual constants; the average length is fixed so that vectors never depend on what else is in the index."""

ORGANISATION_NUMBER = re.compile(r"(?<!\d)\d{6}-\d{4}(?!\d)")
WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
STOP_WORDS = frozenset(
    "och att det som en ett är på för med av till den har inte om vad hur vilka vilket vilken varför när kan ska från de vi man "
    "eller var vem blir finns i så vid också mer sig sin sina sitt detta dessa denna ha hade skulle där här då men än nu "
    "the and of to in is are was were for with that on by what how which why when who does do did can should from they a an "
    "this these those or not has have had be been it as at their there would could its".split()
)

_Terms = tuple[NDArray[np.uint32], NDArray[np.float32]]


def encode_passage(text: str, language: str) -> Sparse:
    """Return the sparse vector of a passage: BM25's saturated term frequencies.

    Args:
        text: the passage in its context.
        language: "sv" or "en" decides which dictionary gives the lemmas; another language uses both.
    """
    words = words_of(text)
    if not words:
        return _empty()
    found = [_terms(word, language) for word in words]
    ids, counts = np.unique(np.concatenate([ids for ids, _ in found]), return_counts=True)
    length = K1 * (1 - B + B * len(words) / AVERAGE_WORDS)
    return Sparse(ids, (counts * (K1 + 1) / (counts + length)).astype(np.float32))


def encode_question(text: str, language: str) -> Sparse:
    """Return the sparse vector of a question: the weight of each term by its kind, the highest where kinds meet."""
    words = dict.fromkeys(words_of(text))
    found = [_terms(word, language) for word in words]
    if not found:
        return _empty()
    ids = np.concatenate([ids for ids, _ in found])
    weights = np.concatenate([weights for _, weights in found])
    unique, places = np.unique(ids, return_inverse=True)
    highest = np.zeros(len(unique), np.float32)
    np.maximum.at(highest, places, weights)
    return Sparse(unique, highest)


def words_of(text: str) -> list[str]:
    """Return the words that count, lower-case in NFC, with diary and organisation numbers whole; function words left out."""
    lowered = unicodedata.normalize("NFC", text).lower()
    codes = [code.lower() for pattern in (DIARY_NUMBER, ORGANISATION_NUMBER) for code in pattern.findall(text)]
    words: list[str] = []
    for match in WORD.finditer(lowered):
        word = match.group()
        words.extend(re.split(r"[-/]", word) if "-" in word or "/" in word else (word,))
    return [*codes, *(word for word in words if word not in STOP_WORDS)]


def forms(word: str, language: str) -> tuple[str, ...]:
    """Return the lemmas of a lower-case word, the likeliest first: one in a known language, both dictionaries' otherwise."""
    languages = (language,) if language in {"sv", "en"} else ("sv", "en")
    found = tuple(dict.fromkeys(base for base in (lemma(word, code) for code in languages) if base))
    return found or (word,)


def pieces(word: str) -> tuple[str, ...]:
    """Return the pieces of a long word: every five letters in a row."""
    if len(word) < PIECES_FROM:
        return ()
    return tuple(dict.fromkeys(word[start : start + PIECE_LETTERS] for start in range(len(word) - PIECE_LETTERS + 1)))


@lru_cache(maxsize=200_000)
def _terms(word: str, language: str) -> _Terms:
    """Return ids and weights of everything that a word stands for."""
    weighted: dict[int, float] = {}
    bases = forms(word, language)
    for base in bases:
        _add(weighted, f"w:{base}", 1.0)
    if not any(letter.isdigit() for letter in word):
        for base in bases:
            for part in parts(base) if language != "en" else ():
                _add(weighted, f"w:{part}", PART_WEIGHT)
        for piece in pieces(bases[0]):
            _add(weighted, f"p:{piece}", PIECE_WEIGHT)
    return np.array(list(weighted), np.uint32), np.array(list(weighted.values()), np.float32)


def _add(weighted: dict[int, float], term: str, weight: float) -> None:
    number = crc32(term.encode())
    weighted[number] = max(weight, weighted.get(number, 0.0))


def _empty() -> Sparse:
    return Sparse(np.empty(0, np.uint32), np.empty(0, np.float32))
