"""Sets of questions with their right answers: public ones below a data folder, anybody's own, and ours on the sample library."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
DIRECTIONS = (("sv", "sv"), ("sv", "en"), ("en", "sv"), ("en", "en"))
ANSWERS = 2
"""Grade of a passage that answers; one that touches the matter has 1."""
PER_DOCUMENT = 2
"""Passages of one document in an answer: what readers get unless they ask inside one document."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its right results: documents, or passages in the sample library.

    ``grades`` is 2 for a result that answers and 1 for one that touches the matter (where a set has no grades, all are 1).
    ``best`` holds the grades of the best list that search can show, which may be limited to some passages of a document.
    ``ignored`` results are right too but belong to another set; they take no place in the ranking.
    """

    text: str
    grades: Mapping[str, int]
    best: tuple[int, ...]
    ignored: frozenset[str] = frozenset()


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
        right = [{str(index): 1} for index in found.right]
        questions = tuple(Question(text, grades, (1,)) for text, grades in zip(found.questions, right, strict=True))
        yield _filled(found.name.replace("→", "-"), texts, questions, folder / str(number))


def own_set(documents: Path, queries: Path, folder: Path) -> FilledSet:
    """Return a set given as JSON lines: documents ``{"id", "text", "title"}``, questions ``{"id", "text", "relevant": [ids]}``.

    A ``lang`` in either is not looked at: the knowledge base finds languages out by itself, as it does for readers.
    """
    texts = [Text(str(row["id"]), row.get("title") or "", row["text"]) for row in _rows(documents)]
    questions = [_ungraded(row) for row in _rows(queries)]
    return _filled(queries.stem, texts, tuple(questions), folder)


def sample_library(folder: Path) -> KnowledgeBase:
    """Return a knowledge base of the sample library."""
    settings = Settings(data=folder)
    kb = KnowledgeBase(settings)
    Pipeline(kb, settings).ingest(walk([SAMPLES]))
    return kb


def sample_sets(kb: KnowledgeBase) -> Iterator[FilledSet]:
    """Yield our graded questions on the sample library. The result is the passage itself.

    Everyday questions come by direction, from the language of the question to that of the passages; a question with answers in
    both languages is asked in both sets. Terms, codes and phrases have a set each.
    """
    documents = {one.file_name: one for one in kb.in_state(DocumentState.SEARCHABLE)}
    passages = {name: kb.passages(one.id) for name, one in documents.items()}
    everything = {passage.id: passage for some in passages.values() for passage in some}
    graded = [(row, _grades(row, passages)) for row in sample_questions() if row["answers"]]
    for asked, answered in DIRECTIONS:
        rows = [(row, grades) for row, grades in graded if (row["kind"], row["lang"]) == ("question", asked)]
        questions = [_graded(row, grades, everything, answered) for row, grades in rows]
        yield _sample_set(f"{asked}-{answered}", kb, questions, everything)
    for kind in ("term", "code", "phrase"):
        questions = [_graded(row, grades, everything) for row, grades in graded if row["kind"] == kind]
        yield _sample_set(f"{kind}s", kb, questions, everything)


def sample_questions() -> list[dict[str, Any]]:
    """Return the rows of the question set, the unanswerable ones too."""
    return _rows(SAMPLE_QUESTIONS)


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


def _grades(row: dict[str, Any], passages: Mapping[str, Sequence[Passage]]) -> dict[str, int]:
    """Return the passages that hold a few words of an answer, each with its highest grade; for a code, all of a right file."""
    grades: dict[str, int] = {}
    for answer in row["answers"]:
        for passage in passages[answer["file"]]:
            if row["kind"] == "code" or plain(answer["contains"]) in plain(
                " ".join((*passage.heading_path, passage.text))
            ):
                grades[passage.id] = max(answer.get("grade", ANSWERS), grades.get(passage.id, 0))
    return grades


def _graded(
    row: dict[str, Any], grades: Mapping[str, int], passages: Mapping[str, Passage], language: str = ""
) -> Question:
    """Return a question with the right passages in one language, or in all."""
    wanted = {name: grade for name, grade in grades.items() if language in {"", passages[name].language}}
    taken: dict[str, list[int]] = {}
    for name, grade in wanted.items():
        taken.setdefault(passages[name].document_id, []).append(grade)
    shown = [grade for some in taken.values() for grade in sorted(some, reverse=True)[:PER_DOCUMENT]]
    best = tuple(sorted(shown, reverse=True))
    return Question(row["text"], wanted, best, frozenset(grades) - frozenset(wanted))


def _sample_set(
    name: str, kb: KnowledgeBase, questions: Sequence[Question], passages: Mapping[str, Passage]
) -> FilledSet:
    answerable = tuple(question for question in questions if question.best)
    return FilledSet(f"sample library, {name}", kb, answerable, {one: one for one in passages}, PER_DOCUMENT)


def _ungraded(row: dict[str, Any]) -> Question:
    grades = dict.fromkeys(map(str, row["relevant"]), 1)
    return Question(row["text"], grades, (1,) * len(grades))


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
