"""Projects: what a project record or a list of operations says, kept as published."""

import re
from dataclasses import dataclass, field
from datetime import date

DIARY_NUMBER = re.compile(r"(?<![\w/-])(?:\d{2}-\d{3}-S\d{2}|(?:19|20)\d{2}/\d{5}|(?:19|20)\d{2}-\d{7})(?![\w/-]*\w)")
"""The three shapes of a diary number: 2021–2027 (22-018-S01), 2014–2020 (2015/00394), 2007–2013 (2008-3050012)."""


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
