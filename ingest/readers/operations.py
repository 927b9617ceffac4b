"""Lists of operations, which Regulation (EU) 2021/1060, Article 49, obliges every programme to publish.

Each row becomes one project and one page. Columns are known by ``service/domain/codes/operation_columns.csv``; what cannot
be parsed stays as published and nothing is refused for being odd. Columns with people's data are dropped.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from ingest.readers.characters import clean
from ingest.readers.operation_columns import field_of, holds_people
from ingest.readers.operation_tables import Row, rows_of
from ingest.readers.reading import Facts, RawPage, Reading, ReadingFailed
from ingest.readers.values import (
    currency_of,
    parse_amount,
    parse_count,
    parse_date,
    parse_percent,
    parse_period,
)
from service.domain.documents import Heading, Reason
from service.domain.projects import Project, merged, project_id

DOCUMENT_TYPE = "förteckning över insatser"
SOURCE = "operations"
MOST_ROWS = 100_000
MONEY = ("granted", "total_budget")


def read_operations(data: bytes, file_name: str) -> Reading:
    """Read a list of operations from CSV, JSON, JSON lines or XLSX, also packed with gzip.

    An operation without a code gets an id made of programme, name, beneficiary and start, and of all its values where those
    four are not its alone: the same list read again gives the same ids. Rows that share a code are one project with
    several pages. Rows without a name, or with a name only (sums, notes), are left out.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT, it is no list of operations; EMPTY, it has no rows; TOO_MUCH_TEXT, it has more than
            100 000; DAMAGED or UNSAFE_ARCHIVE.
    """
    projects = _with_ids(list(_projects(rows_of(data, file_name))))
    if not projects:
        raise ReadingFailed(Reason.EMPTY, "no operations")
    pages = tuple(_page(number, project) for number, project in enumerate(projects, start=1))
    # Of rows that share a code the first one counts most.
    unique = merged(reversed(projects))
    facts = Facts(_title(file_name), DOCUMENT_TYPE, metadata={"operations": str(len(projects))})
    return Reading(facts, pages, tuple(reversed(unique.values())))


def _projects(rows: Iterator[Row]) -> Iterator[Project]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise ReadingFailed(Reason.TOO_MUCH_TEXT, f"more than {MOST_ROWS} rows")
        published = {_one_line(name): _tidy(text) for name, text in row.items() if not holds_people(name)}
        columns = _columns(published)
        if "title" in columns and len(published) > 1:
            yield _project(published, columns)


def _columns(published: Row) -> dict[str, str]:
    """Return field to column; of several columns for a field the first one that is filled in."""
    columns: dict[str, str] = {}
    for name in published:
        if field := field_of(name):
            columns.setdefault(field, name)
    return columns


def _project(published: dict[str, str], columns: dict[str, str]) -> Project:
    def value(field: str) -> str:
        return _one_line(published.get(columns.get(field, ""), ""))

    first, last = parse_period(value("period"))
    return Project(
        id=project_id(value("id")),
        dnr=value("id"),
        title=value("title"),
        owner=value("owner"),
        owner_orgnr=value("owner_orgnr"),
        country=value("country"),
        fund=value("fund"),
        programme=value("programme"),
        start=parse_date(value("start")) or first,
        end=parse_date(value("end")) or last,
        eu_rate=parse_percent(value("eu_rate")),
        programme_area=value("programme_area"),
        specific_objective=value("specific_objective"),
        region=value("region") or value("location"),
        nuts2=value("nuts2"),
        intervention_field=value("intervention_field"),
        participants=parse_count(value("participants")),
        total_budget=parse_amount(value("total_budget")),
        granted=parse_amount(value("granted")),
        currency=_currency(value("currency"), *(f"{columns.get(field, '')} {value(field)}" for field in MONEY)),
        purpose=published.get(columns.get("purpose", ""), ""),
        source=SOURCE,
        published=published,
    )


def _currency(*texts: str) -> str:
    """Return the currency that is named first; a list that names none is not guessed at."""
    return next(filter(None, map(currency_of, texts)), "")


def _with_ids(projects: list[Project]) -> list[Project]:
    """Give an id to the operations that were published without a code."""
    shared = {made for made, count in Counter(map(_id_of_few, projects)).items() if count > 1}
    return [
        project
        if project.id
        else replace(project, id=_id_of_all(project) if _id_of_few(project) in shared else _id_of_few(project))
        for project in projects
    ]


def _id_of_few(project: Project) -> str:
    return _made_id(project.programme, project.title, project.owner, str(project.start or ""))


def _id_of_all(project: Project) -> str:
    return _made_id(*chain(*project.published.items()))


def _made_id(*parts: str) -> str:
    return f"op-{sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"


def _page(number: int, project: Project) -> RawPage:
    shown = {project.title, _one_line(project.purpose)}
    facts = "\n".join(f"{name}: {text}" for name, text in project.published.items() if _one_line(text) not in shown)
    text = "\n\n".join(part for part in (project.title, project.purpose, facts) if part)
    return RawPage(number, project.dnr, text, (Heading(0, 1, project.title),), project.id)


def _title(file_name: str) -> str:
    return re.sub(r"\.(?:csv|jsonl?|ndjson|xlsx)(?:\.gz)?$", "", file_name, flags=re.IGNORECASE).replace("_", " ")


def _tidy(text: str) -> str:
    lines = (_one_line(line) for line in clean(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
