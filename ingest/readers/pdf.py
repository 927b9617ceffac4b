"""PDF files: PDFium reads the text, pypdf is asked when PDFium finds none or cannot open the file."""

import io
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from ingest.readers.facts import sensible_title, year_of
from ingest.readers.headings import OutlineEntry
from ingest.readers.layout import compose
from ingest.readers.limits import Limits
from ingest.readers.lines import PrintedPage
from ingest.readers.page_builder import PageBuilder
from ingest.readers.pdf_lines import printed_page
from ingest.readers.reading import Facts, RawPage, Reading, ReadingFailed
from ingest.readers.running_heads import without_running_heads
from service.domain.documents import Reason

MOST_OUTLINE_ENTRIES = 5_000
SECOND_OPINION_SECONDS = 20
SECOND_OPINION_STREAM_BYTES = 20_000_000
KEPT_METADATA = {"Author": "author", "Subject": "subject", "Keywords": "keywords", "Creator": "creator"}


def read_pdf(data: bytes, limits: Limits) -> Reading:
    """Read a PDF file.

    Raises:
        ReadingFailed: ENCRYPTED, DAMAGED, NEEDS_OCR, TOO_MANY_PAGES or TOO_MUCH_TEXT.
    """
    try:
        reading = _read_with_pdfium(data, limits)
    except ReadingFailed as failure:
        if failure.reason is not Reason.DAMAGED:
            raise
        second = _second_opinion(data, limits)
        if second is None:
            raise
        return second
    if _has_text(reading):
        return reading
    second = _second_opinion(data, limits)
    if second is None:
        raise ReadingFailed(Reason.NEEDS_OCR, f"{len(reading.pages)} pages without text")
    return second


def _read_with_pdfium(data: bytes, limits: Limits) -> Reading:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise ReadingFailed(Reason.ENCRYPTED if encrypted else Reason.DAMAGED, str(error)) from None
    with closing(document):
        count = len(document)
        if count > limits.max_pages:
            raise ReadingFailed(Reason.TOO_MANY_PAGES, f"{count} > {limits.max_pages}")
        if count == 0:
            raise ReadingFailed(Reason.DAMAGED, "no pages")
        pages = _printed_pages(document, limits)
        builder = PageBuilder(limits)
        metadata = document.get_metadata_dict()
        compose(without_running_heads(pages, sensible_title(metadata.get("Title"))), builder, _outline(document))
        return Reading(_facts(metadata, builder.pages), builder.pages)


def _printed_pages(document: Any, limits: Limits) -> list[PrintedPage]:
    from pypdfium2 import PdfiumError

    pages, length = [], 0
    for index in range(len(document)):
        try:
            page = printed_page(document, index)
        except PdfiumError:
            # A page that cannot be loaded must not take the readable ones with it.
            page = PrintedPage((), label=document.get_page_label(index))
        pages.append(page)
        length += sum(len(line.text) for line in page.lines)
        if length > limits.max_text_bytes:
            raise ReadingFailed(Reason.TOO_MUCH_TEXT, f"more than {limits.max_text_bytes} bytes")
    return pages


def _outline(document: Any) -> Mapping[int, Sequence[OutlineEntry]]:
    from pypdfium2 import PdfiumError

    entries: dict[int, list[OutlineEntry]] = defaultdict(list)
    try:
        for number, mark in enumerate(document.get_toc()):
            if number >= MOST_OUTLINE_ENTRIES:
                break
            target = mark.get_dest()
            index = target.get_index() if target else None
            if index is not None:
                entries[index + 1].append(OutlineEntry(mark.get_title(), mark.level + 1))
    except PdfiumError:
        return {}
    return entries


def _facts(metadata: Mapping[str, str], pages: Sequence[RawPage]) -> Facts:
    title = sensible_title(metadata.get("Title"), _cover_title(pages[0]))
    kept = {name: metadata[key].strip() for key, name in KEPT_METADATA.items() if metadata.get(key, "").strip()}
    empty = sum(1 for page in pages if not page.text)
    if empty * 2 > len(pages):
        # Mostly scanned: a person should know that what was found is not all there is.
        kept["pages_without_text"] = str(empty)
    year = year_of(title, [metadata.get("CreationDate"), metadata.get("ModDate")], cover=pages[0].text)
    return Facts(title, year=year, metadata=kept)


def _cover_title(page: RawPage) -> str:
    """Return the highest heading of the first page, the first of several."""
    highest = min(page.headings, key=lambda heading: heading.level, default=None)
    return highest.text if highest else ""


def _has_text(reading: Reading) -> bool:
    return any(character.isalnum() for page in reading.pages for character in page.text)


def _second_opinion(data: bytes, limits: Limits) -> Reading | None:
    """Return what pypdf reads, or None when it cannot open the file or finds no text either."""
    import pypdf

    with pypdf.apply_configuration(
        zlib_maximum_output_length=SECOND_OPINION_STREAM_BYTES, lzw_maximum_output_length=SECOND_OPINION_STREAM_BYTES
    ):
        try:
            reading = _read_with_pypdf(pypdf.PdfReader(io.BytesIO(data)), limits)
        except ReadingFailed:
            raise
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  damaged files make pypdf raise errors of every kind
            return None
    return reading if _has_text(reading) else None


def _read_with_pypdf(reader: Any, limits: Limits) -> Reading:
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReadingFailed(Reason.ENCRYPTED, "password needed")
    count = len(reader.pages)
    if count > limits.max_pages:
        raise ReadingFailed(Reason.TOO_MANY_PAGES, f"{count} > {limits.max_pages}")
    builder, deadline = PageBuilder(limits), time.monotonic() + SECOND_OPINION_SECONDS
    for page in reader.pages:
        if time.monotonic() < deadline:
            builder.add(_text_by_pypdf(page))
        builder.end_page()
    metadata = {key.lstrip("/"): str(value) for key, value in (reader.metadata or {}).items()}
    return Reading(_facts(metadata, builder.pages), builder.pages)


def _text_by_pypdf(page: Any) -> str:
    try:
        return str(page.extract_text())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  one bad page must not take the others with it
        return ""
