"""Questions and answers."""

from dataclasses import dataclass, field

from service.domain.documents import Document, Passage
from service.domain.findings import Finding
from service.domain.projects import Project

MAX_QUESTION = 500
"""Longest question in characters that a door accepts; a longer one is refused, never cut."""
MAX_LIMIT = 100
PER_DOCUMENT = 2
"""Passages of one document in an answer, unless more are asked for."""
FAR = 0.28
"""Cosine below which a passage that shares no word with the question is hardly about the same. Measured with the bundled model:
of 79 rows of random letters and 26 questions about quite other things 95 have nothing nearer in the sample library, of its 90
questions only one, which has no answer there; of 1 800 titles of government texts none in a library that holds them.
In a larger library random letters come nearer by chance (half of them to 0.30 in 10 500 passages), real questions too.
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the answer is limited to; an empty value means no limit."""

    language: str = ""
    project_id: str = ""
    document_id: str = ""
    document_type: str = ""
    finding_type: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as asked. ``offset`` counts hits from 0."""

    text: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    offset: int = 0
    per_document: int = PER_DOCUMENT
    """At most this many passages of one document; 0 means no limit. Limited to one document an answer has all its passages."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field; ``language`` is "sv" or "en"."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A term of the bridge that stands in the question, as it is written there, and what was searched for too."""

    written: str
    term: Term
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What was understood of a question, shown to the reader."""

    text: str
    """The cleaned text (NFC, no control characters, single spaces)."""
    language: str
    """"sv", "en" or "und" when too short to tell."""
    phrases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    crossings: tuple[Crossing, ...] = ()

    @property
    def also(self) -> tuple[Term, ...]:
        """The terms that the bridge added, each once."""
        return tuple(dict.fromkeys(term for crossing in self.crossings for term in crossing.terms))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text; ``marked`` where it answers the question's words, ``bridged`` when it does so under another name."""

    text: str
    marked: bool
    bridged: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a passage was found: shared words and terms from the bridge as the passage writes them, exact codes or phrases, or meaning."""

    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    bridged: tuple[str, ...] = ()

    @property
    def meaning_only(self) -> bool:
        """True when no word, code, phrase or term is shared: the passage says something alike in other words."""
        return not (self.words or self.codes or self.phrases or self.bridged)


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage with what it belongs to."""

    passage: Passage
    document: Document
    project: Project | None
    page_label: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage of the answer. ``score`` is 0–1 within this answer and means nothing across questions."""

    passage: Passage
    document: Document
    project: Project | None
    score: float
    dense_score: float
    lexical_score: float
    why: Why
    snippet: tuple[Piece, ...]
    page_label: str = ""
    repeats: tuple[PassageView, ...] = ()
    """Where else the same text was found, one place for each other document, best first."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question. ``total`` counts the passages that were ranked, at most the depth of the search."""

    query: Query
    interpretation: Interpretation
    hits: tuple[Hit, ...]
    total: int

    @property
    def meaning_only(self) -> bool:
        """True when there are hits and none of them shares a word with the question."""
        return bool(self.hits) and all(hit.why.meaning_only for hit in self.hits)

    @property
    def nothing_close(self) -> bool:
        """True when, moreover, none is near in meaning: the hits are the nearest there are, and hardly answers.

        Not said of a single project or document: what is nearest in a few passages is seldom near.
        """
        limited = self.query.filters.project_id or self.query.filters.document_id
        return self.meaning_only and not limited and all(hit.dense_score < FAR for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Status:
    """How the knowledge base stands. ``by_state`` and ``by_reason`` count documents; sizes are in bytes."""

    documents: int
    projects: int
    passages: int
    by_state: dict[str, int]
    by_reason: dict[str, int]
    set_aside: tuple[Document, ...]
    model: str
    originals_bytes: int
