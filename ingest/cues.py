"""Words that speak for a type of finding, a level, a target group …, found in sentences.

The cues stand in ``service/domain/codes/finding_cues.csv``, one a row: list, code, language, cue, weight, negated. A cue is words in
a row, and in each word

- ``*`` at an end stands for any letters: ``hind*``, ``*upphandling``;
- ``|`` parts words of which one is enough: ``vi|utvärderarna föreslår``;
- ``#`` is a number, ``…`` stands for up to four words, ``^`` before the first word asks for the start of a sentence.

A longer cue replaces the shorter ones of its code that it covers: "bör ha" counts less than "bör", and a cue of weight 0 is a
trap. ``negated`` says what becomes of a cue after "inte", "no" and the like: empty, it stands as it is; ``-``, it counts for
nothing; a code, it speaks for that one instead.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

GAP = 4
"""Words that ``…`` stands for at most."""
NEGATED_WITHIN = 3
"""Words before a cue in which a negation counts."""
KEY = 3
"""Letters by which cues that begin with a given stem are sorted."""
MOST_WORDS = 200_000
"""Words whose cues are remembered."""

_WORD = re.compile(r"\d+(?:[\s\u00a0]\d{3})+(?!\d)|\d+(?:[.,]\d+)?|[^\W\d_]+(?:[-’'][^\W_]+)*|[%€]")

Test = tuple[frozenset[str], tuple[str, ...], tuple[str, ...], bool]
"""What a word is tested against: whole words, beginnings, endings or inner parts, and whether a number will do."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue, its words in the form in which they are tested; None stands for a gap."""

    list: str
    code: str
    weight: float
    negated: str
    at_start: bool
    words: tuple[Test | None, ...] = field(repr=False)


class Match(NamedTuple):
    """A cue found in words ``first`` to ``last`` (inclusive) of a sentence; ``code`` is what it speaks for here."""

    list: str
    code: str
    weight: float
    first: int
    last: int


class _Begun(NamedTuple):
    """The cues that a word begins: those that it is, those that a certain word must follow, by that word, and the others."""

    single: tuple[Cue, ...]
    second: dict[str, list[Cue]]
    other: tuple[Cue, ...]


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, lower-case."""
    return _WORD.findall(text.lower())


class CueFinder:
    """Finds the cues of one language. Each word of the language is looked up once and remembered."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._exact: dict[str, list[Cue]] = {}
        self._stems: dict[str, list[Cue]] = {}
        self._numbers: list[Cue] = []
        self._others: list[Cue] = []
        self._known: dict[str, _Begun | None] = {}
        self._negators: set[str] = set()
        for cue in cues:
            if cue.list == "negator":
                self._negators |= {word for test in cue.words if test for word in test[0]}
            else:
                self._sort_in(cue)

    def find(self, words: Sequence[str]) -> list[Match]:
        """Return the cues in the words of a sentence; longer cues and negations are already taken account of."""
        found: list[tuple[Cue, int, int]] = []
        known, following = self._known, iter([*words[1:], ""])
        for first, word in enumerate(words):
            after = next(following)
            begun = known[word] if word in known else self._begun_by(word)
            if begun is None:
                continue
            for cue in begun.single:
                if not (cue.at_start and first):
                    found.append((cue, first, first))  # noqa: PERF401  a list of one or two costs more to make
            for cue in chain(begun.second.get(after, ()), begun.other):
                last = -1 if cue.at_start and first else _end(cue.words, words, first)
                if last >= 0:
                    found.append((cue, first, last))
        longer = [one for one in found if one[2] > one[1]]
        replacing = {(cue.list, cue.code) for cue, _, _ in longer}
        kept = [
            one
            for one in found
            if one[0].weight
            and ((one[0].list, one[0].code) not in replacing or not any(_covers(other, one) for other in longer))
        ]
        return [match for one in kept if (match := self._match(*one, words))]

    def _match(self, cue: Cue, first: int, last: int, words: Sequence[str]) -> Match | None:
        code = cue.code
        if cue.negated and not self._negators.isdisjoint(words[max(0, first - NEGATED_WITHIN) : first]):
            if cue.negated == "-":
                return None
            code = cue.negated
        return Match(cue.list, code, cue.weight, first, last)

    def _sort_in(self, cue: Cue) -> None:
        test = cue.words[0]
        if test is None or test[2] or any(len(stem) < KEY for stem in test[1]):
            self._others.append(cue)
            return
        if test[3]:
            self._numbers.append(cue)
        for word in test[0]:
            self._exact.setdefault(word, []).append(cue)
        for key in {stem[:KEY] for stem in test[1]}:
            self._stems.setdefault(key, []).append(cue)

    def _begun_by(self, word: str) -> _Begun | None:
        """Return the cues that a new word begins, None when there are none, and remember them."""
        if len(self._known) > MOST_WORDS:
            self._known.clear()
        numbers = self._numbers if word[0].isdigit() else ()
        candidates = (*self._exact.get(word, ()), *self._stems.get(word[:KEY], ()), *numbers, *self._others)
        unique = {id(cue): cue for cue in candidates if cue.words[0] and _passes(word, cue.words[0])}
        begun = self._known[word] = _begun(unique.values()) if unique else None
        return begun


