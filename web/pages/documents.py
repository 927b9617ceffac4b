"""A document as text, page by page, and the file as received."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from service.domain.documents import Document, Page, Passage
from service.domain.projects import Project
from service.errors import NotFound
from service.knowledge_base import KnowledgeBase
from web.contexts import Block, Chrome, DocumentPage, ShownPage
from web.rendering import page
from web.security import FILE_POLICY
from web.translation import Language

PAGES_AT_ONCE = 20
"""Pages of text in one web page; a report of eight hundred pages comes in parts."""
PDF = "application/pdf"
PLAIN = "text/plain; charset=utf-8"


def address_of_page(document_id: str, number: int, anchor: str = "") -> str:
    """Return the address of a page of a document, without the language prefix."""
    part = (number - 1) // PAGES_AT_ONCE
    query = f"?from={part * PAGES_AT_ONCE + 1}" if part else ""
    return f"/d/{document_id}{query}#{anchor or f's-{number}'}"


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    """Add the routes of one language."""
    prefix = Chrome(language, "")

    @router.get(prefix.at("/d/{document_id}"))
    def document(request: Request, document_id: str) -> HTMLResponse:
        found = kb.document(document_id)
        start = _first_page(request.query_params.get("from", ""), found.page_count)
        return page("document.html", _context(kb, found, start, language))

    @router.get(prefix.at("/p/{passage_id}"))
    def passage(passage_id: str) -> RedirectResponse:
        view = kb.passage(passage_id)
        target = address_of_page(view.document.id, view.passage.page_from, f"p-{view.passage.ordinal}")
        return RedirectResponse(prefix.at(target), status_code=303)

    if language == "sv":

        @router.get("/d/{document_id}/original")
        def original(document_id: str) -> FileResponse:
            return _file(kb, document_id)


def _context(kb: KnowledgeBase, document: Document, start: int, language: Language) -> DocumentPage:
    path = f"/d/{document.id}" + (f"?from={start}" if start > 1 else "")
    chrome = Chrome(language, path)
    pages = [one for one in kb.pages(document.id) if start <= one.number < start + PAGES_AT_ONCE]
    passages = kb.passages(document.id)
    later = start + PAGES_AT_ONCE
    return DocumentPage(
        chrome=chrome,
        document=document,
        project=kb.project_of(document),
        reason=document.reason,
        pages=tuple(_shown(one, passages) for one in pages),
        earlier=chrome.at(address_of_page(document.id, max(1, start - PAGES_AT_ONCE))) if start > 1 else "",
        later=chrome.at(address_of_page(document.id, later)) if later <= document.page_count else "",
        original=_is_kept(kb, document.id),
    )


def _first_page(text: str, page_count: int) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else 1
    number = min(max(1, number), max(1, page_count))
    return (number - 1) // PAGES_AT_ONCE * PAGES_AT_ONCE + 1


def _is_kept(kb: KnowledgeBase, document_id: str) -> bool:
    try:
        kb.original(document_id)
    except NotFound:
        return False
    return True


def _shown(one: Page, passages: Sequence[Passage]) -> ShownPage:
    """Return a page cut at its headings and blank lines, each block with the passages that begin in it."""
    begins = [(passage.start, passage.ordinal) for passage in passages if passage.page_from == one.number]
    blocks = []
    top = min((heading.level for heading in one.headings), default=1)
    depth = 2
    for start, end, level in _blocks(one):
        text = one.text[start:end].strip()
        anchors = tuple(ordinal for place, ordinal in begins if start <= place < end)
        # A page may begin in the middle of a chapter: levels never skip a step, whatever the document does.
        shown = min(6, 3 + level - top, depth + 1) if level else 0
        depth = shown or depth
        if text:
            blocks.append(Block(text, shown, anchors))
    return ShownPage(one.number, one.label, one.language, tuple(blocks))


def _blocks(one: Page) -> list[tuple[int, int, int]]:
    """Return (start, end, level) of headings and paragraphs in order; level 0 is a paragraph."""
    found: list[tuple[int, int, int]] = []
    position = 0
    for heading in sorted(one.headings, key=lambda h: h.start):
        if heading.start < position:
            continue
        end = heading.end_in(one.text)
        found += _paragraphs(one.text, position, heading.start)
        found.append((heading.start, end, heading.level))
        position = end
    return found + _paragraphs(one.text, position, len(one.text))


def _paragraphs(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    found, position = [], start
    for gap in re.finditer(r"\n\s*\n", text[start:end]):
        found.append((position, start + gap.start(), 0))
        position = start + gap.end()
    return [*found, (position, end, 0)]


def _file(kb: KnowledgeBase, document_id: str) -> FileResponse:
    """Return the file as received. Only PDF is shown in the browser; HTML is never served as a page of this site."""
    document = kb.document(document_id)
    path = kb.original(document_id)
    name = _download_name(document, kb.project_of(document))
    media_type = PLAIN if document.media_type.startswith("text/") else document.media_type
    kind = "inline" if media_type == PDF else "attachment"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    headers = {
        "Content-Disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "public, max-age=3600",
    }
    return FileResponse(path, media_type=media_type, headers=headers)


def _download_name(document: Document, project: Project | None) -> str:
    """Return a name that says what the file is: project, title, year."""
    parts = [project.dnr if project else "", document.title, str(document.year or "")]
    words = re.sub(r"[^\w-]+", "-", "-".join(part for part in parts if part)).strip("-_")[:120]
    suffix = PurePath(document.file_name).suffix.lower()
    return f"{words or document.id}{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
