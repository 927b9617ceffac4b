"""The labels of a project record: finding them, their values and the text around them, and keeping people's data out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.characters import clean
from ingest.readers.values import parse_yes_no
from service.domain.projects import DIARY_NUMBER, diary_numbers

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
LONGEST_VALUE = 120
SHORTEST_SECRET = 5
"""Letters that a contact's name needs to be looked for in the free text."""
HIDDEN = "[…]"

_LABELS = "|".join(
    re.escape(label).replace(r"\ ", r"\s+").replace(r"\-", r"\s*[‐‑‒–—-]\s*")
    for label in sorted((*FIELDS, *PRIVATE), key=len, reverse=True)
)
_LABEL_WITHIN_LINE = re.compile(rf"(?<![\w-])(?=(?:{_LABELS})\s*:)", re.IGNORECASE)
_MARK = re.compile(rf"(?:[•·*-]\s+)?({_LABELS})\s*(?:([:|])[\s:|]*(.*))?", re.IGNORECASE)
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
class Entry:
    """A label with its value, as published."""

    label: str
    value: str

    @property
    def field(self) -> str:
        """The field of a project, or "" for people's data."""
        return FIELDS.get(_normal(self.label), "")


@dataclass(frozen=True, slots=True)
class Record:
    """A record taken apart; ``text`` holds the lines that are not labels and values."""

    entries: tuple[Entry, ...]
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


def taken_apart(text: str) -> Record:
    """Take a text apart into labels with values, people's data included, and the text around them."""
    lines = list(_lines(text))
    marks = _block_of_labels(lines)
    if not marks:
        return Record((), tuple(lines))
    entries = [Entry(one.label, _joined(one.value, *lines[one.line + 1 : two.line])) for one, two in pairwise(marks)]
    last, after = _last_entry(marks[-1], lines)
    return Record((*entries, last), (*_introduction(lines[: marks[0].line]), *lines[after:]))


def text_without_people(record: Record) -> list[str]:
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


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, blank ones as "", with labels that share a line put on lines of their own."""
    for line in clean(text).replace("\f", "\n").split("\n"):
        if len(_LABEL_WITHIN_LINE.findall(line)) >= LABELS_IN_ONE_LINE:
            yield from (part.strip() for part in _LABEL_WITHIN_LINE.split(line) if part.strip())
        else:
            yield line.strip()


def _block_of_labels(lines: Sequence[str]) -> list[_Mark]:
    """Return the longest run of labels close to each other, each once; those of people's data as often as they come.

    A menu or the free text may hold a word that is also a label; it stands alone.
    """
    marks = [mark for number, line in enumerate(lines) if (mark := _mark(number, line))]
    if sum(mark.separated for mark in marks) * 2 > len(marks):
        # Where labels end in a colon, a line without one is a value that reads like a label.
        marks = [mark for mark in marks if mark.separated or _is_private(mark)]
    filled = [0]
    for line in lines:
        filled.append(filled[-1] + bool(line))
    runs: list[list[_Mark]] = []
    for mark in marks:
        if not runs or filled[mark.line] - filled[runs[-1][-1].line + 1] > LONGEST_GAP:
            runs.append([mark])
        elif _is_private(mark) or not _is_repeated(mark, runs[-1]):
            runs[-1].append(mark)
    block = max(runs, key=len, default=[])
    while block and _is_repeated(block[-1], block[:-1]):
        block.pop()
    return block


def _is_repeated(mark: _Mark, earlier: Sequence[_Mark]) -> bool:
    return _normal(mark.label) in {_normal(other.label) for other in earlier}


def _mark(number: int, line: str) -> _Mark | None:
    match = _MARK.fullmatch(line)
    return _Mark(number, match[1], match[2] is not None, match[3] or "") if match else None


def _last_entry(mark: _Mark, lines: Sequence[str]) -> tuple[Entry, int]:
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
    return Entry(mark.label, _joined(value)), after


def _fits(mark: _Mark, value: str) -> bool:
    """Return whether a line can be the value of the last label; otherwise the free text has begun."""
    field = FIELDS.get(_normal(mark.label), "")
    if not field or field in FREE_FORM:
        return True
    return parse_yes_no(value) is not None or (any(map(str.isdigit, value)) and len(value) < LONGEST_VALUE)


def _introduction(lines: Sequence[str]) -> Sequence[str]:
    """Return the text between the line "number - name" and the labels; what stands above is the site's own."""
    headline = next((number for number, line in enumerate(lines) if _NUMBER_AND_NAME.fullmatch(line)), len(lines))
    return lines[headline + 1 :]


def _is_private(mark: _Mark) -> bool:
    return _normal(mark.label) in PRIVATE


def _joined(*parts: str) -> str:
    """Return the lines of a value as one, an e-mail address that strayed into it hidden."""
    return _E_MAIL.sub(HIDDEN, " ".join(part for part in parts if part))


def _normal(label: str) -> str:
    return re.sub(r"\s*[‐‑‒–—-]\s*", "-", " ".join(label.split())).casefold()
