"""A document as text, page by page."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from service.domain.documents import Document, DocumentState, Page, Passage
from service.errors import NotFound
from service.knowledge_base import KnowledgeBase
from web.contexts import Asking, Block, Choice, Chrome, DocumentPage, Scope, ShownPage
from web.pages.told import Marks, groups, marks, stretches
from web.rendering import page
from web.translation import Language

PAGES_AT_ONCE = 20
"""Pages of text in one web page; a report of eight hundred pages comes in parts."""


def address_of_page(document_id: str, number: int, anchor: str = "") -> str:
    """Return the address of a page of a document, without the language prefix."""
    part = (number - 1) // PAGES_AT_ONCE
    query = f"?from={part * PAGES_AT_ONCE + 1}" if part else ""
    return f"/d/{document_id}{query}#{anchor or f's-{number}'}"


def address_of_passage(passage: Passage) -> str:
    """Return the address of a passage on the page where it begins, without the language prefix."""
    return address_of_page(passage.document_id, passage.page_from, f"p-{passage.ordinal}")


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
        target = address_of_passage(view.passage)
        return RedirectResponse(prefix.at(target), HTTPStatus.SEE_OTHER)


def _context(kb: KnowledgeBase, document: Document, start: int, language: Language) -> DocumentPage:
    path = f"/d/{document.id}" + (f"?from={start}" if start > 1 else "")
    scope = Scope.of_document(document, chosen=False) if document.state == DocumentState.SEARCHABLE else None
    chrome = Chrome(language, path, Asking(scope=scope))
    later = start + PAGES_AT_ONCE
    told = kb.told(document.id)
    passages = kb.passages(document.id, start, later - 1)
    return DocumentPage(
        chrome=chrome,
        document=document,
        project=kb.project_of(document),
        reason=document.reason,
        told=groups(told, lambda passage: chrome.at(address_of_passage(passage)), language),
        pages=tuple(_shown(one, passages, marks(one, told)) for one in kb.pages(document.id, start, later - 1)),
        parts=_parts(chrome, document, start),
        later=chrome.at(address_of_page(document.id, later)) if later <= document.page_count else "",
        original=_is_kept(kb, document.id),
    )


def _parts(chrome: Chrome, document: Document, current: int) -> tuple[Choice, ...]:
    starts = range(1, document.page_count + 1, PAGES_AT_ONCE)
    if len(starts) < 2:
        return ()
    return tuple(
        Choice(
            f"{start}–{min(start + PAGES_AT_ONCE - 1, document.page_count)}",
            chrome.at(address_of_page(document.id, start)),
            chosen=start == current,
        )
        for start in starts
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


def _shown(one: Page, passages: Sequence[Passage], marked: Marks) -> ShownPage:
    """Return a page cut at its headings and blank lines, each block with the passages that begin in it and its core sentences."""
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
            first = one.text.index(text, start)
            parts = () if shown else stretches(one.text, first, first + len(text), marked)
            blocks.append(Block(text, shown, anchors, parts))
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
