"""Zip packages (DOCX, XLSX) judged by their table of contents, before anything is unpacked."""

import io
import zipfile
from pathlib import PurePosixPath

from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

MAX_ENTRIES = 2_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 200
SMALL_ENTRY_BYTES = 1_000_000
"""Entries up to this size are not judged by their ratio: a nearly empty part compresses very well."""
_ENCRYPTED_FLAG = 0x1
_END_OF_DIRECTORY = b"PK\x05\x06"


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open a zip package that is safe to unpack.

    The sizes are those declared in the directory; ``zipfile`` never returns more than was declared.

    Raises:
        ReadingFailed: DAMAGED, or UNSAFE_ARCHIVE with the rule that was broken.
    """
    _check_entry_count(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise ReadingFailed(Reason.DAMAGED, f"zip: {error}") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, f"{len(entries)} entries")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL_BYTES:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, f"{total} bytes unpacked")
    for entry in entries:
        _check_entry(entry)
    return archive


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return an unpacked part, or b"" when the package has no such part.

    Raises:
        ReadingFailed: DAMAGED
    """
    try:
        return archive.read(name)
    except KeyError:
        return b""
    except Exception as error:  # noqa: BLE001  zlib, lzma, struct and zipfile each have their own
        raise ReadingFailed(Reason.DAMAGED, f"{name}: {error}") from None


def _check_entry_count(data: bytes) -> None:
    """Read the count from the end record: listing a million entries would cost a gigabyte before it could be refused."""
    end = data.rfind(_END_OF_DIRECTORY)
    count = int.from_bytes(data[end + 10 : end + 12], "little") if end >= 0 else 0
    directory_bytes = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
    # A 64-bit directory writes 0xFFFF here; no honest office file needs one.
    if count > MAX_ENTRIES or directory_bytes > MAX_ENTRIES * 1_000:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, f"{count} entries")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename.split("/", 1)[0]:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, "path outside the package")
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, "encrypted entry")
    if entry.file_size > SMALL_ENTRY_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, f"ratio {entry.file_size // max(entry.compress_size, 1)}")
