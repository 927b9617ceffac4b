"""The index against what the definition says, computed the slow way, after random writes."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.domain.searching import Filters
from service.domain.vectors import Point, Sparse
from service.settings import Settings
from service.storage.index import embedded
from service.storage.index.embedded import EmbeddedIndex
from service.storage.index.interface import VectorIndex, conditions_of
from service.storage.index.server import ServerIndex

WIDTH = 8
VOCABULARY = 40
DEPTH = 12


@pytest.fixture(params=["embedded", "in memory", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "server":
        yield from on_a_server(os.environ.get("KB_TEST_QDRANT_URL", ""))
        return
    made = (
        EmbeddedIndex.open(tmp_path / "points", WIDTH) if request.param == "embedded" else ServerIndex.in_memory(WIDTH)
    )
    yield made
    made.close()


def on_a_server(url: str) -> Iterator[VectorIndex]:
    """Yield an index on a server, in a collection that is dropped afterwards."""
    if not url:
        pytest.skip("set KB_TEST_QDRANT_URL to the address of a Qdrant server to compare that one too")
    settings, name = Settings(qdrant_url=url), f"test-{uuid.uuid4()}"
    made = ServerIndex.connect(settings, name, WIDTH)
    yield made
    made.close()
    ServerIndex.drop(settings, name)


def random_sparse(random: np.random.Generator) -> Sparse:
    ids = np.sort(random.choice(VOCABULARY, size=random.integers(1, 7), replace=False)).astype(np.uint32)
    return Sparse(ids, random.uniform(0.2, 3.0, len(ids)).astype(np.float32))


def random_point(random: np.random.Generator, number: int) -> Point:
    dense = random.normal(size=WIDTH).astype(np.float32)
    return Point(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        dense=dense / np.linalg.norm(dense),
        sparse=random_sparse(random),
        document_id=f"d{number // 4}",
        project_id=f"p{number % 5}",
        language="sv" if random.random() < 0.6 else "en",
        document_type="slutrapport" if random.random() < 0.5 else "",
    )


def lexical(query: Sparse, point: Point, points: list[Point]) -> float:
    """Sum query weight x point weight x ln(1 + (N - n + 0.5) / (n + 0.5)) over the shared terms."""
    held = dict(zip(point.sparse.ids.tolist(), point.sparse.weights.tolist(), strict=True))
    score = 0.0
    for term, weight in zip(query.ids.tolist(), query.weights.tolist(), strict=True):
        if term in held:
            n = sum(term in other.sparse.ids for other in points)
            score += weight * held[term] * np.log(1 + (len(points) - n + 0.5) / (n + 0.5))
    return score


def expected(
    points: list[Point], dense: np.ndarray, sparse: Sparse, filters: Filters
) -> dict[str, tuple[float, float]]:
    wanted = [p for p in points if all(getattr(p, name) == value for name, value in conditions_of(filters))]
    scores = {p.id: (float(dense @ p.dense.astype(np.float16)), lexical(sparse, p, points)) for p in wanted}
    near = sorted(scores, key=lambda key: -scores[key][0])[:DEPTH]
    shared = sorted((key for key in scores if scores[key][1] > 0), key=lambda key: -scores[key][1])[:DEPTH]
    return {key: scores[key] for key in {*near, *shared}}


def replaced(index: VectorIndex, random: np.random.Generator) -> list[Point]:
    """Put 120 points in, replace 20 of them, and return what is there now."""
    points = {number: random_point(random, number) for number in range(120)}
    changed = {int(number): random_point(random, int(number)) for number in random.choice(120, 20, replace=False)}
    index.upsert(list(points.values()))
    index.upsert(list(changed.values()))
    return list((points | changed).values())


def without_some(index: VectorIndex, points: list[Point], random: np.random.Generator) -> list[Point]:
    """Remove five documents and return what is left."""
    gone = {f"d{number}" for number in random.choice(30, 5, replace=False)}
    index.remove_documents(gone)
    return [point for point in points if point.document_id not in gone]


def assert_right(index: VectorIndex, points: list[Point], random: np.random.Generator) -> None:
    assert index.count() == len(points)
    for filters in (
        Filters(),
        Filters(language="sv"),
        Filters(project_id="p2", language="en"),
        Filters(document_id="d3"),
    ):
        dense, sparse = random_point(random, 0).dense, random_sparse(random)
        answer = {c.id: (c.dense, c.lexical) for c in index.candidates(dense, sparse, DEPTH, filters)}
        right = expected(points, dense, sparse, filters)
        assert answer.keys() == right.keys()
        for key, scores in right.items():
            assert answer[key] == pytest.approx(scores, abs=2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_candidates_are_the_union_of_both_legs_with_both_scores(index: VectorIndex, seed: int) -> None:
    random = np.random.default_rng(seed)
    assert_right(index, replaced(index, random), random)


@pytest.mark.parametrize("seed", range(4))
def test_removed_points_are_never_found_and_leave_no_trace_after_opening_again(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    index = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    left = without_some(index, replaced(index, random), random)
    answer = index.candidates(left[0].dense, left[0].sparse, 200, Filters())
    assert {candidate.id for candidate in answer} == {point.id for point in left}
    index.close()
    # The engine's term statistics count removed points until its lists are built anew, which opening does.
    again = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    assert_right(again, left, random)
    again.close()


@pytest.mark.parametrize("seed", range(4))
def test_compacting_changes_no_answer_before_or_after_later_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(embedded, "WORTH_COMPACTING_KB", 1)
    random = np.random.default_rng(seed)
    index = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    points = replaced(index, random)
    assert not compacted(tmp_path)
    index.compact()
    assert compacted(tmp_path)
    assert_right(index, points, random)
    # Points of the compacted part are replaced and removed, and new ones come beside it.
    left = without_some(index, replaced(index, random), random)
    index.compact()
    assert_right(index, left, random)
    index.close()
    again = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    assert_right(again, left, random)
    again.close()


def compacted(folder: Path) -> list[Path]:
    """Return the mapped files that hold the words of compacted points."""
    return list(folder.rglob("inverted_index.dat"))
