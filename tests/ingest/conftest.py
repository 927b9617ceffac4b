"""Makers of small awkward files, byte by byte, so that a test shows what its file holds."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence

import pytest

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


Placed = tuple[float, float, str, float, bool]
"""A line on a PDF page: x and y in points from the lower left corner, text, size, bold."""

Maker = Callable[..., bytes]


@pytest.fixture
def make_pdf() -> Maker:
    """Return the maker of PDF files with text: :func:`pdf_bytes`."""
    return pdf_bytes


@pytest.fixture
def make_pdf_of_content() -> Maker:
    """Return the maker of PDF files whose pages all show one content stream."""
    return lambda content, pages=1: pdf_of_streams([stream(content)], pages)


@pytest.fixture
def make_docx() -> Maker:
    """Return the maker of Word packages: :func:`docx_bytes`."""
    return docx_bytes


def pdf_bytes(
    *pages: Sequence[Placed],
    title: str = "",
    outline: Sequence[tuple[str, int]] = (),
    label_prefix: str = "",
    rotate: int = 0,
) -> bytes:
    """Return a PDF file with Helvetica text; ``outline`` holds (title, page index)."""
    contents = [stream("\n".join(_operator(text) for text in page).encode("cp1252")) for page in pages]
    return pdf_of_streams(contents, len(pages), title=title, outline=outline, label_prefix=label_prefix, rotate=rotate)


def pdf_of_streams(
    streams: Sequence[bytes],
    count: int,
    *,
    title: str = "",
    outline: Sequence[tuple[str, int]] = (),
    label_prefix: str = "",
    rotate: int = 0,
) -> bytes:
    """Return a PDF file whose pages show the given content streams; the last one is shared by all further pages."""
    first_page, first_stream, first_entry = 6, 6 + count, 6 + count + len(streams)
    labels = f"/PageLabels << /Nums [0 << /S /D /P ({label_prefix}) >>] >>" if label_prefix else ""
    marks = f"/Outlines {first_entry} 0 R" if outline else ""
    kids = " ".join(f"{first_page + number} 0 R" for number in range(count))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {labels} {marks} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< /Title ({title}) /CreationDate (D:20210301120000Z) >>".encode("cp1252"),
    ]
    for number in range(count):
        stream = first_stream + min(number, len(streams) - 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rotate} /Contents {stream} 0 R"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
    objects += streams
    if outline:
        objects += _outline(outline, first_entry, first_page)
    return _file(objects)


def docx_bytes(
    body: str,
    *,
    styles: str = "",
    properties: Mapping[str, str] | None = None,
    parts: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a Word package with the given XML inside ``w:body`` and ``w:styles``."""
    fields = "".join(f"<d:{name}>{value}</d:{name}>" for name, value in (properties or {}).items())
    files = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode(),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode(),
        "docProps/core.xml": f'<c:coreProperties xmlns:c="c" xmlns:d="d">{fields}</c:coreProperties>'.encode(),
        **(parts or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _operator(placed: Placed) -> str:
    x, y, text, size, bold = placed
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{2 if bold else 1} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET"


def stream(content: bytes) -> bytes:
    """Return a compressed content stream."""
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)


def _outline(entries: Sequence[tuple[str, int]], first: int, first_page: int) -> list[bytes]:
    last = first + len(entries)
    objects = [f"<< /Type /Outlines /First {first + 1} 0 R /Last {last} 0 R /Count {len(entries)} >>".encode()]
    for number, (title, page) in enumerate(entries, first + 1):
        following = f"/Next {number + 1} 0 R" if number < last else ""
        target = f"[{first_page + page} 0 R /Fit]"
        objects.append(f"<< /Title ({title}) /Parent {first} 0 R {following} /Dest {target} >>".encode("cp1252"))
    return objects


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return bytes(out + b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table) + end)
