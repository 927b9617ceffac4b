"""How values look as JSON, for the API and for ``kb … --json``. Plain typed dictionaries: no framework is imported."""

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict

from service.domain.documents import Document, Page, Passage
from service.domain.findings import Finding
from service.domain.projects import Project
from service.domain.searching import Answer, Crossing, Hit, PassageView


class PieceJson(TypedDict):
    """A stretch of the snippet; marked where it answers the question's words, bridged when it does so under another name."""

    text: str
    marked: bool
    bridged: bool


class WhyJson(TypedDict):
    """Why a passage was found."""

    words: list[str]
    codes: list[str]
    phrases: list[str]
    bridged: list[str]
    meaning_only: bool


class ProjectSummaryJson(TypedDict):
    """A project in a hit or a document."""

    id: str
    dnr: str
    title: str
    owner: str


class DocumentSummaryJson(TypedDict):
    """A document in a list."""

    id: str
    title: str
    type: str
    year: int | None
    language: str
    file_name: str
    media_type: str
    page_count: int
    state: str
    project_id: str | None


class QuantityJson(TypedDict):
    """A figure as stated; ``of`` is its denominator, null when none is stated."""

    value: float
    unit: str
    of: float | None
    quote: str


class FindingWhyJson(TypedDict):
    """What spoke for a finding: heading cue, words of the core sentence, the classifier's probability (0: not asked)."""

    heading: str
    cues: list[str]
    model: float


class FindingJson(TypedDict):
    """What a passage tells. ``start`` and ``end`` are offsets of the core sentence in the passage's text."""

    type: str
    confidence: float
    sentence: str
    start: int
    end: int
    why: FindingWhyJson
    level: str
    polarity: str
    evidence: str
    stage: str
    benefit: str
    obstacles: list[str]
    target_groups: list[str]
    criteria: list[str]
    addressees: list[str]
    numbers: list[QuantityJson]


class PlacedFindingJson(FindingJson):
    """A finding of a document, with the passage and the page where that begins."""

    passage_id: str
    page: int


class PassageJson(TypedDict):
    """A passage with its place: pages count from 1, offsets count characters in the text of their page."""

    id: str
    document_id: str
    project_id: str | None
    text: str
    heading_path: list[str]
    page_from: int
    page_to: int
    page_label: str
    start: int
    end: int
    language: str
    findings: list[FindingJson]
    links: dict[str, str]


class RepeatJson(TypedDict):
    """A passage of another document with the same text."""

    id: str
    page_from: int
    page_label: str
    document: DocumentSummaryJson
    links: dict[str, str]


class HitJson(PassageJson):
    """A passage of an answer. Scores are 0–1 within the answer and mean nothing across questions."""

    score: float
    dense_score: float
    lexical_score: float
    why: WhyJson
    snippet: list[PieceJson]
    repeats: list[RepeatJson]
    document: DocumentSummaryJson
    project: ProjectSummaryJson | None


class TermJson(TypedDict):
    """A term of the field."""

    text: str
    language: str


class CrossingJson(TypedDict):
    """A term as the question writes it, and the terms of the term bridge that were searched for too."""

    written: str
    terms: list[TermJson]


class InterpretationJson(TypedDict):
    """What was understood of the question."""

    text: str
    language: str
    phrases: list[str]
    codes: list[str]
    crossings: list[CrossingJson]


class SearchMetaJson(TypedDict):
    """About an answer."""

    count: int
    nothing_close: bool
    """No hit here shares a word with the question, and none is near in meaning."""
    interpretation: InterpretationJson


class SearchJson(TypedDict):
    """An answer: hits best first."""

    data: list[HitJson]
    links: dict[str, str]
    meta: SearchMetaJson


class PageJson(TypedDict):
    """A page of a document."""

    number: int
    label: str
    language: str
    text: str
    headings: list[str]


