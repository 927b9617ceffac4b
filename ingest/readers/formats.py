"""Which format a file has, by its extension and its content together, and the reader for it."""

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePosixPath

from ingest.readers.archive import open_archive
from ingest.readers.characters import decode
from ingest.readers.docx import read_docx
from ingest.readers.html import decode_html, read_html
from ingest.readers.limits import DEFAULT_LIMITS, Limits
from ingest.readers.operations import read_operations
from ingest.readers.pdf import read_pdf
from ingest.readers.project_record import looks_like_record, read_record
from ingest.readers.reading import Reading, ReadingFailed
from ingest.readers.text import read_text
from service.domain.documents import Reason


class Format(StrEnum):
    """What a file is inside."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    HTML = "html"
    TEXT = "text"
    GZIP = "gzip"
    ZIP = "zip"
    OFFICE_97 = "office 97"
    RTF = "rtf"


EXTENSIONS = {
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".xlsx": Format.XLSX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".txt": Format.TEXT,
    ".md": Format.TEXT,
    ".markdown": Format.TEXT,
    ".csv": Format.TEXT,
    ".json": Format.TEXT,
    ".jsonl": Format.TEXT,
    ".csv.gz": Format.GZIP,
    ".json.gz": Format.GZIP,
    ".jsonl.gz": Format.GZIP,
}
OPERATIONS = frozenset({".csv", ".json", ".jsonl", ".xlsx", ".csv.gz", ".json.gz", ".jsonl.gz"})
MARKDOWN = frozenset({".md", ".markdown"})
_TAG = re.compile(r"<(?:!doctype\s+html|/?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,2000})?/?>)", re.IGNORECASE)
_WEB_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read(data: bytes, file_name: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Read a file of any known format.

    Args:
        data: the file's bytes.
        file_name: its name; only the extension matters.
        limits: what it may hold at most.

    Raises:
        ReadingFailed: with the reason that a person is told.
    """
    extension = PurePosixPath(file_name).suffix.lower()
    if extension == ".gz" and PurePosixPath(file_name[:-3]).suffix.lower() in OPERATIONS:
        # Lists of operations are often published packed; nothing else is read from inside a gzip file.
        extension = PurePosixPath(file_name[:-3]).suffix.lower() + extension
    expected = EXTENSIONS.get(extension)
    if not data:
        raise ReadingFailed(Reason.EMPTY)
    if expected is None:
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, extension or "no extension")
    _check_content(data, expected)
    return _reader(extension, expected)(data, file_name, limits)


def content_format(data: bytes) -> Format | None:
    """Return what the bytes are, or None when they are nothing known.

    Raises:
        ReadingFailed: DAMAGED or UNSAFE_ARCHIVE, for a zip package that may not be opened.
    """
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package_format(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Format.OFFICE_97
    if data.startswith(b"{\\rtf"):
        return Format.RTF
    if data.startswith(b"\x1f\x8b"):
        return Format.GZIP
    try:
        text = decode(data)
    except ReadingFailed:
        return None
    return Format.HTML if _WEB_PAGE.match(text[:20_000]) else Format.TEXT


def _check_content(data: bytes, expected: Format) -> None:
    found = content_format(data)
    if found is expected:
        return
    if found is Format.OFFICE_97 and expected in {Format.DOCX, Format.XLSX} and _ENCRYPTED_PACKAGE in data:
        raise ReadingFailed(Reason.ENCRYPTED, "office password")
    if expected is Format.HTML and found in {Format.TEXT, None} and _TAG.search(_page_text(data)):
        return
    if found is not None:
        raise ReadingFailed(Reason.WRONG_EXTENSION, found.value)
    if expected in {Format.TEXT, Format.HTML}:
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, "binary data")
    if expected is not Format.PDF:
        raise ReadingFailed(Reason.DAMAGED, f"no {expected.value} file")


def _page_text(data: bytes) -> str:
    try:
        return decode_html(data)
    except ReadingFailed:
        return ""


def _package_format(data: bytes) -> Format:
    with open_archive(data) as archive:
        names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        for marker, package in (("word/document.xml", Format.DOCX), ("xl/workbook.xml", Format.XLSX)):
            if marker in names:
                return package
    return Format.ZIP


def _reader(extension: str, expected: Format) -> Callable[[bytes, str, Limits], Reading]:
    if extension in OPERATIONS:
        return _read_operations
    if extension in MARKDOWN:
        return lambda data, _, limits: read_text(data, limits, markdown=True)
    readers: dict[Format, Callable[[bytes, str, Limits], Reading]] = {
        Format.PDF: lambda data, _, limits: read_pdf(data, limits),
        Format.DOCX: lambda data, _, limits: read_docx(data, limits),
        Format.HTML: _read_web_page,
        Format.TEXT: _read_plain_text,
    }
    return readers[expected]


def _read_operations(data: bytes, file_name: str, limits: Limits) -> Reading:
    reading = read_operations(data, file_name)
    # A page is one operation here, so only the amount of text is limited.
    if sum(len(page.text.encode()) for page in reading.pages) > limits.max_text_bytes:
        raise ReadingFailed(Reason.TOO_MUCH_TEXT, f"more than {limits.max_text_bytes} bytes")
    return reading


def _read_web_page(data: bytes, _: str, limits: Limits) -> Reading:
    reading = read_html(data, limits)
    text = "\n".join(page.text for page in reading.pages)
    return read_record(text) if looks_like_record(text) else reading


def _read_plain_text(data: bytes, _: str, limits: Limits) -> Reading:
    text = decode(data)
    return read_record(text) if looks_like_record(text) else read_text(data, limits)
