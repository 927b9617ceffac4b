"""Everything that a page may show: one frozen value for each template."""

from dataclasses import dataclass

from service.domain.documents import Document, Reason
from service.domain.projects import Project
from service.domain.searching import Answer, Hit
from web.translation import Language


@dataclass(frozen=True, slots=True)
class Chrome:
    """What every page has around its content. ``path`` is the page's path without the language prefix, with its query."""

    language: Language
    path: str
    question: str = ""

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
class ShownHit:
    """A hit with its links."""

    hit: Hit
    address: str
    original: str
    page: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer, or why there is none (``problem``: "", "empty" or "too_long")."""

    chrome: Chrome
    problem: str
    answer: Answer | None
    hits: tuple[ShownHit, ...]
    first: int
    page: int
    pages: tuple[PageLink, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph of a page of text, with the numbers of the passages that begin in it."""

    text: str
    level: int
    """3–6 for a heading, 0 for a paragraph."""
    anchors: tuple[int, ...]


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
    pages: tuple[ShownPage, ...]
    earlier: str
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
class ErrorPage:
    """Something that could not be shown, and what to do."""

    chrome: Chrome
    heading: str
    text: str
    advice: str
