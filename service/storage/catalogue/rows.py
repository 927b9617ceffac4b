"""Between the domain's values and rows."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from service.domain.documents import Document, DocumentState, Heading, Page, Passage, Reason
from service.domain.findings import Finding, FindingType, Quantity, Why
from service.domain.projects import Project

PROJECT_FIELDS = tuple(Project.__dataclass_fields__)
DOCUMENT_FIELDS = tuple(Document.__dataclass_fields__)
RECEIVED_AT, STATE, REASON = map(DOCUMENT_FIELDS.index, ("received_at", "state", "reason"))
STATES = {state.value: state for state in DocumentState}
REASONS = {None: None} | {reason.value: reason for reason in Reason}
PASSAGE_FIELDS = tuple(Passage.__dataclass_fields__)
PASSAGE_WIDTH, HEADING_PATH = len(PASSAGE_FIELDS), PASSAGE_FIELDS.index("heading_path")


def document_row(document: Document) -> dict[str, Any]:
    """Return a document as a row."""
    return {
        "id": document.id,
        "sha256": document.sha256,
        "file_name": document.file_name,
        "media_type": document.media_type,
        "size": document.size,
        # SQLite keeps no time zone.
        "received_at": document.received_at.astimezone(UTC),
        "state": document.state.value,
        "reason": document.reason.value if document.reason else None,
        "detail": document.detail,
        "title": document.title,
        "document_type": document.document_type,
        "year": document.year,
        "language": document.language,
        "project_id": document.project_id,
        "page_count": document.page_count,
        "passage_count": document.passage_count,
        "metadata": document.metadata,
    }


def document(row: Sequence[Any]) -> Document:
    """Return a row as a document: its columns stand in the order of the fields."""
    values = list(row)
    values[RECEIVED_AT] = _in_utc(values[RECEIVED_AT])
    values[STATE] = STATES[values[STATE]]
    values[REASON] = REASONS[values[REASON]]
    return Document(*values)


def page_row(document_id: str, page: Page) -> dict[str, Any]:
    """Return a page as a row."""
    return {
        "document_id": document_id,
        "number": page.number,
        "label": page.label,
        "language": page.language,
        "text": page.text,
        "headings": [[heading.start, heading.level, heading.text] for heading in page.headings],
        "project_id": page.project_id,
    }


def page(row: Any) -> Page:
    """Return a row as a page."""
    headings = tuple(Heading(start, level, text) for start, level, text in row.headings)
    return Page(row.number, row.label, row.text, row.language, headings, row.project_id)


def passage_row(passage: Passage) -> dict[str, Any]:
    """Return a passage as a row."""
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "ordinal": passage.ordinal,
        "text": passage.text,
        "heading_path": list(passage.heading_path),
        "page_from": passage.page_from,
        "page_to": passage.page_to,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "project_id": passage.project_id,
    }


def passage(row: Sequence[Any]) -> Passage:
    """Return a row as a passage: its columns stand in the order of the fields."""
    values = list(row)
    values[HEADING_PATH] = tuple(values[HEADING_PATH])
    return Passage(*values)


def view(row: Sequence[Any]) -> tuple[Passage, Document, str]:
    """Return a row with the columns of a passage, those of its document, and the label of its page."""
    *both, label = row
    return passage(both[:PASSAGE_WIDTH]), document(both[PASSAGE_WIDTH:]), label


def finding_row(finding: Finding) -> dict[str, Any]:
    """Return a finding as a row."""
    return asdict(finding) | {"type": finding.type.value}


def finding(row: Any) -> Finding:
    """Return a row as a finding."""
    return Finding(
        passage_id=row.passage_id,
        document_id=row.document_id,
        type=FindingType(row.type),
        confidence=row.confidence,
        start=row.start,
        end=row.end,
        why=Why(row.why["heading"], tuple(row.why["cues"]), row.why["model"]),
        level=row.level,
        polarity=row.polarity,
        evidence=row.evidence,
        stage=row.stage,
        benefit=row.benefit,
        obstacles=tuple(row.obstacles),
        target_groups=tuple(row.target_groups),
        criteria=tuple(row.criteria),
        addressees=tuple(row.addressees),
        numbers=tuple(Quantity(**one) for one in row.numbers),
    )


def project_row(project: Project, document_id: str) -> dict[str, Any]:
    """Return a project as a row, with the document that it was read from."""
    return asdict(project) | {"source_document_id": document_id}


def project(row: Any) -> Project:
    """Return a row as a project."""
    return Project(**{name: getattr(row, name) for name in PROJECT_FIELDS})


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
