"""What only the embedded index promises: one process at a time, and nothing acknowledged is lost."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import numpy as np
import pytest

from service.domain.searching import Filters
from service.domain.vectors import Point, Sparse
from service.errors import IndexUnavailable, InUse
from service.storage.index.embedded import EmbeddedIndex

StartChild = Callable[..., "Popen[str]"]

FILL = """
import sys, uuid
import numpy as np
from pathlib import Path
from service.domain.vectors import Point, Sparse
from service.storage.index.embedded import EmbeddedIndex
index = EmbeddedIndex.open(Path(sys.argv[1]), 8)
random = np.random.default_rng(1)
for batch in range(100_000):
    index.upsert([
        Point(str(uuid.UUID(int=batch * 50 + number + 1)), random.normal(size=8).astype(np.float32),
              Sparse(np.array([1, 2 + number], np.uint32), np.ones(2, np.float32)), f"d{batch}", "", "sv", "")
        for number in range(50)
    ])
    print(batch, flush=True)
"""

COMPACT = """
import sys, uuid
import numpy as np
from pathlib import Path
from service.domain.vectors import Point, Sparse
from service.storage.index import embedded
embedded.WORTH_COMPACTING_KB = 1
index = embedded.EmbeddedIndex.open(Path(sys.argv[1]), 8)
random = np.random.default_rng(1)
terms = np.arange(200, dtype=np.uint32)
index.upsert([
    Point(str(uuid.UUID(int=number + 1)), random.normal(size=8).astype(np.float32),
          Sparse(terms + number, np.ones(200, np.float32)), f"d{number % 100}", "", "sv", "")
    for number in range(3000)
])
print("compacting", flush=True)
index.compact()
print("compacted", flush=True)
"""

ENGINE_ALONE = """
import sys, time
from qdrant_edge import EdgeShard
shard = EdgeShard.load(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""


def point(folder_width: int = 8) -> Point:
    return Point(
        "00000000-0000-0000-0000-000000000001",
        np.ones(folder_width, np.float32),
        Sparse(np.array([1], np.uint32), np.ones(1, np.float32)),
        "d", "", "sv", "",
    )  # fmt: skip


def test_opening_twice_in_one_process_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    index = EmbeddedIndex.open(tmp_path / "points", 8)
    with pytest.raises(InUse):
        EmbeddedIndex.open(tmp_path / "points", 8)
    index.upsert([point()])
    assert index.count() == 1
    index.close()


def test_a_second_process_is_refused(tmp_path: Path, start_child: StartChild) -> None:
    child = start_child(FILL, tmp_path / "points")
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(InUse):
        EmbeddedIndex.open(tmp_path / "points", 8)


def test_a_process_that_uses_the_engine_without_this_program_is_noticed(
    tmp_path: Path, start_child: StartChild
) -> None:
    EmbeddedIndex.open(tmp_path / "points", 8).close()
    child = start_child(ENGINE_ALONE, tmp_path / "points")
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(InUse):
        EmbeddedIndex.open(tmp_path / "points", 8)


@pytest.mark.parametrize("batches", [1, 7, 25])
def test_every_acknowledged_point_survives_a_kill_and_can_be_found(
    tmp_path: Path, start_child: StartChild, batches: int
) -> None:
    child = start_child(FILL, tmp_path / "points")
    assert child.stdout is not None
    for _ in range(batches):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    acknowledged = batches + sum(line.endswith("\n") for line in child.stdout.readlines())
    index = EmbeddedIndex.open(tmp_path / "points", 8)
    assert index.count() >= acknowledged * 50
    one = point()
    for batch in (0, acknowledged - 1):
        assert len(index.candidates(one.dense, one.sparse, 200, Filters(document_id=f"d{batch}"))) == 50
    index.close()


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3, 1.0])
def test_killed_while_it_compacts_everything_is_still_there(
    tmp_path: Path, start_child: StartChild, seconds: float
) -> None:
    child = start_child(COMPACT, tmp_path / "points")
    assert child.stdout is not None
    assert child.stdout.readline() == "compacting\n"
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.wait()
    index = EmbeddedIndex.open(tmp_path / "points", 8)
    assert not list(tmp_path.rglob("segment_builder*"))
    assert index.count() == 3000
    one = Sparse(np.array([1], np.uint32), np.ones(1, np.float32))
    assert len(index.candidates(np.ones(8, np.float32), one, 200, Filters(document_id="d7"))) == 30
    index.compact()
    assert index.count() == 3000
    index.close()


def test_a_folder_of_another_width_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    index = EmbeddedIndex.open(tmp_path / "points", 8)
    index.upsert([point()])
    index.close()
    with pytest.raises(IndexUnavailable):
        EmbeddedIndex.open(tmp_path / "points", 16)
    again = EmbeddedIndex.open(tmp_path / "points", 8)
    assert again.count() == 1
    again.close()


def test_a_damaged_folder_is_refused_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "points" / "segments" / "not-a-segment").mkdir(parents=True)
    (tmp_path / "points" / "edge_config.json").write_text("{", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            EmbeddedIndex.open(tmp_path / "points", 8)


def test_a_closed_index_says_so_and_closing_again_is_no_error(tmp_path: Path) -> None:
    index = EmbeddedIndex.open(tmp_path / "points", 8)
    index.close()
    index.close()
    with pytest.raises(IndexUnavailable):
        index.count()