class DocumentJson(DocumentSummaryJson):
    """A document with its pages."""

    sha256: str
    size: int
    received_at: str
    reason: str | None
    project: ProjectSummaryJson | None
    findings: list[PlacedFindingJson]
    pages: list[PageJson]
    links: dict[str, str]


class PassageViewJson(PassageJson):
    """A passage with what it belongs to."""

    document: DocumentSummaryJson
    project: ProjectSummaryJson | None


class ProjectJson(TypedDict):
    """A project: parsed values, the record as published, and its documents."""

    id: str
    dnr: str
    title: str
    owner: str
    owner_orgnr: str
    country: str
    fund: str
    programme: str
    start: str | None
    end: str | None
    eu_rate: float | None
    programme_area: str
    specific_objective: str
    child_poverty: bool | None
    region: str
    nuts2: str
    intervention_field: str
    participants: int | None
    strategic: bool | None
    project_no: str
    total_budget: float | None
    granted: float | None
    currency: str
    purpose: str
    source: str
    published: dict[str, str]
    documents: list[DocumentSummaryJson]
    links: dict[str, str]


def search_json(answer: Answer, links: dict[str, str] | None = None) -> SearchJson:
    """Return an answer as JSON values."""
    interpretation = answer.interpretation
    return {
        "data": [_hit(hit) for hit in answer.hits],
        "links": links or {},
        "meta": {
            "count": answer.total,
            "nothing_close": answer.nothing_close,
            "interpretation": {
                "text": interpretation.text,
                "language": interpretation.language,
                "phrases": list(interpretation.phrases),
                "codes": list(interpretation.codes),
                "crossings": [_crossing(crossing) for crossing in interpretation.crossings],
            },
        },
    }


def passage_json(view: PassageView) -> PassageViewJson:
    """Return a passage with its document and project as JSON values."""
    return {
        **_passage(view.passage, view.document, view.page_label, view.findings),
        "document": document_summary_json(view.document),
        "project": _project_summary(view.project),
    }


def document_json(
    document: Document,
    pages: Sequence[Page],
    project: Project | None,
    told: Sequence[tuple[Finding, PassageView]] = (),
) -> DocumentJson:
    """Return a document with its pages, and the findings of its passages, as JSON values."""
    return {
        **document_summary_json(document),
        "sha256": document.sha256,
        "size": document.size,
        "received_at": document.received_at.isoformat(),
        "reason": document.reason.value if document.reason else None,
        "project": _project_summary(project),
        "findings": [_placed(finding, view.passage) for finding, view in told],
        "pages": [
            {
                "number": page.number,
                "label": page.label,
                "language": page.language,
                "text": page.text,
                "headings": [heading.text for heading in page.headings],
            }
            for page in pages
        ],
        "links": {
            "self": f"/api/v1/documents/{document.id}",
            "html": f"/d/{document.id}",
            "original": f"/d/{document.id}/original",
        },
    }


def document_summary_json(document: Document) -> DocumentSummaryJson:
    """Return what a list shows of a document as JSON values."""
    return {
        "id": document.id,
        "title": document.display_title,
        "type": document.document_type,
        "year": document.year,
        "language": document.language,
        "file_name": document.file_name,
        "media_type": document.media_type,
        "page_count": document.page_count,
        "state": document.state.value,
        "project_id": document.project_id,
    }


def project_json(project: Project, documents: list[Document]) -> ProjectJson:
    """Return a project with its record and its documents as JSON values."""
    return {
        "id": project.id,
        "dnr": project.dnr,
        "title": project.title,
        "owner": project.owner,
        "owner_orgnr": project.owner_orgnr,
        "country": project.country,
        "fund": project.fund,
        "programme": project.programme,
        "start": _day(project.start),
        "end": _day(project.end),
        "eu_rate": project.eu_rate,
        "programme_area": project.programme_area,
        "specific_objective": project.specific_objective,
        "child_poverty": project.child_poverty,
        "region": project.region,
        "nuts2": project.nuts2,
        "intervention_field": project.intervention_field,
        "participants": project.participants,
        "strategic": project.strategic,
        "project_no": project.project_no,
        "total_budget": project.total_budget,
        "granted": project.granted,
        "currency": project.currency,
        "purpose": project.purpose,
        "source": project.source,
        "published": project.published,
        "documents": [document_summary_json(document) for document in documents],
        "links": {"self": f"/api/v1/projects/{project.id}", "html": f"/projekt/{project.id}"},
    }


