"""The graded questions on the sample library: answers stand where they should, and search finds most of them at once."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.question_sets import plain
from service.domain.documents import DocumentState, Passage
from service.domain.searching import Answer, Query
from service.knowledge_base import KnowledgeBase

QUESTIONS = [
    json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
DEPTH = 10
LEAST_FOUND = {
    ("sv", "question"): 0.5,
    ("en", "question"): 0.45,
    ("sv", "code"): 1.0,
    ("en", "code"): 1.0,
    ("sv", "phrase"): 1.0,
    ("en", "phrase"): 1.0,
}
"""Share of questions of a language and kind whose answer is among the first ten passages. Raised when search improves."""


def answers(question: dict[str, Any], file_name: str, passage: Passage) -> bool:
    text = plain(" ".join((*passage.heading_path, passage.text)))
    return any(a["file"] == file_name and plain(a["contains"]) in text for a in question["answers"])


def found_at(question: dict[str, Any], answer: Answer) -> int:
    """Return the rank of the first right passage, counted from 1; 0 when there is none.

    A diary number is answered by a passage of its project.
    """
    if question["kind"] == "code":
        own = (
            rank
            for rank, hit in enumerate(answer.hits, 1)
            if hit.project and hit.project.dnr in answer.interpretation.codes
        )
        return next(own, 0)
    ranks = (rank for rank, hit in enumerate(answer.hits, 1) if answers(question, hit.document.file_name, hit.passage))
    return next(ranks, 0)


@pytest.fixture(scope="module")
def asked(library: KnowledgeBase) -> list[tuple[dict[str, Any], Answer]]:
    return [(question, library.search(Query(question["text"], limit=DEPTH))) for question in QUESTIONS]


def test_there_are_questions_of_every_kind_in_both_languages() -> None:
    kinds = {(question["lang"], question["kind"]) for question in QUESTIONS}
    assert kinds >= LEAST_FOUND.keys()
    for language in ("sv", "en"):
        assert sum(q["lang"] == language and q["kind"] == "question" for q in QUESTIONS) >= 10


def test_every_answer_stands_in_its_document(library: KnowledgeBase) -> None:
    documents = {one.file_name: library.passages(one.id) for one in library.in_state(DocumentState.SEARCHABLE)}
    missing = [
        (question["id"], answer)
        for question in QUESTIONS
        for answer in question["answers"]
        if plain(answer["contains"])
        not in plain(" ".join(f"{' '.join(p.heading_path)} {p.text}" for p in documents[answer["file"]]))
    ]
    assert missing == []


@pytest.mark.parametrize(("language", "kind"), LEAST_FOUND)
def test_answers_are_among_the_first_ten(asked: list[tuple[dict[str, Any], Answer]], language: str, kind: str) -> None:
    ranks = {q["id"]: found_at(q, a) for q, a in asked if (q["lang"], q["kind"]) == (language, kind)}
    share = sum(rank > 0 for rank in ranks.values()) / len(ranks)
    assert share >= LEAST_FOUND[language, kind], {name: rank for name, rank in ranks.items() if not rank}


def test_answers_come_from_both_languages(asked: list[tuple[dict[str, Any], Answer]]) -> None:
    """A question whose only answers are in the other language finds them: far more often than by luck."""
    across = [
        found_at(q, a)
        for q, a in asked
        if q["kind"] == "question" and {"sv": q["lang"] == "en", "en": q["lang"] == "sv"}[_language_of(q)]
    ]
    assert len(across) >= 10
    assert sum(rank > 0 for rank in across) / len(across) >= 0.4


def _language_of(question: dict[str, Any]) -> str:
    swedish = re.search(
        r"[a-z]{3}ing |slut|gott|metod|faktablad|rapport|oversikt|forskning|-S01\.txt", question["answers"][0]["file"]
    )
    return "sv" if swedish and "evaluation" not in question["answers"][0]["file"] else "en"
