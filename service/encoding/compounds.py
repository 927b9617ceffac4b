"""Parts of Swedish compounds: arbetsmarknadsinsats is about arbetsmarknad and insats, and arbetsmarknad about arbete and marknad.

The parts come from a list of words that stand alone often in public text (made by ``training/compound_parts.py``).
"""

from functools import cache, lru_cache
from importlib.resources import files

from service.encoding.lemmas import lemma

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
LINKED = {"arbets": "arbete", "skol": "skola", "kvinno": "kvinna", "barna": "barn", "hälso": "hälsa", "folk": "folk"}
"""First parts whose form in compounds cannot be told from their lemma by rule."""


@lru_cache(maxsize=100_000)
def parts(word: str) -> tuple[str, ...]:
    """Return the lemmas of the parts of a lower-case word, or an empty tuple for a word that is no compound.

    Every cut into two known parts is tried, with or without a linking s; the cut with the longest last part wins, because
    the last part carries the meaning. Parts that are compounds themselves give their parts too.
    """
    if len(word) < SHORTEST_COMPOUND:
        return ()
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first, last = _first_part(word[:cut]), _last_part(word[cut:])
        if first and last:
            return tuple(dict.fromkeys((first, *parts(first), last, *parts(last))))
    return ()


def _first_part(text: str) -> str | None:
    if text in LINKED:
        return LINKED[text]
    if text in _lexicon():
        return text
    if text.endswith("s") and len(text) > SHORTEST_PART:
        bare = text[:-1]
        if bare in _lexicon():
            return bare
        if found := _first_compound(bare):
            return found
    if f"{text}a" in _lexicon():
        return f"{text}a"
    return _first_compound(text)


def _first_compound(text: str) -> str | None:
    """A first part may be a compound that never stands alone: arbetsmarknad in arbetsmarknadspolitik."""
    return text if len(text) >= SHORTEST_COMPOUND and parts(text) else None


def _last_part(text: str) -> str | None:
    base = lemma(text, "sv") or text
    return base if base in _lexicon() else None


@cache
def _lexicon() -> frozenset[str]:
    return frozenset((files("service.encoding") / "compound_parts.txt").read_text(encoding="utf-8").split())
