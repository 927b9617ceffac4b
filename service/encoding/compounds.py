"""Parts of Swedish compounds: arbetsmarknadsinsats is about arbetsmarknad and insats, and arbetsmarknad about arbete and marknad.

The parts come from a list of words that stand alone often in public text (made by ``training/compound_parts.py``).
"""

from functools import cache, lru_cache
from importlib.resources import files

from service.encoding.lemmas import lemma

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
SHORT_LAST = frozenset(
    "mål målet målen råd rådet lag lagen lagar väg vägen vägar hus liv livet tid tiden bil bilar".split()
)
"""Last parts of three letters, and their inflections. Three letters as a rule would cut almost any word."""
LINKED = {"barna": "barn", "livs": "liv", "kommunal": "kommun", "regional": "region", "social": "social"}
"""First parts whose form in compounds cannot be told from their lemma by rule."""
ENDINGS = frozenset("skap skapet skapen skaps ring ringen ringar ringarna ling lingen lingar".split())
"""Endings of words that look like words: beredskap is not about skapa, värdering not about ringa."""


@lru_cache(maxsize=100_000)
def parts(word: str) -> tuple[str, ...]:
    """Return the lemmas of the parts of a lower-case word, or an empty tuple for a word that is no compound.

    Parts that are compounds themselves give their parts too.
    """
    cut = _cut(word)
    if not cut:
        return ()
    first, last = _first_part(word[:cut]), _last_part(word[cut:])
    found = (part for part in (first, last) if part)
    return tuple(dict.fromkeys(one for part in found for one in (part, *parts(part))))


def base(word: str) -> str | None:
    """Return the lemma of a compound that no dictionary holds, by the lemma of its last part; None for other words."""
    cut = _cut(word)
    return word[:cut] + (_last_part(word[cut:]) or "") if cut else None


@lru_cache(maxsize=100_000)
def _cut(word: str) -> int:
    """Return where the last part begins, 0 when the word is no compound.

    The longest last part wins, because it carries the meaning. But a first part that is a compound itself is followed by a
    linking s: jordbruks-lag, not jordbruk-slag.
    """
    if len(word) < SHORTEST_COMPOUND:
        return 0
    for cut in range(SHORTEST_PART, len(word) - 2):
        if _is_cut(word, cut):
            linked = word[cut] == "s" and _cut(word[:cut]) and _is_cut(word, cut + 1)
            return cut + 1 if linked else cut
    return 0


def _is_cut(word: str, cut: int) -> bool:
    return _last_part(word[cut:]) is not None and _first_part(word[:cut]) is not None


def _first_part(text: str) -> str | None:
    if text in LINKED:
        return LINKED[text]
    for candidate in _unlinked(text):
        if candidate in _lexicon():
            return candidate
    # A first part may be a compound that never stands alone: arbetsmarknad in arbetsmarknadspolitik.
    bare = text.removesuffix("s")
    return next((one for one in (bare, text) if parts(one)), None)


def _unlinked(text: str) -> tuple[str, ...]:
    """Return the words that a first part may come from: skogs-, samhälls-, kvinno-, skol-."""
    stem = text[:-1]
    linked = {"s": (stem, f"{stem}e"), "o": (f"{stem}a",)}.get(text[-1], ())
    return (text, *(one for one in linked if len(one) >= SHORTEST_PART), f"{text}a")


def _last_part(text: str) -> str | None:
    if text in ENDINGS or (len(text) < SHORTEST_PART and text not in SHORT_LAST):
        return None
    found = lemma(text, "sv") or text
    return found if found in _lexicon() or text in SHORT_LAST else None


@cache
def _lexicon() -> frozenset[str]:
    return frozenset((files("service.encoding") / "compound_parts.txt").read_text(encoding="utf-8").split())
