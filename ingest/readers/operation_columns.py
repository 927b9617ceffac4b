"""What the columns of a list of operations mean, whatever the list calls them."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

EVIDENCE = frozenset(
    {
        "purpose",
        "start",
        "end",
        "period",
        "granted",
        "total_budget",
        "eu_rate",
        "fund",
        "programme",
        "specific_objective",
    }
)
"""Fields of which a list of operations has at least one; names with organisations alone may be an address book."""
KNOWN_COLUMNS = 1_000
"""Column names remembered: those of one list come back with every row."""
_PEOPLE = re.compile(
    r"kontakt|contact|e-?post|e-?mail|mejl|telefon|phone|\bmobil\b|\bfax\b|förnamn|efternamn|surname|first name|last name"
    r"|forename|natural person|fysisk person|personnummer|projektledare|project manager",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@lru_cache(KNOWN_COLUMNS)
def field_of(column: str) -> str:
    """Return the field that a column holds, or "": "Projektnamn / Name of operation" and "total_cost (€)" are known too."""
    known = _known_names()
    if holds_people(column):
        return ""
    for name in (column, _IN_BRACKETS.sub(" ", column), *re.split(r"[/|\n]| - | – ", column)):
        if field := known.get(_normal(name)):
            return field
    return ""


@lru_cache(KNOWN_COLUMNS)
def holds_people(column: str) -> bool:
    """Return whether a column holds contact persons or other people's data."""
    return _PEOPLE.search(column.replace("_", " ")) is not None


def is_list_of_operations(columns: Iterable[str]) -> bool:
    """Return whether columns name the operations and at least one of the things that only operations have."""
    fields = set(map(field_of, columns))
    return "title" in fields and bool(fields & EVIDENCE)


@cache
def _known_names() -> Mapping[str, str]:
    text = (files("service.domain.codes") / "operation_columns.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return {_normal(name): row["field"] for row in rows for name in row["names"].split("|")}


def _normal(name: str) -> str:
    return " ".join(re.sub(r"[_\-‐–:*.]", " ", name).split()).casefold()
