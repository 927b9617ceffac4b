"""nDCG@10 of the dense vectors alone on the development sets. Nothing here is ever trained on.

Sets: SweCRIS title in one language → abstract in one language; government title → first 1 500 characters of the text
without its title; Swedish SQuAD, first three questions of each context → context; SweFAQ question → answer among all
correct answers. Each question has exactly one right passage.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.bags import Vectors
from training.corpus import read_json_lines, without_title

PASSAGE_PIECES = 400
GOVERNMENT_CHARACTERS = 1500
SQUAD_QUESTIONS = 3

Encode = Callable[[list[str]], Vectors]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, passages, and for each question the index of its passage."""

    name: str
    questions: list[str]
    passages: list[str]
    right: list[int]


def evaluate(data: Path, encode: Encode) -> dict[str, float]:
    """Measure nDCG@10 × 100 on each development set below ``data``.

    Args:
        encode: texts → unit vectors, shape (texts, dimensions).
    """
    return {s.name: measure(s, encode) for s in question_sets(data)}


def measure(questions: QuestionSet, encode: Encode) -> float:
    """Mean nDCG@10 × 100 over the questions of one set."""
    scores = encode(questions.questions) @ encode(questions.passages).T
    return 100 * float(ndcg_at_10(scores, np.array(questions.right)).mean())


def ndcg_at_10(scores: Vectors, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """nDCG@10 of each question where exactly one passage is right: 1 / log2(1 + rank), 0 below rank 10.

    Args:
        scores: shape (questions, passages).
        right: column of the right passage, shape (questions,).
    """
    of_right = scores[np.arange(len(right)), right]
    rank = 1 + (scores > of_right[:, None]).sum(axis=1)
    return np.where(rank <= 10, 1 / np.log2(1 + rank), 0.0)


def question_sets(data: Path) -> Iterator[QuestionSet]:
    """Read the seven development sets."""
    yield from _swecris(data / "swecris/dev.jsonl.gz")
    rows = list(read_json_lines(data / "government/dev.jsonl.gz"))
    bodies = [without_title(row["title"], row["text"])[:GOVERNMENT_CHARACTERS] for row in rows]
    yield _one_to_one("government", [row["title"] for row in rows], bodies)
    yield _squad(data / "eval/squad_sv_dev.jsonl.gz")
    faq = list(read_json_lines(data / "eval/swefaq_dev.jsonl.gz"))
    answers = [row["candidate_answers"][row["label"]] for row in faq]
    yield _one_to_one("swefaq", [row["question"] for row in faq], answers)


def _swecris(path: Path) -> Iterator[QuestionSet]:
    rows = list(read_json_lines(path))
    for asked, answered in (("sv", "sv"), ("sv", "en"), ("en", "sv"), ("en", "en")):
        titles = [row[f"title_{asked}"] for row in rows]
        yield _one_to_one(f"swecris {asked}→{answered}", titles, [row[f"abstract_{answered}"] for row in rows])


def _squad(path: Path) -> QuestionSet:
    rows = list(read_json_lines(path))
    asked = [(question, i) for i, row in enumerate(rows) for question in row["questions"][:SQUAD_QUESTIONS]]
    return QuestionSet("squad_sv", [q for q, _ in asked], [row["context"] for row in rows], [i for _, i in asked])


def _one_to_one(name: str, questions: list[str], passages: list[str]) -> QuestionSet:
    return QuestionSet(name, questions, passages, list(range(len(questions))))