def _crossing(crossing: Crossing) -> CrossingJson:
    return {
        "written": crossing.written,
        "terms": [{"text": term.text, "language": term.language} for term in crossing.terms],
    }


def _hit(hit: Hit) -> HitJson:
    return {
        **_passage(hit.passage, hit.document, hit.page_label, hit.findings),
        "score": round(hit.score, 4),
        "dense_score": round(hit.dense_score, 4),
        "lexical_score": round(hit.lexical_score, 4),
        "why": {
            "words": list(hit.why.words),
            "codes": list(hit.why.codes),
            "phrases": list(hit.why.phrases),
            "bridged": list(hit.why.bridged),
            "meaning_only": hit.why.meaning_only,
        },
        "snippet": [{"text": piece.text, "marked": piece.marked, "bridged": piece.bridged} for piece in hit.snippet],
        "repeats": [_repeat(repeat) for repeat in hit.repeats],
        "document": document_summary_json(hit.document),
        "project": _project_summary(hit.project),
    }


def _repeat(repeat: PassageView) -> RepeatJson:
    return {
        "id": repeat.passage.id,
        "page_from": repeat.passage.page_from,
        "page_label": repeat.page_label,
        "document": document_summary_json(repeat.document),
        "links": _links(repeat.passage, repeat.document),
    }


def finding_json(finding: Finding, text: str) -> FindingJson:
    """Return a finding of a passage with this text as JSON values."""
    return {
        "type": finding.type.value,
        "confidence": finding.confidence,
        "sentence": text[finding.start : finding.end],
        "start": finding.start,
        "end": finding.end,
        "why": {"heading": finding.why.heading, "cues": list(finding.why.cues), "model": finding.why.model},
        "level": finding.level,
        "polarity": finding.polarity,
        "evidence": finding.evidence,
        "stage": finding.stage,
        "benefit": finding.benefit,
        "obstacles": list(finding.obstacles),
        "target_groups": list(finding.target_groups),
        "criteria": list(finding.criteria),
        "addressees": list(finding.addressees),
        "numbers": [
            {"value": one.value, "unit": one.unit, "of": one.of, "quote": one.quote} for one in finding.numbers
        ],
    }


def _placed(finding: Finding, passage: Passage) -> PlacedFindingJson:
    return {**finding_json(finding, passage.text), "passage_id": passage.id, "page": passage.page_from}


def _passage(passage: Passage, document: Document, page_label: str, findings: Sequence[Finding] = ()) -> PassageJson:
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "project_id": passage.project_id or document.project_id,
        "text": passage.text,
        "heading_path": list(passage.heading_path),
        "page_from": passage.page_from,
        "page_to": passage.page_to,
        "page_label": page_label,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "findings": [finding_json(finding, passage.text) for finding in findings],
        "links": _links(passage, document),
    }


def _links(passage: Passage, document: Document) -> dict[str, str]:
    place = f"#page={passage.page_from}" if document.media_type == "application/pdf" else ""
    return {
        "self": f"/api/v1/passages/{passage.id}",
        "document": f"/api/v1/documents/{document.id}",
        "html": f"/p/{passage.id}",
        "original": f"/d/{document.id}/original{place}",
    }


def _project_summary(project: Project | None) -> ProjectSummaryJson | None:
    if project is None:
        return None
    return {"id": project.id, "dnr": project.dnr, "title": project.title, "owner": project.owner}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
