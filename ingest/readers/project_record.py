"""Projektbanken's page about one project: labels with values, then the application's own text.

Two shapes are published. The one for 2021–2027 has a start and an end date, NUTS and yes/no fields; the one for 2014–2020 has
the period in one field, amounts with spaces, and people's data, which never leave this file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.characters import clean
from ingest.readers.limits import DEFAULT_LIMITS
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import Facts, RawPage, Reading, ReadingFailed
from ingest.readers.values import parse_amount, parse_count, parse_date, parse_percent, parse_period, parse_yes_no
from service.domain.documents import Reason
from service.domain.projects import DIARY_NUMBER, Project, diary_numbers, project_id

DOCUMENT_TYPE = "projektpost"
FEWEST_LABELS = 8
"""A report's table of facts has a few of the labels; a record has at least fourteen."""
TOP = 20_000
"""Characters at the start of a text in which a record's labels must stand."""

FIELDS = {
    "land som berörs": "country",
    "berörd fond": "fund",
    "program cci": "programme",
    "diarienummer": "dnr",
    "projektägare organisationsnummer": "owner_orgnr",
    "projektägare": "owner",
    "namn": "title",
    "startdatum": "start",
    "slutdatum": "end",
    "projektperiod": "period",
    "unionens medfinansieringsgrad": "eu_rate",
    "programområde": "programme_area",
    "specifikt mål": "specific_objective",
    "sekundärtema-motverka barnfattigdom": "child_poverty",
    "region": "region",
    "nuts-2 kod": "nuts2",
    "interventionstyp": "intervention_field",
    "antal deltagare": "participants",
    "planerat antal deltagare": "participants",
    "insats av strategisk betydelse": "strategic",
    "projektnummer": "project_no",
    "total projektbudget": "total_budget",
    "beviljat esf-stöd": "granted",
}
"""Label to field, in lower case and without spaces around the dash."""
PRIVATE = frozenset(
    {
        "kontaktperson",
        "e-post",
        "telefon",
        "telefonnummer",
        "mobil",
        "stödmottagare postnr",
        "stödmottagare postnummer",
        "stödmottagare postort",
        "stödmottagarens postadress",
        "stödmottagarens address",
        "stödmottagarens adress",
    }
)
"""Labels of people's data; "address" is how the page spells it."""
FREE_FORM = frozenset(
    {"country", "fund", "programme", "owner", "title", "region", "programme_area", "specific_objective"}
)
"""Fields whose value need not hold a digit or be yes or no."""
LONGEST_GAP = 3
"""Lines of a value at most; a label further away belongs to other text."""
LABELS_IN_ONE_LINE = 3
LONGEST_HEADING = 120
SHORTEST_SECRET = 5
HIDDEN = "[…]"

