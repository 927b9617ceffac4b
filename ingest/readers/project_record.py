"""Projektbanken's page about one project: labels with values, then the application's own text.

Two shapes are published. The one for 2021–2027 has a start and an end date, NUTS and yes/no fields; the one for 2014–2020 has
the period in one field, amounts with spaces, and people's data, which never leave the reader.
"""

from collections.abc import Iterator, Sequence

from ingest.readers.limits import DEFAULT_LIMITS
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import Facts, RawPage, Reading, ReadingFailed
from ingest.readers.record_labels import Record, taken_apart, text_without_people
from ingest.readers.values import parse_amount, parse_count, parse_date, parse_percent, parse_period, parse_yes_no
from service.domain.documents import Reason
from service.domain.projects import Project, project_id

DOCUMENT_TYPE = "projektpost"
FEWEST_LABELS = 8
"""A report's table of facts has a few of the labels; a record has at least fourteen."""
TOP = 20_000
"""Characters at the start of a text in which a record's labels must stand."""
LONGEST_HEADING = 120


def looks_like_record(text: str) -> bool:
    """Return whether a text is a project record: number, name and owner, and at least eight of the labels."""
    record = taken_apart(text[:TOP])
    fields = {entry.field for entry in record.entries}
    return bool(record.number) and len(record.entries) >= FEWEST_LABELS and {"title", "owner"} <= fields


def read_record(text: str) -> Reading:
    """Read a project record: one project, and one page with its public values and its free text.

    Values are kept as published, also those that look odd: 0 participants, the region code SE0, an intervention field for
    infrastructure, an owner in capitals. Contact persons, their e-mail and addresses are left out everywhere.

    Raises:
        ReadingFailed: DAMAGED, no diary number; TOO_MUCH_TEXT.
    """
    record = taken_apart(text)
    if not record.number:
        raise ReadingFailed(Reason.DAMAGED, "no diary number")
    lines = text_without_people(record)
    project = _project(record, "\n".join(lines).strip())
    facts = Facts(project.title, DOCUMENT_TYPE, project.start.year if project.start else None)
    return Reading(facts, (_page(project, lines),), (project,))


def _project(record: Record, purpose: str) -> Project:
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
