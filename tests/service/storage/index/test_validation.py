"""Points that an engine would store in silence are refused on every index before anything is written."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.domain.searching import Filters
from service.domain.vectors import Dense, Point, Sparse
from service.errors import IndexUnavailable
from service.storage.index.embedded import EmbeddedIndex
from service.storage.index.interface import VectorIndex
from service.storage.index.server import ServerIndex

WIDTH = 4


def sparse(ids: tuple[int, ...], weights: tuple[float, ...]) -> Sparse:
    return Sparse(np.array(ids, np.uint32), np.array(weights, np.float32))


def dense(*numbers: float) -> Dense:
    return np.array(numbers, np.float32)


GOOD = Point(str(uuid.UUID(int=1)), dense(1, 0, 0, 0), sparse((1, 5), (1.0, 2.0)), "d", "p", "sv", "t")
BAD = {
    "dense not a number": replace(GOOD, dense=dense(1, math.nan, 0, 0)),
    "dense infinite": replace(GOOD, dense=dense(1, math.inf, 0, 0)),
    "dense too large for float16": replace(GOOD, dense=dense(1, 70_000, 0, 0)),
    "dense too short": replace(GOOD, dense=dense(1, 0, 0)),
    "dense a matrix": replace(GOOD, dense=np.ones((1, WIDTH), np.float32)),
    "weight not a number": replace(GOOD, sparse=sparse((1, 5), (1.0, math.nan))),
    "weight infinite": replace(GOOD, sparse=sparse((1, 5), (1.0, -math.inf))),
    "weight missing": replace(GOOD, sparse=sparse((1, 5), (1.0,))),
    "term id twice": replace(GOOD, sparse=sparse((5, 5), (1.0, 2.0))),
    "term ids descending": replace(GOOD, sparse=sparse((5, 1), (1.0, 2.0))),
    "id no UUID": replace(GOOD, id="passage-1"),
}
BAD_QUESTIONS = {name: point for name, point in BAD.items() if name != "id no UUID"}


@pytest.fixture(params=["embedded", "in memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    made = (
        EmbeddedIndex.open(tmp_path / "points", WIDTH) if request.param == "embedded" else ServerIndex.in_memory(WIDTH)
    )
    yield made
    made.close()


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_point_refuses_its_whole_batch(index: VectorIndex, bad: Point) -> None:
    with pytest.raises(IndexUnavailable):
        index.upsert([GOOD, bad])
    assert index.count() == 0


@pytest.mark.parametrize("bad", BAD_QUESTIONS.values(), ids=BAD_QUESTIONS.keys())
def test_a_bad_question_is_refused(index: VectorIndex, bad: Point) -> None:
    index.upsert([GOOD])
    with pytest.raises(IndexUnavailable):
        index.candidates(bad.dense, bad.sparse, 5, Filters())


def test_a_passage_without_words_and_one_with_a_zero_vector_are_kept(index: VectorIndex) -> None:
    mute = replace(GOOD, id=str(uuid.UUID(int=2)), sparse=sparse((), ()))
    blank = replace(GOOD, id=str(uuid.UUID(int=3)), dense=dense(0, 0, 0, 0))
    index.upsert([GOOD, mute, blank])
    answer = {c.id: (c.dense, c.lexical) for c in index.candidates(GOOD.dense, GOOD.sparse, 5, Filters())}
    assert answer[mute.id] == (1.0, 0.0)
    assert answer[blank.id][0] == 0.0
    assert answer[blank.id][1] == answer[GOOD.id][1] > 0
