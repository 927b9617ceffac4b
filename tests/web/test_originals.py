"""The file as received: the right bytes, a telling name, and nothing that runs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from service.domain.documents import Document, DocumentState
from service.knowledge_base import KnowledgeBase
from web.pages.originals import PDF, disposition

DOCUMENT = Document("0123456789abcdef", "0" * 64, "rapport.PDF", PDF, 10, datetime(2026, 1, 1, tzinfo=UTC))


def pdf(library: KnowledgeBase) -> Document:
    return next(one for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == PDF)


def test_the_original_is_the_file_as_received(client: TestClient, library: KnowledgeBase) -> None:
    one = pdf(library)
    answer = client.get(f"/d/{one.id}/original")
    assert answer.content == library.original(one.id).read_bytes()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["content-security-policy"]
    part = client.get(f"/d/{one.id}/original", headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, answer.content[:8])


def test_html_is_never_served_as_a_page_of_this_site(client: TestClient, library: KnowledgeBase) -> None:
    one = next(one for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == "text/html")
    answer = client.get(f"/d/{one.id}/original")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (DOCUMENT, "inline; filename=\"0123456789abcdef.pdf\"; filename*=UTF-8''0123456789abcdef.pdf"),
        (
            replace(DOCUMENT, title='Vägen in: "slutrapport"\r\nX: y'),
            "inline; filename=\"Vagen-in-slutrapport-X-y.pdf\"; filename*=UTF-8''V%C3%A4gen-in-slutrapport-X-y.pdf",
        ),
        (
            replace(DOCUMENT, title="Slutrapport", project_id="23-104-S01", year=2024),
            "inline; filename=\"23-104-S01-Slutrapport-2024.pdf\"; filename*=UTF-8''23-104-S01-Slutrapport-2024.pdf",
        ),
        (
            replace(DOCUMENT, title="отчёт", media_type="text/plain", file_name="../../etc/passwd"),
            "attachment; filename=\"0123456789abcdef\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82",
        ),
    ],
)
def test_the_name_says_what_the_file_is_and_breaks_no_header(document: Document, expected: str) -> None:
    assert disposition(document) == expected
    assert disposition(document).isascii()