_LABELS = "|".join(
    re.escape(label).replace(r"\ ", r"\s+").replace(r"\-", r"\s*[‐‑‒–—-]\s*")
    for label in sorted((*FIELDS, *PRIVATE), key=len, reverse=True)
)
_LABEL_WITHIN_LINE = re.compile(rf"(?<![\w-])(?=(?:{_LABELS})\s*:)", re.IGNORECASE)
_MARK = re.compile(rf"({_LABELS})\s*(?:([:|])[\s:|]*(.*))?", re.IGNORECASE)
_NUMBER_AND_NAME = re.compile(rf"(?:{DIARY_NUMBER.pattern})\s+[-–—]\s+(.+)")
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line that names a label, with the value that stands on the same line."""

    line: int
    label: str
    separated: bool
    value: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A label with its value, as published."""

    label: str
    value: str

    @property
    def field(self) -> str:
        """The field of a project, or "" for people's data."""
        return FIELDS.get(_normal(self.label), "")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record taken apart; ``text`` holds the lines that are not labels and values."""

    entries: tuple[_Entry, ...]
    text: tuple[str, ...]

    @property
    def values(self) -> dict[str, str]:
        """Field to value, for the fields that have one."""
        return {entry.field: entry.value for entry in self.entries if entry.field and entry.value}

    @property
    def number(self) -> str:
        """The diary number, or ""."""
        values = self.values
        return next(iter(diary_numbers(f"{values.get('dnr', '')} {values.get('project_no', '')}")), "")


def looks_like_record(text: str) -> bool:
    """Return whether a text is a project record: number, name and owner, and at least eight of the labels."""
    record = _taken_apart(text[:TOP])
    fields = {entry.field for entry in record.entries}
    return bool(record.number) and len(record.entries) >= FEWEST_LABELS and {"title", "owner"} <= fields


def read_record(text: str) -> Reading:
    """Read a project record: one project, and one page with its public values and its free text.

    Values are kept as published, also those that look odd: 0 participants, the region code SE0, an intervention field for
    infrastructure, an owner in capitals. Contact persons, their e-mail and addresses are left out everywhere.

    Raises:
        ReadingFailed: DAMAGED, no diary number; TOO_MUCH_TEXT.
    """
    record = _taken_apart(text)
    if not record.number:
        raise ReadingFailed(Reason.DAMAGED, "no diary number")
    lines = _without_people(record)
    project = _project(record, "\n".join(lines).strip())
    facts = Facts(project.title, DOCUMENT_TYPE, project.start.year if project.start else None)
    return Reading(facts, (_page(project, lines),), (project,))


def _taken_apart(text: str) -> _Record:
    lines = list(_lines(text))
    marks = _block_of_labels(lines)
    if not marks:
        return _Record((), tuple(lines))
    entries = [_Entry(one.label, _joined(one.value, *lines[one.line + 1 : two.line])) for one, two in pairwise(marks)]
    last, after = _last_entry(marks[-1], lines)
    return _Record((*entries, last), (*_introduction(lines[: marks[0].line]), *lines[after:]))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, blank ones as "", with labels that share a line put on lines of their own."""
    for line in clean(text).replace("\f", "\n").split("\n"):
        if len(_LABEL_WITHIN_LINE.findall(line)) >= LABELS_IN_ONE_LINE:
            yield from (part.strip() for part in _LABEL_WITHIN_LINE.split(line) if part.strip())
        else:
            yield line.strip()


def _block_of_labels(lines: Sequence[str]) -> list[_Mark]:
    """Return the longest run of labels close to each other, each label once.

    A menu or the free text may hold a word that is also a label; it stands alone.
    """
    marks = [mark for number, line in enumerate(lines) if (mark := _mark(number, line))]
    if sum(mark.separated for mark in marks) * 2 > len(marks):
        # Where labels end in a colon, a line without one is a value that reads like a label.
        marks = [mark for mark in marks if mark.separated]
    filled = [0]
    for line in lines:
        filled.append(filled[-1] + bool(line))
    runs: list[list[_Mark]] = []
    for mark in marks:
        if not runs or filled[mark.line] - filled[runs[-1][-1].line + 1] > LONGEST_GAP:
            runs.append([mark])
        elif _normal(mark.label) not in {_normal(earlier.label) for earlier in runs[-1]}:
            runs[-1].append(mark)
    return max(runs, key=len, default=[])


def _mark(number: int, line: str) -> _Mark | None:
    match = _MARK.fullmatch(line)
    return _Mark(number, match[1], match[2] is not None, match[3] or "") if match else None


def _last_entry(mark: _Mark, lines: Sequence[str]) -> tuple[_Entry, int]:
    """Return the last entry and the number of the first line after it."""
    value, after = mark.value, mark.line + 1
    if not value:
        filled = next((number for number in range(after, len(lines)) if lines[number]), None)
        if filled is not None and _fits(mark, lines[filled]):
            value, after = lines[filled], filled + 1
    if _is_private(mark):
        # An address may have several lines.
        while after < len(lines) and lines[after]:
            value, after = _joined(value, lines[after]), after + 1
    return _Entry(mark.label, value), after


def _fits(mark: _Mark, value: str) -> bool:
    """Return whether a line can be the value of the last label; otherwise the free text has begun."""
    field = FIELDS.get(_normal(mark.label), "")
    if not field or field in FREE_FORM:
        return True
    return parse_yes_no(value) is not None or (any(map(str.isdigit, value)) and len(value) < LONGEST_HEADING)


