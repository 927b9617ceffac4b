"""The term bridge: what is called one thing in a question may be called another, in the same language or the other one.

``term_bridge.csv`` has a line for each concept: its Swedish terms and its English ones. A term that stands in a question brings
the others along. The file is read when the knowledge base is opened, and only questions go over the bridge: after a change
nothing is indexed anew.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from service.domain.searching import Crossing, Term
from service.encoding.lemmas import lemma
from service.encoding.terms import WORD, forms
from service.errors import SettingInvalid

SETTING = "KB_TERM_BRIDGE"
LANGUAGES = ("sv", "en")

Concept = tuple[Term, ...]
"""The terms of one thing, in both languages."""


class Found(NamedTuple):
    """Where a term stands in a text, and its number among the terms that were looked for."""

    start: int
    end: int
    number: int


class TermFinder:
    """Finds terms in a text, whatever their inflection. Where several begin, the longest counts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = [[_keys_of_term(word, term.language) for word in WORD.findall(term.text)] for term in terms]
        self._by_first: dict[str, list[int]] = {}
        for number, words in enumerate(self._terms):
            for key in words[0] if words else ():
                self._by_first.setdefault(key, []).append(number)
        self._first = frozenset(self._by_first)
        self._longest = max(map(len, self._terms), default=0)

    def find(self, text: str) -> Iterator[Found]:
        """Yield the terms that stand in a text in order, none within another; equally long ones at a place all count."""
        words = list(WORD.finditer(text))
        keys = [_keys(word.group()) for word in words]
        free = 0
        for place, here in enumerate(keys):
            if place < free or here.isdisjoint(self._first):
                continue
            standing = self._standing(keys[place : place + self._longest])
            length = max((len(self._terms[number]) for number in standing), default=0)
            for number in standing:
                if len(self._terms[number]) == length:
                    yield Found(words[place].start(), words[place + length - 1].end(), number)
            free = place + length

    def _standing(self, keys: Sequence[frozenset[str]]) -> list[int]:
        """Return the terms that begin with the first of some words."""
        numbers = sorted({number for key in keys[0] for number in self._by_first.get(key, ())})
        return [
            number
            for number in numbers
            if len(self._terms[number]) <= len(keys) and not any(map(frozenset.isdisjoint, self._terms[number], keys))
        ]


class Bridge:
    """All concepts of the bridge."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._concepts = tuple(concepts)
        self._owners = [number for number, concept in enumerate(self._concepts) for _ in concept]
        self._terms = [term for concept in self._concepts for term in concept]
        self._finder = TermFinder(self._terms)

    @classmethod
    def open(cls, path: Path) -> "Bridge":
        """Read a bridge from a CSV file: columns ``sv`` and ``en`` divided by ``;``, terms of a cell by ``|``.

        Raises:
            SettingInvalid: the file cannot be read, or a line of it has too few or too many columns.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise SettingInvalid(setting=SETTING, value=path, problem=error.strerror or "unreadable") from error
        except UnicodeDecodeError as error:
            raise SettingInvalid(setting=SETTING, value=path, problem="not_utf8") from error
        return cls(_concepts(text, path))

    def crossings(self, text: str) -> tuple[Crossing, ...]:
        """Return for each concept in a text how it is written there, and its other terms that do not stand there."""
        crossed: dict[int, tuple[str, Term]] = {}
        standing = set()
        for found in self._finder.find(text):
            term = self._terms[found.number]
            crossed.setdefault(self._owners[found.number], (text[found.start : found.end], term))
            standing.add(term)
        others = {number: tuple(term for term in self._concepts[number] if term not in standing) for number in crossed}
        return tuple(Crossing(*crossed[number], terms) for number, terms in others.items() if terms)


def _concepts(text: str, path: Path) -> Iterator[Concept]:
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    if list(rows.fieldnames or ()) != list(LANGUAGES):
        raise SettingInvalid(setting=SETTING, value=path, problem="line_1")
    for row in rows:
        if None in row or None in row.values():
            raise SettingInvalid(setting=SETTING, value=path, problem=f"line_{rows.line_num}")
        yield tuple(Term(text, code) for code in LANGUAGES for one in row[code].split("|") if (text := one.strip()))


def _keys_of_term(word: str, language: str) -> frozenset[str]:
    """Return what a word of a text may be to be this word of a term.

    A word in capitals is an abbreviation, which has no lemma. It is known in small letters too, unless another word is written so:
    WISE is not wise.
    """
    if len(word) < 2 or not word.isupper():
        return _lemmas(word.lower(), language)
    other_word = any(lemma(word.lower(), code) for code in LANGUAGES)
    return frozenset({f"={word}", f"={word}s"} | (set() if other_word else {f"~{word.lower()}"}))


@lru_cache(maxsize=100_000)
def _keys(word: str) -> frozenset[str]:
    lower = word.lower()
    return frozenset((f"={word}", f"~{lower}")).union(*(_lemmas(lower, code) for code in LANGUAGES))


def _lemmas(word: str, language: str) -> frozenset[str]:
    """Return the lemmas of a lower-case word. Two letters stand for themselves: the dictionary takes "do" for an abbreviation."""
    return frozenset(f"{language}:{form}" for form in (forms(word, language) if len(word) > 2 else (word,)))
