"""Sets of questions with their right answers: public ones below a data folder, anybody's own, and ours on the sample library."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.language import page_languages
from ingest.passages import split
from ingest.pipeline import Pipeline
from ingest.sources import walk
from service.domain.documents import Document, DocumentState, Page, Passage, document_id
from service.knowledge_base import KnowledgeBase, ReadingResult
from service.settings import Settings
from training.evaluate import question_sets

SAMPLES = Path(__file__).parent.parent / "samples" / "library"
SAMPLE_QUESTIONS = Path(__file__).parent.parent / "tests" / "quality" / "questions.jsonl"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of all right answers: documents, or passages in the sample library."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class FilledSet:
    """Questions on a filled knowledge base. ``result_of`` gives the id that counts as the result for a passage's id."""

    name: str
    kb: KnowledgeBase
    questions: tuple[Question, ...]
    result_of: dict[str, str]
    per_document: int


def public_sets(data: Path, folder: Path) -> Iterator[FilledSet]:
    """Yield the development sets below a data folder, each in a knowledge base of its own below ``folder``."""
    for number, found in enumerate(question_sets(data)):
        texts = [Text(str(index), "", passage) for index, passage in enumerate(found.passages)]
        right = [frozenset({str(index)}) for index in found.right]
        questions = tuple(map(Question, found.questions, right))
        yield _filled(found.name.replace("→", "-"), texts, questions, folder / str(number))


def own_set(documents: Path, queries: Path, folder: Path) -> FilledSet:
    """Return a set given as JSON lines: documents ``{"id", "text", "title"}``, questions ``{"id", "text", "relevant": [ids]}``.

    A ``lang`` in either is not looked at: the knowledge base finds languages out by itself, as it does for readers.
    """
    texts = [Text(str(row["id"]), row.get("title") or "", row["text"]) for row in _rows(documents)]
    questions = [Question(row["text"], frozenset(map(str, row["relevant"]))) for row in _rows(queries)]
    return _filled(queries.stem, texts, tuple(questions), folder)


def sample_sets(folder: Path) -> Iterator[FilledSet]:
    """Yield our questions on the sample library, by their language and kind. The result is the passage itself."""
    settings = Settings(data=folder)
    kb = KnowledgeBase(settings)
    Pipeline(kb, settings).ingest(walk([SAMPLES]))
    documents = kb.in_state(DocumentState.SEARCHABLE)
    passages = {document.file_name: kb.passages(document.id) for document in documents}
    rows = [row for row in _rows(SAMPLE_QUESTIONS) if row["answers"]]
    everything = {passage.id: passage.id for some in passages.values() for passage in some}
    for kind in sorted({(row["lang"], row["kind"]) for row in rows}):
        questions = tuple(
            Question(row["text"], _right(row, passages)) for row in rows if (row["lang"], row["kind"]) == kind
        )
        yield FilledSet(f"sample library, {kind[1]} {kind[0]}", kb, questions, everything, 2)


def plain(text: str) -> str:
    """Return a text in which quotation marks, hyphens and white space no longer differ."""
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    text = re.sub(r"[\"“”„’‘']", "'", text)
    return re.sub(r"[\s\-–—‑]+", " ", text).casefold()


def reading_of(text: Text) -> ReadingResult:
    """Return a text as a document of one page, read."""
    digest = hashlib.sha256(f"{text.id}\n{text.title}\n{text.text}".encode()).hexdigest()
    identity = document_id(digest)
    languages, language = page_languages([text.text])
    pages = [Page(1, "", text.text, languages[0])]
    passages: tuple[Passage, ...] = split(identity, pages)
    document = Document(
        identity, digest, text.id, "text/plain", len(text.text), datetime.now(UTC), title=text.title, language=language
    )
    return ReadingResult(document, pages, passages)


def _right(row: dict[str, Any], passages: dict[str, Any]) -> frozenset[str]:
    """Return the passages that hold a few words of a right answer; for a code, all of a right file."""
    return frozenset(
        passage.id
        for answer in row["answers"]
        for passage in passages[answer["file"]]
        if row["kind"] == "code" or plain(answer["contains"]) in plain(" ".join((*passage.heading_path, passage.text)))
    )


def _filled(name: str, texts: list[Text], questions: tuple[Question, ...], folder: Path) -> FilledSet:
    kb = KnowledgeBase(Settings(data=folder))
    result_of: dict[str, str] = {}
    for start in range(0, len(texts), BATCH):
        results = [reading_of(text) for text in texts[start : start + BATCH]]
        kb._catalogue.receive([result.document for result in results])  # noqa: SLF001 - these have no original
        kb.save_readings(results)
        result_of |= {
            passage.id: text.id
            for text, result in zip(texts[start : start + BATCH], results, strict=True)
            for passage in result.passages
        }
    kb.index_waiting()
    return FilledSet(name, kb, questions, result_of, 1)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
