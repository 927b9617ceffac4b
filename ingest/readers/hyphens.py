"""Words broken over two lines, put together again."""

import re
from collections.abc import Iterable

SOFT_HYPHEN = "\u00ad"
HYPHENS = "-\u00ad\u2010\x02\ufffe"
"""What stands at a line's end where a word goes on: PDFium writes U+0002 or U+FFFE for any hyphen there."""
LONGEST_PART = 60
_LAST_PART = re.compile(r"[^\W_]+$")
_FIRST_PART = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"\b[^\W\d_]{1,40}-[^\W\d_]{1,40}\b")
_COORDINATORS = frozenset({"och", "eller", "samt", "respektive", "and", "or", "und", "oder", "og", "till", "to"})


def hyphenated_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that a document writes with a hyphen inside a line, in lower case."""
    return frozenset(word.lower() for text in texts if "-" in text for word in _HYPHENATED.findall(text))


def ends_broken(line: str) -> bool:
    """Return whether a line ends in a hyphen that follows a letter or a digit."""
    return len(line) > 1 and line[-1] in HYPHENS and line[-2].isalnum()


def join_broken(line: str, following: str, hyphenated: frozenset[str] = frozenset()) -> str:
    """Join a line that ends broken with the one after it.

    The hyphen goes when it only marked the line end ("utvärde-", "ringen"). It stays in "ESF-rådet", "2014-2020",
    "e-post" and in words that the document writes with a hyphen elsewhere, and with its space in "vård- och omsorg".
    """
    stem = line[:-1]
    # Only the end is searched: a line can be as long as a file.
    before, after = _LAST_PART.search(stem[-LONGEST_PART:]), _FIRST_PART.match(following)
    if before is None or after is None:
        return f"{stem}- {following}"
    if line[-1] == SOFT_HYPHEN:
        return stem + following
    left, right = before.group(), after.group()
    if right in _COORDINATORS:
        return f"{stem}- {following}"
    if _keeps_hyphen(left, right) or f"{left}-{right}".lower() in hyphenated:
        return f"{stem}-{following}"
    return stem + following


def _keeps_hyphen(left: str, right: str) -> bool:
    abbreviation = len(left) > 1 and left.isupper() and not right.isupper()
    return abbreviation or len(left) == 1 or not right[0].isalpha() or left[-1].isdigit() or _changes_case(left, right)


def _changes_case(left: str, right: str) -> bool:
    return right[0].isupper() and not left.isupper()
