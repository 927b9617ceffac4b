"""What ``kb inspect`` says: what is understood of a file that is not brought in – facts, structure, passages, findings, reasons."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape

from ingest.sandbox import Failure, ReaderPool, ReadRequest
from ingest.understanding import ReadDocument
from service.api.representations import finding_json
from service.domain.documents import Passage, document_id
from service.domain.findings import Finding
from service.domain.labels import label
from service.settings import Settings
from web.terminal import LANGUAGE, OUT, finding_lines
from web.translation import reason_text, translator

SHOWN_LETTERS = 110
"""Letters of a passage that are printed; the whole stands in the file."""
_ = translator(LANGUAGE).gettext


def inspect(path: Path, settings: Settings) -> bool:
    """Read a file in a limited child process and print what is understood of it; return whether it can be read."""
    request = ReadRequest(document_id(hashlib.sha256(path.read_bytes()).hexdigest()), path.name, path)
    with ReaderPool(settings) as pool:
        ((_request, outcome),) = pool.read_all([request])
    lines = _failure(outcome) if isinstance(outcome, Failure) else _document(outcome)
    for line in lines:
        OUT.print(line)
    return not isinstance(outcome, Failure)


def _failure(failure: Failure) -> Iterator[str]:
    yield f"[bold]{escape(' '.join(reason_text(failure.reason, LANGUAGE)))}[/bold] {escape(failure.detail)}"


def _document(read: ReadDocument) -> Iterator[str]:
    facts = read.facts
    yield f"[bold]{escape(facts.title or _('no title'))}[/bold]"
    kind = label("document_types", facts.document_type, LANGUAGE) if facts.document_type else ""
    pages = _("{count} pages").format(count=len(read.pages))
    yield escape(" · ".join(filter(None, (kind, str(facts.year or ""), read.language, read.diary_number, pages))))
    yield from _structure(read)
    yield f"\n[bold]{_('Passages')}[/bold]"
    told: dict[str, list[Finding]] = {}
    for finding in read.findings:
        told.setdefault(finding.passage_id, []).append(finding)
    for passage in read.passages:
        yield from _passage(passage, told.get(passage.id, []))


def _structure(read: ReadDocument) -> Iterator[str]:
    yield f"\n[bold]{_('Structure')}[/bold]"
    for page in read.pages:
        for heading in sorted(page.headings, key=lambda one: one.start):
            place = _("p. {page}").format(page=page.label or page.number)
            yield f"{'  ' * heading.level}{escape(' '.join(heading.text.split()))} [dim]{escape(place)}[/dim]"


def _passage(passage: Passage, findings: list[Finding]) -> Iterator[str]:
    place = _("p. {page}").format(page=passage.page_from)
    begins = " ".join(passage.text.split())[:SHOWN_LETTERS]
    yield f"\n{passage.ordinal + 1}. [dim]{escape(place)} {escape(' › '.join(passage.heading_path))}[/dim]\n   {escape(begins)} …"
    for finding in findings:
        yield from (f"   {line}" for line in finding_lines(finding_json(finding, passage.text)))
