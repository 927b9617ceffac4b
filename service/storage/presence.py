"""Who is at work in the data folder: locks that die with their process, and the address of a running server."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.errors import InUse

SERVER_NOTE = "server.json"
PAUSE_SECONDS = 0.02


@contextmanager
def holding(data: Path, what: str, patience: float = 0.2) -> Iterator[None]:
    """Hold the lock ``what`` of a data folder while the block runs, waiting for it at most ``patience`` seconds.

    The lock is an advisory ``flock`` on ``<what>.lock``: the kernel releases it when the process dies, however it dies,
    so no stale lock can remain. The file holds the process id for the message of whoever comes second.

    Raises:
        InUse: another process holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    path = data / f"{what}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        if not _locked(descriptor, patience):
            raise InUse(what=what, path=str(data), pid=_pid_in(path))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(data: Path, what: str) -> bool:
    """Return whether some process holds the lock ``what``."""
    try:
        with holding(data, what):
            return False
    except InUse:
        return True


@contextmanager
def serving(data: Path, address: str) -> Iterator[None]:
    """Announce a server at ``address`` ("http://127.0.0.1:8000") in the data folder while the block runs."""
    note = data / SERVER_NOTE
    fresh = note.with_suffix(".tmp")
    fresh.write_text(json.dumps({"pid": os.getpid(), "address": address}), encoding="utf-8")
    fresh.replace(note)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            note.unlink()


def running_server(data: Path) -> str | None:
    """Return the address of the server that serves this data folder, or None.

    A server holds the lock "serve" while it lives, so a note left by a killed server is not believed.
    """
    try:
        note = json.loads((data / SERVER_NOTE).read_text(encoding="utf-8"))
        address = str(note["address"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if is_held(data, "serve") else None


def _locked(descriptor: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE_SECONDS)
        else:
            return True


def _pid_in(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8") or 0)
    except (OSError, ValueError):
        return 0
