"""Everything that a page may show: one frozen value for each template."""

from dataclasses import dataclass
from datetime import date

from service.domain.documents import Document, Reason
from service.domain.projects import Project
from service.domain.searching import Answer, Hit, Piece
from web.translation import Language


@dataclass(frozen=True, slots=True)
class Scope:
    """A project or document that a question can be limited to. ``name`` is the parameter of the address."""

    name: str
    value: str
    title: str
    language: str
    chosen: bool
    dnr: str = ""

    @classmethod
    def of_document(cls, document: Document, *, chosen: bool) -> "Scope":
        """Return the scope of one document."""
        return cls("document", document.id, document.display_title, document.language, chosen)

    @classmethod
    def of_project(cls, project: Project, *, chosen: bool) -> "Scope":
        """Return the scope of one project."""
        language = "und" if project.source == "operations" else "sv"
        return cls("project", project.id, project.title, language, chosen, project.dnr)


@dataclass(frozen=True, slots=True)
class Asking:
    """What stands in the search form: the question, its limits, and "too_long" when it was refused for that."""

    question: str = ""
    language: str = ""
    scope: Scope | None = None
    kind: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Chrome:
    """What every page has around its content. ``path`` is the page's path without the language prefix, with its query."""

    language: Language
    path: str
    asking: Asking = Asking()

    def at(self, path: str, language: str = "") -> str:
        """Return the address of a path in this or another language: Swedish at /, English at /en."""
        return path if (language or self.language) == "sv" else f"/en{path}".rstrip("/") or "/en"

    @property
    def other_language(self) -> Language:
        """The language that the page is not in."""
        return "en" if self.language == "sv" else "sv"


@dataclass(frozen=True, slots=True)
class StartPage:
    """The search box, and what there is to search."""

    chrome: Chrome
    documents: int
    projects: int
    passages: int
    questions: tuple[tuple[str, str], ...]
    """Questions to try, each with its language."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link in the row of pages; ``number`` 0 is a gap."""

    number: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that can be chosen; ``address`` leads to the same question with it."""

    text: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a document, with its link."""

    title: str
    language: str
    page: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with its links."""

    hit: Hit
    quoted: tuple[Piece, ...]
    """The snippet as it is read: on one line, and with … where the passage goes on."""
    address: str
    original: str
    page: str
    repeats: tuple[Place, ...] = ()
    """The first documents that hold the same text; ``hit.repeats`` has them all."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer, or why there is none (``problem``: "", "empty" or "too_long").

    ``everything`` is the address of the same question without limits, empty when it has none.
    """

    chrome: Chrome
    problem: str
    answer: Answer | None = None
    hits: tuple[ShownHit, ...] = ()
    first: int = 1
    page: int = 1
    last: int = 1
    pages: tuple[PageLink, ...] = ()
    earlier: str = ""
    later: str = ""
    choices: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    kind: str = ""
    """Type of finding that the answer is limited to."""
    everything: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """The core sentence of a finding, its place, and what else it says, in words."""

    sentence: str
    language: str
    address: str
    page: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one type; ``count`` tells how many there are when not all are listed."""

    type: str
    count: int
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text; ``types`` are those of the findings whose core sentence it is."""

    text: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph of a page of text, with the numbers of the passages that begin in it."""

    text: str
    level: int
    """3–6 for a heading, 0 for a paragraph."""
    anchors: tuple[int, ...]
    stretches: tuple[Stretch, ...] = ()
    """The same text in stretches; of a heading none."""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of a document as text."""

    number: int
    label: str
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document: its facts, and some of its pages as text."""

    chrome: Chrome
    document: Document
    project: Project | None
    reason: Reason | None
    told: tuple[FindingGroup, ...]
    pages: tuple[ShownPage, ...]
    parts: tuple[Choice, ...]
    """Where a long document is divided; empty when all its pages are here."""
    later: str
    original: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a record: the label, the value as published, and what a code is called."""

    label: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A project: its record as published, and its documents."""

    chrome: Chrome
    project: Project
    facts: tuple[Fact, ...]
    documents: tuple[Document, ...]
    record_address: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What this is and how to search."""

    chrome: Chrome


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """The figures × 100 of one set of questions: of meaning, of words, of both; each says whether it is the best."""

    name: str
    family: str
    kind: str
    values: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True)
class FiguresTable:
    """One measure of all sets, with its meaning in everyday words."""

    title: str
    meaning: str
    rows: tuple[FiguresRow, ...]


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """What a family of sets is called, and what was asked in it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """How well search works, measured."""

    chrome: Chrome
    day: date
    model: str
    sets: tuple[MeasuredSet, ...]
    tables: tuple[FiguresTable, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Something that could not be shown, and what to do."""

    chrome: Chrome
    heading: str
    text: str
    advice: str
