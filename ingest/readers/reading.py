"""What every reader hands back."""

from dataclasses import dataclass, field

from service.domain.documents import Heading, Reason
from service.domain.projects import Project


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as read: text in NFC with line-end hyphens repaired and running headers and footers removed.

    Paragraphs are separated by one blank line. ``number`` counts from 1; ``label`` is the printed page label or "".
    ``project_id`` is set only in lists of operations, where a page is one operation.
    """

    number: int
    label: str
    text: str
    headings: tuple[Heading, ...] = ()
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file says of itself. Empty values mean that it does not say."""

    title: str = ""
    document_type: str = ""
    year: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole document as read: its facts, its pages, and the projects it is a record of."""

    facts: Facts
    pages: tuple[RawPage, ...]
    projects: tuple[Project, ...] = ()


class ReadingFailed(Exception):
    """The file cannot be read; ``reason`` is what a person is told, ``detail`` a short fact for the developer."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
