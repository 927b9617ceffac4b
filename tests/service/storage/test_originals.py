"""The files as received: whole or not at all."""

import hashlib
import os
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from service.storage.originals import SECONDS_TO_LOCK, Originals

HALFWAY = """
import os, sys, time
from pathlib import Path
from service.storage.originals import Originals
originals = Originals(Path(sys.argv[1]))
real = os.fsync
def stop_here(descriptor):
    real(descriptor)
    if os.path.isfile(f"/proc/self/fd/{descriptor}"):
        print("written", flush=True)
        time.sleep(60)
os.fsync = stop_here
originals.put(b"half-written" * 1000)
"""

PUT_ALL = """
import sys
from pathlib import Path
from service.storage.originals import Originals
originals = Originals(Path(sys.argv[1]))
for number in range(100_000):
    print(originals.put(str(number).encode() * 500), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "originals"


def half_written(folder: Path) -> list[Path]:
    return list((folder / "arriving").iterdir())


def test_what_is_put_is_read_back_by_its_digest(folder: Path) -> None:
    originals = Originals(folder)
    digest = originals.put(b"a report")
    assert digest == hashlib.sha256(b"a report").hexdigest()
    assert originals.read(digest) == b"a report"
    assert originals.path(digest) == folder / digest[:2] / digest[2:4] / digest


def test_the_group_may_read_a_file_and_others_may_not(folder: Path) -> None:
    originals = Originals(folder)
    assert stat.S_IMODE(originals.path(originals.put(b"a report")).stat().st_mode) == 0o640


def test_a_batch_answers_in_order_and_keeps_equal_files_once(folder: Path) -> None:
    originals = Originals(folder)
    digests = originals.put_all(content for content in (b"b", b"a", b"b", b""))
    assert digests == [hashlib.sha256(content).hexdigest() for content in (b"b", b"a", b"b", b"")]
    assert originals.total_bytes() == 2
    assert originals.read(digests[3]) == b""


def test_what_is_there_is_not_written_again(folder: Path) -> None:
    originals = Originals(folder)
    before = originals.path(originals.put(b"a report")).stat()
    after = originals.path(originals.put(b"a report")).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error(folder: Path) -> None:
    originals = Originals(folder)
    digest = originals.put(b"a report")
    originals.remove(digest)
    originals.remove(digest)
    assert originals.total_bytes() == 0
    with pytest.raises(FileNotFoundError):
        originals.read(digest)


def test_every_file_and_every_new_folder_is_forced_to_disk_before_the_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = Originals(folder)
    forced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: forced.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    path = originals.path(originals.put(b"a report"))
    assert forced[0].parent == folder / "arriving"
    assert set(forced[1:]) == {path.parent, path.parent.parent, folder}


def test_a_full_disk_is_an_error_and_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = Originals(folder)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            originals.put(b"a report")
    assert half_written(folder) == []
    assert originals.read(originals.put(b"a report")) == b"a report"


def test_a_writer_killed_before_the_rename_leaves_no_file_and_is_cleaned_up_after(
    folder: Path, start_child: Callable[..., "Popen[str]"]
) -> None:
    child = start_child(HALFWAY, folder)
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    assert Originals(folder).total_bytes() == 0
    assert len(half_written(folder)) == 1, "the writer is alive: its file must stay"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(half_written(folder)) == 1
    assert Originals(folder).total_bytes() == 0
    assert half_written(folder) == []


def test_everything_acknowledged_survives_a_kill(folder: Path, start_child: Callable[..., "Popen[str]"]) -> None:
    child = start_child(PUT_ALL, folder)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().strip() for _ in range(50)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    acknowledged += [line for line in child.stdout.read().split("\n") if len(line) == 64]
    originals = Originals(folder)
    for number, digest in enumerate(acknowledged):
        assert originals.read(digest) == str(number).encode() * 500


def test_an_empty_half_written_file_is_left_only_while_it_is_fresh(folder: Path) -> None:
    Originals(folder)
    fresh, old = folder / "arriving" / "fresh", folder / "arriving" / "old"
    fresh.touch()
    old.touch()
    os.utime(old, (time.time() - SECONDS_TO_LOCK - 1,) * 2)
    Originals(folder)
    assert half_written(folder) == [fresh]


def test_threads_that_put_the_same_bytes_do_not_disturb_each_other(folder: Path) -> None:
    # With one temporary name per process and digest, one thread cut off the file that another was renaming.
    originals = Originals(folder)
    contents = [bytes([number]) * 200_000 for number in range(12)]
    problems: list[str] = []

    def put(order: Iterator[bytes]) -> None:
        for content in order:
            if originals.read(originals.put(content)) != content:
                problems.append("cut off")  # noqa: PERF401

    threads = [threading.Thread(target=put, args=(iter(contents),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert half_written(folder) == []
