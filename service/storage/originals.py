"""The files as received, by the SHA-256 of their bytes."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

ARRIVING = "arriving"
MODE = 0o640
SECONDS_TO_LOCK = 60


class Originals:
    """A folder of files ``ab/cd/<sha256>``. A file is there whole or not at all, also after power loss.

    Each file is written in the folder ``arriving``, forced to disk, then renamed; last its new folder is forced to
    disk. One folder for all that is half-written lets an opening clean up without walking through everything.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder, or make it, and delete what killed processes left half-written."""
        self._folder = folder
        self._arriving = folder / ARRIVING
        if not self._arriving.is_dir():
            self._arriving.mkdir(parents=True, exist_ok=True)
            _force_to_disk(folder.parent)
        self._clean()

    def put(self, data: bytes) -> str:
        """Keep some bytes; return their SHA-256 as 64 hexadecimal digits."""
        return self.put_all([data])[0]

    def put_all(self, contents: Iterable[bytes]) -> list[str]:
        """Keep a batch of files; each folder is forced to disk once. Bytes that are there already are not written again.

        Every new file stays open until all are on disk: a batch is some hundreds of files at most.

        Returns:
            The SHA-256 of each, in the order given. When the call returns, all of them last.

        Raises:
            OSError: the disk is full or cannot be written; what came before may be there, whole.
        """
        digests, touched = [], set[Path]()
        with ExitStack() as arriving:
            written: dict[Path, _Arriving] = {}
            for data in contents:
                digest = hashlib.sha256(data).hexdigest()
                path = self.path(digest)
                if path not in written and not path.exists():
                    written[path] = arriving.enter_context(_Arriving(self._arriving, data))
                # Also when it was there: whoever renamed it may have been killed before its folder was forced to disk.
                touched |= {path.parent, path.parent.parent, self._folder}
                digests.append(digest)
            # All begin before the first is waited for: the file system then commits them together.
            for one in written.values():
                one.begin_writing_out()
            for one in written.values():
                one.force_to_disk()
            for path, one in written.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                one.move_to(path)
        for folder in touched:
            _force_to_disk(folder)
        return digests

    def path(self, sha256: str) -> Path:
        """Return where the file lies, whether or not it is there."""
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError."""
        return self.path(sha256).read_bytes()

    def remove(self, sha256: str) -> None:
        """Remove the file, so that it stays away also after power loss; one that is not there is no error."""
        path = self.path(sha256)
        with suppress(FileNotFoundError):
            path.unlink()
            _force_to_disk(path.parent)

    def total_bytes(self) -> int:
        """Return the size of everything, in bytes."""
        return sum(path.stat().st_size for path in self._folder.glob("??/??/*") if path.is_file())

    def _clean(self) -> None:
        for path in self._arriving.iterdir():
            with suppress(FileNotFoundError), path.open("rb") as handle:
                if _is_abandoned(handle.fileno()):
                    path.unlink()


class _Arriving:
    """A file on its way in. Leaving the context closes it, and deletes it unless it was moved to its place."""

    def __init__(self, folder: Path, data: bytes) -> None:
        descriptor, name = tempfile.mkstemp(dir=folder)
        self._path, self._moved = Path(name), False
        self._handle = os.fdopen(descriptor, "wb")
        try:
            # The lock tells other processes that this file's writer is alive.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.fchmod(descriptor, MODE)
            self._handle.write(data)
            self._handle.flush()
        except OSError:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._handle.close()
        if not self._moved:
            with suppress(OSError):
                self._path.unlink()

    def begin_writing_out(self) -> None:
        # A hint that the bytes will not be read again soon; the kernel takes it as time to write them.
        os.posix_fadvise(self._handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def force_to_disk(self) -> None:
        os.fsync(self._handle.fileno())

    def move_to(self, path: Path) -> None:
        self._path.replace(path)
        self._moved = True


def _is_abandoned(descriptor: int) -> bool:
    """Return whether no process holds the lock: the kernel lets go of it when the writer dies, however it dies."""
    status = os.fstat(descriptor)
    # A fresh file of no bytes may be between its making and its lock.
    if status.st_size == 0 and time.time() - status.st_mtime < SECONDS_TO_LOCK:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _force_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