def _begun(cues: Iterable[Cue]) -> _Begun:
    single, other, second = [], [], dict[str, list[Cue]]()
    for cue in cues:
        following = cue.words[1] if len(cue.words) > 1 else None
        if len(cue.words) == 1:
            single.append(cue)
        elif following is None or following[1] or following[2] or following[3]:
            other.append(cue)
        else:
            for word in following[0]:
                second.setdefault(word, []).append(cue)
    return _Begun(tuple(single), second, tuple(other))


def _covers(one: tuple[Cue, int, int], other: tuple[Cue, int, int]) -> bool:
    """Return whether a cue is longer than another of its code and stands around it."""
    (cue, first, last), (covered, begin, end) = one, other
    longer = first <= begin and end <= last and last - first > end - begin
    return longer and (cue.list, cue.code) == (covered.list, covered.code)


def _end(tests: Sequence[Test | None], words: Sequence[str], first: int) -> int:
    """Return the index of the last word that a cue covers from ``first`` on, or -1; the first word is known to pass."""
    place, gap = first + 1, 1
    for test in tests[1:]:
        if test is None:
            gap = GAP + 1
            continue
        stop = min(place + gap, len(words))
        place = next((number for number in range(place, stop) if _passes(words[number], test)), -1) + 1
        if not place:
            return -1
        gap = 1
    return place - 1


def _passes(word: str, test: Test) -> bool:
    whole, beginnings, inner, number = test
    return (
        word in whole
        or (bool(beginnings) and word.startswith(beginnings))
        or any(part in word for part in inner)
        or (number and word[0].isdigit())
    )


@cache
def finder(language: str) -> CueFinder:
    """Return the finder for "sv" or "en"; any other language is looked at with the cues of both."""
    return CueFinder(cue for code, cue in _cues() if code == language or language not in {"sv", "en"})


def _cues() -> Iterator[tuple[str, Cue]]:
    text = (files("service.domain.codes") / "finding_cues.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        words = row["cue"].removeprefix("^").split()
        tests = tuple(None if word == "…" else _test(word) for word in words)
        at_start = row["cue"].startswith("^")
        yield row["language"], Cue(row["list"], row["code"], float(row["weight"]), row["negated"], at_start, tests)


def _test(pattern: str) -> Test:
    whole, beginnings, inner = set(), [], []
    for word in pattern.split("|"):
        if word.startswith("*"):
            inner.append(word.strip("*"))
        elif word.endswith("*"):
            beginnings.append(word.rstrip("*"))
        elif word != "#":
            whole.add(word)
    return frozenset(whole), tuple(beginnings), tuple(inner), "#" in pattern.split("|")
