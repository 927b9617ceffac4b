"""One contract for every vector index: Qdrant Edge, the client's in-memory mode, and a real server when one is given.

The in-memory mode stands for the server's code path on machines without one.
"""

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.domain.searching import Filters
from service.domain.vectors import Candidate, Dense, Point, Sparse
from service.errors import IndexUnavailable, InUse
from service.settings import Settings
from service.storage.index.embedded import EmbeddedIndex
from service.storage.index.interface import VectorIndex
from service.storage.index.server import ServerIndex

WIDTH = 8
ALL = Filters()

KILLED_AFTER_WRITING = """
import os, signal, sys
from pathlib import Path
from typing import Any
sys.path.insert(0, sys.argv[2])
import test_contract as t
index = t.EmbeddedIndex.open(Path(sys.argv[1]), t.WIDTH)
index.upsert([t.point(number) for number in range(300)])
os.kill(os.getpid(), signal.SIGKILL)
"""
HOLDS_THE_FOLDER = """
import sys
from pathlib import Path
from typing import Any
from service.storage.index.embedded import EmbeddedIndex
index = EmbeddedIndex.open(Path(sys.argv[1]), 8)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["embedded", "in memory", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "embedded":
        made: VectorIndex = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    elif request.param == "in memory":
        made = ServerIndex.in_memory(WIDTH)
    else:
        url = os.environ.get("KB_TEST_QDRANT_URL", "")
        if not url:
            pytest.skip("set KB_TEST_QDRANT_URL to the address of a Qdrant server to run the contract there too")
        settings, name = Settings(qdrant_url=url), f"test-{uuid.uuid4()}"
        request.addfinalizer(lambda: ServerIndex.drop(settings, name))  # noqa: PT021
        made = ServerIndex.connect(settings, name, WIDTH)
    yield made
    made.close()


def unit(*numbers: float) -> Dense:
    vector = np.zeros(WIDTH, np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.linalg.norm(vector)


def words(*ids: int, weight: float = 1.0) -> Sparse:
    return Sparse(np.array(sorted(ids), np.uint32), np.full(len(ids), weight, np.float32))


def point(number: int, dense: Dense | None = None, sparse: Sparse | None = None, **changes: Any) -> Point:
    facts: dict[str, Any] = {
        "document_id": f"d{number}",
        "project_id": "",
        "language": "sv",
        "document_type": "slutrapport",
    } | changes
    identity = str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))
    angle = dense if dense is not None else unit(1.0, number / 100)
    return Point(identity, angle, sparse if sparse is not None else words(number + 10), **facts)


def found(candidates: list[Candidate]) -> dict[str, Candidate]:
    return {candidate.document_id: candidate for candidate in candidates}


def test_an_empty_index_answers_nothing(index: VectorIndex) -> None:
    assert index.count() == 0
    assert index.candidates(unit(1.0), words(1), 10, ALL) == []


def test_the_same_point_twice_is_one_point_with_the_newest_values(index: VectorIndex) -> None:
    index.upsert([point(1)])
    index.upsert([point(1, language="en")])
    assert index.count() == 1
    assert [candidate.language for candidate in index.candidates(unit(1.0), words(1), 10, ALL)] == ["en"]


def test_what_says_the_same_is_told_by_its_wording(index: VectorIndex) -> None:
    index.upsert([replace(point(1), wording="one"), replace(point(2), wording="two"), point(3)])
    answer = found(index.candidates(unit(1.0), words(11, 12, 13), 10, ALL))
    assert {name: candidate.wording for name, candidate in answer.items()} == {"d1": "one", "d2": "two", "d3": ""}


def test_each_leg_brings_its_own_and_every_candidate_has_both_scores(index: VectorIndex) -> None:
    index.upsert(
        [
            point(1, unit(1.0), words(501)),
            point(2, unit(0.0, 1.0), words(502)),
            *(point(number, unit(0.5, 0.5, number / 10), words(number + 600)) for number in range(3, 9)),
        ]
    )
    answer = found(index.candidates(unit(1.0), words(502), 1, ALL))
    assert set(answer) == {"d1", "d2"}
    assert answer["d1"].dense == pytest.approx(1.0, abs=2e-3)
    assert answer["d1"].lexical == 0.0
    assert answer["d2"].dense == pytest.approx(0.0, abs=2e-3)
    assert answer["d2"].lexical > 0


def test_neither_leg_gates_the_other(index: VectorIndex) -> None:
    index.upsert([point(1, unit(1.0), words(501))])
    nothing_shared = index.candidates(unit(1.0), words(999), 10, ALL)
    no_words_at_all = index.candidates(unit(1.0), Sparse(np.empty(0, np.uint32), np.empty(0, np.float32)), 10, ALL)
    for answer in (nothing_shared, no_words_at_all):
        assert [candidate.document_id for candidate in answer] == ["d1"]


def test_rare_words_weigh_more_than_common_ones(index: VectorIndex) -> None:
    index.upsert([point(number, sparse=words(7)) for number in range(1, 30)])
    index.upsert([point(30, sparse=words(8))])
    answer = found(index.candidates(unit(1.0), words(7, 8), 40, ALL))
    assert answer["d30"].lexical > answer["d1"].lexical


@pytest.mark.parametrize(
    "filters",
    [
        Filters(language="en"),
        Filters(finding_type="lesson"),
        Filters(project_id="p"),
        Filters(document_id="d2"),
        Filters(document_type="gott exempel"),
    ],
)
def test_filters_hold_in_both_legs(index: VectorIndex, filters: Filters) -> None:
    index.upsert(
        [
            point(1, finding_type=("obstacle",)),
            point(2, language="en", project_id="p", document_type="gott exempel", finding_type=("lesson", "result")),
        ]
    )
    assert set(found(index.candidates(unit(1.0), words(11, 12), 10, filters))) == {"d2"}


def test_a_removed_document_is_gone(index: VectorIndex) -> None:
    index.upsert([point(1), point(2), point(3, document_id="d2")])
    index.remove_documents(["d2", "not there"])
    index.remove_documents([])
    assert index.count() == 1


@pytest.mark.parametrize(
    "bad", [np.full(WIDTH, np.nan, np.float32), np.full(WIDTH, np.inf, np.float32), np.ones(3, np.float32)]
)
def test_vectors_that_would_answer_nonsense_are_refused(index: VectorIndex, bad: Dense) -> None:
    with pytest.raises(IndexUnavailable):
        index.upsert([point(1), point(2, bad)])
    assert index.count() == 0


def test_reading_and_writing_at_once_is_safe(index: VectorIndex) -> None:
    errors: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for number in range(start, start + 40):
                index.upsert([point(number)])
                index.candidates(unit(1.0), words(number + 10), 20, ALL)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert index.count() == 160


def test_points_are_there_after_closing_and_opening(tmp_path: Path) -> None:
    first = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    first.upsert([point(1)])
    first.flush()
    first.close()
    second = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    assert second.count() == 1
    second.close()


def test_acknowledged_points_survive_kill_9(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    died = subprocess.run([sys.executable, "-c", KILLED_AFTER_WRITING, str(tmp_path / "points"), here], check=False)
    assert died.returncode == -signal.SIGKILL
    index = EmbeddedIndex.open(tmp_path / "points", WIDTH)
    assert index.count() == 300
    index.close()


def test_a_folder_that_another_process_has_open_is_in_use(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_FOLDER, str(tmp_path / "points")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"open\n"
    with pytest.raises(InUse):
        EmbeddedIndex.open(tmp_path / "points", WIDTH)
    holder.communicate()


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.storage.index.server.PAUSES", (0.01,))
    with pytest.raises(IndexUnavailable) as raised:
        ServerIndex.connect(Settings(qdrant_url="http://127.0.0.1:9", qdrant_api_key=""), "kb", WIDTH)
    assert raised.value.facts["where"] == "http://127.0.0.1:9"
