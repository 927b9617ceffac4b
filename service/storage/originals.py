"""The files as received, by the SHA-256 of their bytes."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

TEMPORARY = ".arriving-"


class Originals:
    """A folder of files ``ab/cd/<sha256>``. A file is there whole or not at all, also after power loss.

    Each file is written under a temporary name, forced to disk, then renamed; last its folder is forced to disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep some bytes; return their SHA-256 as 64 hexadecimal digits."""
        return self.put_all([data])[0]

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep many files; each folder is forced to disk once. Bytes that are there already are not written again."""
        digests = [hashlib.sha256(data).hexdigest() for data in contents]
        touched: set[Path] = set()
        for digest, data in dict(zip(digests, contents, strict=True)).items():
            path = self.path(digest)
            if not path.exists():
                touched |= self._write(path, data)
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
        """Remove the file; one that is not there is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def total_bytes(self) -> int:
        """Return the size of everything, in bytes."""
        return sum(path.stat().st_size for path in self._folder.glob("??/??/*") if path.is_file())

    def clean(self) -> None:
        """Delete what a killed process left half-written. Only the process that brings files in calls this."""
        for path in self._folder.glob(f"??/??/{TEMPORARY}*"):
            path.unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> set[Path]:
        """Write one file; return the folders that must be forced to disk for its name to last."""
        touched = {path.parent}
        if not path.parent.exists():
            touched |= {path.parent.parent, self._folder}
            path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        return touched


def _force_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
