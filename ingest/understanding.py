"""From a file's bytes to pages with languages and passages: all that is done inside a child process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.document_types import document_type
from ingest.findings import find
from ingest.language import page_languages
from ingest.passages import split
from ingest.readers.formats import read
from ingest.readers.limits import Limits
from ingest.readers.reading import Facts, RawPage
from service.domain.documents import Page, Passage
from service.domain.findings import Finding
from service.domain.projects import Project, diary_numbers, with_slashes

FIRST_PAGES = 3
"""Pages where a report names its own project; further in it names others."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that has been read.

    ``diary_number`` is that of the one project which the file name, or else the metadata or the first pages, name;
    the empty string when they name none or several.
    """

    facts: Facts
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...]
    projects: tuple[Project, ...]
    language: str
    diary_number: str


def understand(data: bytes, file_name: str, document_id: str, limits: Limits) -> ReadDocument:
    """Read a file and divide it into passages.

    Raises:
        ReadingFailed: with the reason that a person is told.
    """
    reading = read(data, file_name, limits)
    languages, language = page_languages([page.text for page in reading.pages])
    pages = tuple(_page(raw, code) for raw, code in zip(reading.pages, languages, strict=True))
    facts = _with_type(reading.facts, file_name, pages)
    passages = split(document_id, pages)
    return ReadDocument(
        facts=facts,
        pages=pages,
        passages=passages,
        findings=find(passages, facts.document_type),
        projects=reading.projects,
        language=language,
        diary_number=own_diary_number(file_name, reading.facts, [page.text for page in pages[:FIRST_PAGES]]),
    )


def own_diary_number(file_name: str, facts: Facts, first_pages: Iterable[str]) -> str:
    """Return the diary number of the project that a document is about, or "" when it cannot be told."""
    # A file name cannot hold "/", so 2015/00394 is written 2015-00394 there; "_" is a usual space.
    name = file_name.rpartition(".")[0].replace("_", " ")
    for text in (name, with_slashes(name), " ".join((facts.title, *facts.metadata.values())), *first_pages):
        numbers = diary_numbers(text)
        if numbers:
            return numbers[0] if len(numbers) == 1 else ""
    return ""


def _with_type(facts: Facts, file_name: str, pages: Sequence[Page]) -> Facts:
    first_page = pages[0].text if pages else ""
    return replace(facts, document_type=facts.document_type or document_type(facts.title, file_name, first_page))


def _page(raw: RawPage, language: str) -> Page:
    return Page(raw.number, raw.label, raw.text, language, raw.headings, raw.project_id)
