"""Documents, their pages and their passages."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

PASSAGE_NAMESPACE = UUID("6f3d1f0e-6a0b-5d52-9c3e-2f9c1c8a4b11")
"""Namespace of the passage ids. Changing it changes every permalink."""
SPLITTER = "1"
"""Version of the rules by which passages are cut (``ingest.passages``). Raising it changes every passage id."""


class DocumentState(StrEnum):
    """How far a document has come. Every document ends ``searchable`` or ``set_aside``."""

    RECEIVED = "received"
    """The original is safe on disk; nothing is read yet."""
    READ = "read"
    """Pages and passages are in the catalogue; the vectors are still missing."""
    SEARCHABLE = "searchable"
    SET_ASIDE = "set_aside"


class Reason(StrEnum):
    """Why a file was set aside. The interface has a sentence and an advice for each, in both languages."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    WRONG_EXTENSION = "wrong_extension"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NEEDS_OCR = "needs_ocr"
    NO_TEXT = "no_text"
    UNSAFE_ARCHIVE = "unsafe_archive"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_MEMORY = "out_of_memory"
    READER_CRASHED = "reader_crashed"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not_a_file"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on a page.

    ``start`` is the character offset of its first letter in the page's text; level 1 is highest.
    """

    start: int
    level: int
    text: str

    def end_in(self, page: str) -> int:
        """Return where the heading ends in its page's text, which may break its words over lines."""
        if page.startswith(self.text, self.start):
            return self.start + len(self.text)
        same_words = re.compile(r"\s+".join(map(re.escape, self.text.split()))).match(page, self.start)
        line_end = page.find("\n", self.start)
        return same_words.end() if same_words else len(page) if line_end < 0 else line_end


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document.

    ``number`` counts from 1 in file order; ``label`` is what is printed on the page ("iv", "12"), or the empty string.
    In a list of operations a page is one operation, and ``project_id`` says which; elsewhere it is None.
    """

    number: int
    label: str
    text: str
    language: str
    headings: tuple[Heading, ...] = ()
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that can be found and cited.

    ``start`` is a character offset in the text of page ``page_from``, ``end`` one in the text of page ``page_to``
    (at most one page later). ``text`` is what is shown; heading path and title are added only to what is encoded.
    """

    id: str
    document_id: str
    ordinal: int
    text: str
    heading_path: tuple[str, ...]
    page_from: int
    page_to: int
    start: int
    end: int
    language: str
    project_id: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as the catalogue knows it. The id comes from the bytes: the same file is the same document everywhere."""

    id: str
    sha256: str
    file_name: str
    media_type: str
    size: int
    received_at: datetime
    state: DocumentState = DocumentState.RECEIVED
    reason: Reason | None = None
    detail: str = ""
    title: str = ""
    document_type: str = ""
    year: int | None = None
    language: str = "und"
    project_id: str | None = None
    page_count: int = 0
    passage_count: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    """Facts found in the file, by name ("isbn", "keywords" …). Author names are kept here and never shown."""

    @property
    def display_title(self) -> str:
        """The title, or the file name while no title is known."""
        return self.title or self.file_name


def document_id(sha256: str) -> str:
    """Return the document id for the SHA-256 of a file's bytes (64 hexadecimal digits): its first 16 digits."""
    return sha256[:16]


def passage_id(document: str, splitter: str, ordinal: int) -> str:
    """Return the id of a passage: UUIDv5 over document id, splitter version and ordinal (counted from 0)."""
    return str(uuid5(PASSAGE_NAMESPACE, f"{document}/{splitter}/{ordinal}"))
