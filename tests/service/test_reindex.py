"""The index is built anew while people ask: whoever has begun to read the old one reads to the end."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from service.domain.searching import Query
from service.knowledge_base import KnowledgeBase
from service.storage.index.embedded import EmbeddedIndex
from tests.conftest import filled

PATIENCE = 30.0


@pytest.fixture
def small(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# Steget in\n\nUnga som varken arbetar eller studerar får en vägledare.\n")
    made, summary = filled(tmp_path / "data", tmp_path / "in")
    assert summary.added == 1
    return made


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def generations(data: Path) -> list[str]:
    return sorted(entry.name for entry in (data / "index").iterdir() if entry.is_dir() and entry.name.startswith("g"))


def test_a_search_that_has_begun_ends_on_the_old_index_which_is_closed_after_it(
    small: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, begun, go_on = EmbeddedIndex.candidates, threading.Event(), threading.Event()
    old = generations(tmp_path / "data")

    def slowly(self: EmbeddedIndex, *given: Any) -> Any:
        if not begun.is_set():
            begun.set()
            assert go_on.wait(PATIENCE)
        return real(self, *given)

    monkeypatch.setattr(EmbeddedIndex, "candidates", slowly)
    with ThreadPoolExecutor() as pool:
        early = pool.submit(small.search, Query("unga"))
        assert begun.wait(PATIENCE)
        rebuilding = pool.submit(small.reindex)
        until(lambda: (tmp_path / "data" / "index" / "CURRENT").read_text(encoding="utf-8") not in old)
        assert small.search(Query("unga")).hits
        assert set(old) <= set(generations(tmp_path / "data"))
        assert not rebuilding.done()
        go_on.set()
        assert early.result(PATIENCE).hits
        assert rebuilding.result(PATIENCE) == 1
    assert set(old).isdisjoint(generations(tmp_path / "data"))
    assert small.search(Query("unga")).hits
    small.close()


def test_nobody_is_turned_away_while_the_index_is_built_anew_again_and_again(small: KnowledgeBase) -> None:
    done = threading.Event()

    def ask() -> int:
        asked = 0
        while not done.is_set():
            assert small.search(Query("unga")).hits
            assert small.problems() == ()
            asked += 1
        return asked

    with ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            for _ in range(3):
                assert small.reindex() == 1
        finally:
            done.set()
        assert all(one.result(PATIENCE) for one in asking)
    small.close()
