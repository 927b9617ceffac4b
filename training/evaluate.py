"""Retrieval quality of the model alone: nDCG@10 on the development sets, which no training step ever sees."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.pairs import json_lines

Encode = Callable[[list[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions, documents, and for each question the row of its one right document."""

    name: str
    questions: list[str]
    documents: list[str]
    right: list[int]


def development_sets(data: Path) -> list[EvaluationSet]:
    """Return the seven development sets, as the reference figures define them."""
    return [*_swecris(data), _government(data), _squad(data), _swefaq(data)]


def evaluate(sets: Sequence[EvaluationSet], encode: Encode) -> dict[str, float]:
    """Return nDCG@10 × 100 for each set. ``encode`` returns rows of L2 norm 1."""
    return {one.name: 100 * ndcg(encode(one.questions) @ encode(one.documents).T, one.right) for one in sets}


def ndcg(scores: NDArray[np.float32], right: Sequence[int], depth: int = 10) -> float:
    """Return the mean nDCG at ``depth`` for one right document a question: 1 / log2(rank + 1), else 0."""
    own = scores[np.arange(len(right)), right]
    ranks = (scores > own[:, None]).sum(axis=1) + 1
    return float(np.where(ranks <= depth, 1 / np.log2(ranks + 1), 0.0).mean())


def _swecris(data: Path) -> list[EvaluationSet]:
    rows = json_lines(data / "swecris" / "dev.jsonl.gz")
    return [
        EvaluationSet(
            f"swecris {a}-{b}",
            [row[f"title_{a}"] for row in rows],
            [row[f"abstract_{b}"] for row in rows],
            list(range(len(rows))),
        )
        for a, b in (("sv", "sv"), ("sv", "en"), ("en", "sv"), ("en", "en"))
    ]


def _government(data: Path) -> EvaluationSet:
    rows = json_lines(data / "government" / "dev.jsonl.gz")
    bodies = [row["text"].replace(row["title"], " ")[:1_500] for row in rows]
    return EvaluationSet("government", [row["title"] for row in rows], bodies, list(range(len(rows))))


def _squad(data: Path) -> EvaluationSet:
    rows = json_lines(data / "eval" / "squad_sv_dev.jsonl.gz")
    asked = [(question, place) for place, row in enumerate(rows) for question in _listed(row["questions"])[:3]]
    return EvaluationSet("squad_sv", [q for q, _ in asked], [row["context"] for row in rows], [p for _, p in asked])


def _swefaq(data: Path) -> EvaluationSet:
    rows = json_lines(data / "eval" / "swefaq_dev.jsonl.gz")
    answers = [_listed(row["candidate_answers"])[int(row["label"])] for row in rows]
    distinct = list(dict.fromkeys(answers))
    return EvaluationSet("swefaq", [row["question"] for row in rows], distinct, [distinct.index(a) for a in answers])


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else list(ast.literal_eval(value))
