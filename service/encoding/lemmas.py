"""Lemmas of Swedish and English words, from tables that open in a millisecond (made by ``training/lemmas.py``)."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

RULE_SEPARATOR = "|"


def fingerprint(form: str) -> int:
    """Return the 32-bit fingerprint of a lower-case form."""
    return crc32(form.encode())


def lemma(form: str, language: str) -> str | None:
    """Return the lemma of a lower-case form in "sv" or "en", or None for a form that the dictionary does not know."""
    prints, rules, texts = _table(language)
    wanted = fingerprint(form)
    place = int(np.searchsorted(prints, np.uint32(wanted)))
    if place == len(prints) or int(prints[place]) != wanted:
        return None
    cut, _, end = texts[int(rules[place])].partition(RULE_SEPARATOR)
    kept = len(form) - int(cut)
    return form[:kept] + end if kept >= 0 else None


@cache
def _table(language: str) -> tuple[NDArray[np.uint32], NDArray[np.uint16], Sequence[str]]:
    folder = files("service.encoding") / "lemma_tables"
    with as_file(folder / f"{language}.prints.npy") as path:
        prints = np.load(path, mmap_mode="r")
    with as_file(folder / f"{language}.rules.npy") as path:
        rules = np.load(path, mmap_mode="r")
    texts = (folder / f"{language}.rules.txt").read_text(encoding="utf-8").splitlines()
    return prints, rules, texts
