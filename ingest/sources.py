"""Where documents come from: files and folders on disk."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service.domain.documents import Reason

IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _OnDisk:
    path: Path

    @property
    def name(self) -> str:
        """The file name as given, undecodable bytes replaced."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class SourceFile(_OnDisk):
    """A file to bring in."""


@dataclass(frozen=True, slots=True)
class Skipped(_OnDisk):
    """Something under the given paths that is not a readable file."""

    reason: Reason
    detail: str


def walk(paths: Iterable[Path]) -> Iterator[SourceFile | Skipped]:
    """Yield every file under the paths, folders depth first and in name order.

    Hidden files and folders, and the litter of office programs, are passed over in silence.
    Links that lead out of the given folder, pipes and devices are skipped with a reason.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk_folder(path, path.resolve())
        else:
            yield _judge(path, path.parent.resolve())


def open_source(source: SourceFile) -> int:
    """Return a file descriptor of a regular file; the check is made on the descriptor itself, not on the name.

    Raises:
        OSError: it cannot be opened, or is no longer a regular file.
    """
    descriptor = os.open(source.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(f"not a regular file: {source.path}")


def _walk_folder(folder: Path, root: Path) -> Iterator[SourceFile | Skipped]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Skipped(folder, Reason.UNREADABLE, error.strerror or "")
        return
    for entry in entries:
        if _is_litter(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk_folder(entry, root)
        else:
            yield _judge(entry, root)


def _judge(path: Path, root: Path) -> SourceFile | Skipped:
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except OSError as error:
        return Skipped(path, Reason.UNREADABLE, error.strerror or "")
    if path.is_symlink() and not target.is_relative_to(root):
        return Skipped(path, Reason.NOT_A_FILE, "link out of the folder")
    if not stat.S_ISREG(mode):
        return Skipped(path, Reason.NOT_A_FILE, stat.filemode(mode))
    if not os.access(path, os.R_OK):
        return Skipped(path, Reason.UNREADABLE, "permission")
    return SourceFile(path)


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in IGNORED_NAMES
