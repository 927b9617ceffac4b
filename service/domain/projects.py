"""Projects: what a project record or a list of operations says, kept as published."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

DIARY_NUMBER = re.compile(r"(?<![\w/-])(?:\d{2}-\d{3}-S\d{2}|(?:19|20)\d{2}/\d{5}|(?:19|20)\d{2}-\d{7})(?![\w/-]*\w)")
"""The three shapes of a diary number: 2021–2027 (22-018-S01), 2014–2020 (2015/00394), 2007–2013 (2008-3050012)."""
WITHOUT_SLASH = re.compile(r"(?<![\w/-])((?:19|20)\d{2})-(\d{5})(?![\w/-]*\w)")
PLAIN_FIELDS = (
    "dnr", "title", "owner", "owner_orgnr", "country", "fund", "programme", "start", "end", "eu_rate", "programme_area",
    "specific_objective", "child_poverty", "region", "nuts2", "intervention_field", "participants", "strategic",
    "project_no", "purpose",
)  # fmt: skip
"""Fields of a project that are taken one by one when several documents record it."""
MONEY_FIELDS = ("total_budget", "granted")
OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Project:
    """One project. Field names follow the record's labels; values that cannot be parsed stay in ``published``.

    ``id`` is what stands in a URL: the diary number with "/" written as "-".
    Money is in ``currency`` units, ``eu_rate`` in percent, ``participants`` is a planned number of people (0 is legal).
    """

    id: str
    dnr: str
    title: str
    owner: str = ""
    owner_orgnr: str = ""
    country: str = ""
    fund: str = ""
    programme: str = ""
    start: date | None = None
    end: date | None = None
    eu_rate: float | None = None
    programme_area: str = ""
    specific_objective: str = ""
    child_poverty: bool | None = None
    region: str = ""
    nuts2: str = ""
    intervention_field: str = ""
    participants: int | None = None
    strategic: bool | None = None
    project_no: str = ""
    total_budget: float | None = None
    granted: float | None = None
    currency: str = "SEK"
    purpose: str = ""
    source: str = ""
    """Which form the record came in: "projektbanken-2021", "projektbanken-2014" or "operations"."""
    published: dict[str, str] = field(default_factory=dict)
    """Label to value exactly as published and in the published order, without people's data."""


def project_id(dnr: str) -> str:
    """Return the id that stands in a URL for a diary number or operation code."""
    return re.sub(r"[^0-9A-Za-z-]+", "-", dnr.strip()).strip("-")


def diary_numbers(text: str) -> tuple[str, ...]:
    """Return the diary numbers in a text, in order of appearance, each once."""
    return tuple(dict.fromkeys(match.group() for match in DIARY_NUMBER.finditer(text)))


def with_slashes(text: str) -> str:
    """Return a text with 2015/00394 for 2015-00394, as names of files, addresses and people write it.

    Not for the text of reports: there such a number can be another authority's.
    """
    return WITHOUT_SLASH.sub(r"\1/\2", text)


def merged(records: Iterable[Project]) -> dict[str, Project]:
    """Return projects by id, each as all its records together tell it.

    Args:
        records: the most recent last. For each field the most recent record that knows it is believed, so a thin list that
            comes later takes nothing away. Sums in another currency than the most recent ones are left out.

    What is shown as published comes from project records; a list of operations adds only what no record says.
    """
    several: dict[str, list[Project]] = {}
    for record in records:
        several.setdefault(record.id, []).append(record)
    return {key: found[0] if len(found) == 1 else _merged(found) for key, found in several.items()}


def _merged(records: Sequence[Project]) -> Project:
    known: dict[str, Any] = {name: _latest(records, name) for name in PLAIN_FIELDS}
    priced = [record for record in records if any(getattr(record, name) is not None for name in MONEY_FIELDS)]
    if priced:
        known["currency"] = priced[-1].currency
        same = [record for record in priced if record.currency == known["currency"]]
        known |= {name: _latest(same, name) for name in MONEY_FIELDS}
    *lesser, best = sorted(records, key=lambda record: record.source != OPERATIONS)
    return replace(best, **known, published=_published(best, lesser))


def _latest(records: Sequence[Project], name: str) -> Any:
    values = [getattr(record, name) for record in records]
    # 0 participants and "no" are answers; nothing and an empty text are none.
    return next((value for value in reversed(values) if value not in (None, "")), values[-1])


def _published(best: Project, lesser: Sequence[Project]) -> dict[str, str]:
    """Return label to value; another label for a value that stands there already is left out."""
    found = dict(best.published)
    for record in reversed(lesser):
        stated = {value.casefold() for value in found.values()}
        for label, value in record.published.items():
            if not found.get(label) and value.casefold() not in stated:
                found[label] = value
    return found
