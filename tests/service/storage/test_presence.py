"""Locks that die with their process, and the address of a running server."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from service.errors import InUse
from service.storage.presence import SERVER_NOTE, holding, is_held, running_server, serving

HOLD = """
import sys, time
from pathlib import Path
from service.storage.presence import holding, serving
with holding(Path(sys.argv[1]), "serve"), serving(Path(sys.argv[1]), "http://127.0.0.1:8000"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def server(tmp_path: Path, start_child: Callable[..., "Popen[str]"]) -> "Popen[str]":
    child = start_child(HOLD, tmp_path)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_the_second_process_is_told_who_is_first(tmp_path: Path, server: "Popen[str]") -> None:
    with pytest.raises(InUse) as caught, holding(tmp_path, "serve"):
        pass
    assert caught.value.facts == {"what": "serve", "path": str(tmp_path), "pid": server.pid}


def test_a_killed_process_leaves_no_lock_and_no_server(tmp_path: Path, server: "Popen[str]") -> None:
    assert is_held(tmp_path, "serve")
    assert running_server(tmp_path) == "http://127.0.0.1:8000"
    server.send_signal(signal.SIGKILL)
    server.wait()
    assert not is_held(tmp_path, "serve")
    assert (tmp_path / SERVER_NOTE).exists()
    assert running_server(tmp_path) is None


def test_a_lock_is_free_after_the_block_and_other_locks_are_not_touched(tmp_path: Path) -> None:
    with holding(tmp_path, "ingest"):
        assert is_held(tmp_path, "ingest")
        assert not is_held(tmp_path, "index")
        assert (tmp_path / "ingest.lock").read_text(encoding="utf-8") == str(os.getpid())
    assert not is_held(tmp_path, "ingest")


def test_the_note_of_a_server_goes_when_it_stops(tmp_path: Path) -> None:
    with holding(tmp_path, "serve"):
        with serving(tmp_path, "http://127.0.0.1:1234"):
            assert running_server(tmp_path) == "http://127.0.0.1:1234"
        assert running_server(tmp_path) is None


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_note_that_says_nothing_is_no_server(tmp_path: Path, note: str) -> None:
    (tmp_path / SERVER_NOTE).write_text(note, encoding="utf-8")
    with holding(tmp_path, "serve"):
        assert running_server(tmp_path) is None