def _introduction(lines: Sequence[str]) -> Sequence[str]:
    """Return the text between the line "number - name" and the labels; what stands above is the site's own."""
    headline = next((number for number, line in enumerate(lines) if _NUMBER_AND_NAME.fullmatch(line)), len(lines))
    return lines[headline + 1 :]


def _without_people(record: _Record) -> list[str]:
    """Return the free text without lines for contact persons, without their names and without e-mail addresses."""
    public = {value.casefold() for value in record.values.values()}
    secrets = [
        entry.value
        for entry in record.entries
        if not entry.field and len(entry.value) >= SHORTEST_SECRET and entry.value.casefold() not in public
    ]
    hidden = re.compile("|".join((_E_MAIL.pattern, *map(re.escape, secrets))), re.IGNORECASE)
    kept: list[str] = []
    value_follows = False
    for line in record.text:
        mark = _mark(0, line)
        if mark is not None and _is_private(mark):
            value_follows = not mark.value
        elif line and value_follows:
            value_follows = False
        else:
            kept.append(hidden.sub(HIDDEN, line))
    return kept


def _project(record: _Record, purpose: str) -> Project:
    values = record.values
    first, last = parse_period(values.get("period", ""))
    return Project(
        id=project_id(record.number),
        dnr=record.number,
        title=values.get("title", ""),
        owner=_once(values.get("owner", "")),
        owner_orgnr=values.get("owner_orgnr", ""),
        country=values.get("country", ""),
        fund=values.get("fund", ""),
        programme=values.get("programme", ""),
        start=parse_date(values.get("start", "")) or first,
        end=parse_date(values.get("end", "")) or last,
        eu_rate=parse_percent(values.get("eu_rate", "")),
        programme_area=values.get("programme_area", ""),
        specific_objective=values.get("specific_objective", ""),
        child_poverty=parse_yes_no(values.get("child_poverty", "")),
        region=values.get("region", ""),
        nuts2=values.get("nuts2", ""),
        intervention_field=values.get("intervention_field", ""),
        participants=parse_count(values.get("participants", "")),
        strategic=parse_yes_no(values.get("strategic", "")),
        project_no=values.get("project_no", ""),
        total_budget=parse_amount(values.get("total_budget", "")),
        granted=parse_amount(values.get("granted", "")),
        purpose=purpose,
        source="projektbanken-2014" if "period" in values else "projektbanken-2021",
        published={entry.label: entry.value for entry in record.entries if entry.field},
    )


def _once(owner: str) -> str:
    """Return an owner's name once when it is published twice with a comma between."""
    names = [name.strip() for name in owner.split(",")]
    first, second = names[: len(names) // 2], names[len(names) // 2 :]
    doubled = first and [name.casefold() for name in first] == [name.casefold() for name in second]
    return ", ".join(first) if doubled else owner


def _page(project: Project, lines: Sequence[str]) -> RawPage:
    builder = PageBuilder(DEFAULT_LIMITS)
    builder.add(project.title, 1)
    builder.add("\n".join(f"{label}: {value}" for label, value in project.published.items() if value))
    for block, level in _blocks(lines):
        builder.add(block, level)
    builder.end_page()
    return builder.pages[0]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the free text's blocks with their level: headings in capitals 2, paragraphs 0."""
    paragraph: list[str] = []
    for line in (*lines, ""):
        if line and not _is_heading(line):
            paragraph.append(line)
            continue
        yield "\n".join(paragraph), 0
        paragraph = []
        yield line, 2


def _is_heading(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return (
        letters >= 3
        and letters * 10 >= len(line.replace(" ", "")) * 6
        and len(line) <= LONGEST_HEADING
        and line == line.upper()
        and line[0].isalnum()
        and not line.endswith((".", ",", ";"))
    )


def _is_private(mark: _Mark) -> bool:
    return _normal(mark.label) in PRIVATE


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _normal(label: str) -> str:
    return re.sub(r"\s*[‐‑‒–—-]\s*", "-", " ".join(label.split())).casefold()
