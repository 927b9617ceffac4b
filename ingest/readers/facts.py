"""Titles and years as files state them, with the useless ones left out."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from ingest.readers.characters import clean

LONGEST_TITLE = 250
EARLIEST_YEAR = 1990
COVER_CHARACTERS = 1_500
_MADE_BY_PROGRAM = re.compile(
    r"microsoft (?:word|powerpoint)|powerpoint-presentation|word-dokument|untitled|namnlös|namnlöst|unnamed|no title"
    r"|title|titel|rubrik|document\s?\d*|dokument\s?\d*|presentation\s?\d*|slide \d+|bild \d+|mall\b|\(?anonymous\)?",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\S*\.(?:docx?|dotx?|pdf|odt|rtf|indd|qxd|pptx?|xlsx?|tex|dvi|html?|txt)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])(?:19|20)\d{2}(?![\d/-])")
_DATED = re.compile(
    r"\b(?:published|publicera[dt]|utgiven|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november"
    r"|december|january|february|march|may|june|july|august|october)[ ,:]+((?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(?:19|20)\d{2}\s*[-–—/]\s*(?:19|20)?\d{2}")


def sensible_title(*candidates: str | None) -> str:
    """Return the first candidate that a person could have written as a title, or ""."""
    for candidate in candidates:
        title = " ".join(clean(candidate or "").split())
        if _is_sensible(title):
            return title
    return ""


def year_of(title: str, stamps: Iterable[str | None] = (), cover: str = "") -> int | None:
    """Return the year a document is from, or None.

    Args:
        title: the only year in it counts; programme periods ("2014–2020") do not.
        stamps: what the file says of its making ("D:20230501", "2023-05-01"); counts last.
        cover: the first page's text; a year after "Published" or a month's name near its beginning counts.
    """
    years = {int(match) for match in _YEAR.findall(_PERIOD.sub("", title))}
    if len(years) == 1 and _is_plausible(year := years.pop()):
        return year
    dated = _DATED.search(cover[:COVER_CHARACTERS])
    if dated and _is_plausible(int(dated[1])):
        return int(dated[1])
    for stamp in stamps:
        digits = re.search(r"(?:19|20)\d{2}", (stamp or "")[:8])
        if digits and _is_plausible(int(digits.group())):
            return int(digits.group())
    return None


def _is_sensible(title: str) -> bool:
    letters = sum(map(str.isalpha, title))
    return (
        letters >= 3
        and letters * 2 >= len(title.replace(" ", ""))
        and len(title) <= LONGEST_TITLE
        and not _FILE_NAME.fullmatch(title)
        and not _MADE_BY_PROGRAM.fullmatch(title)
        and not title.casefold().startswith("microsoft ")
    )


def _is_plausible(year: int) -> bool:
    return EARLIEST_YEAR <= year <= datetime.now(UTC).year + 1
