"""The result page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from service.domain.findings import FindingType
from service.domain.labels import label
from service.domain.projects import project_id
from service.domain.searching import Answer, Filters, Hit, PassageView, Piece, Query
from service.errors import InvalidQuestion, NotFound
from service.knowledge_base import KnowledgeBase
from service.search.question import clean
from web.contexts import Asking, Choice, Chrome, PageLink, Place, Scope, SearchPage, ShownHit
from web.pages.documents import address_of_passage
from web.pages.originals import PDF
from web.rendering import page
from web.translation import LANGUAGES, Language, translator

LINE_BREAK = re.compile(r"\s*\n\s*")
SENTENCE_SIGNS = ".!?:;,…–-"
PER_PAGE = 10
MOST_PAGES = 10
SHOWN_REPEATS = 5
"""Documents that are named where the same text stands; of the others only the number is told."""
SHOWN_QUESTION = 2_000
"""Characters of a question that was too long which are put back into the field."""
LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search, cleaned. Everything that the result page depends on is here, and in its address."""

    question: str
    language: str
    project: str
    document: str
    kind: str
    page: int

    @property
    def address(self) -> str:
        """The address without the language prefix: always the same order, nothing empty."""
        limits = {"lang": self.language, "project": self.project, "document": self.document, "type": self.kind}
        values = {"q": self.question[:SHOWN_QUESTION]} | {name: value for name, value in limits.items() if value}
        return f"/search?{urlencode(values | ({'page': self.page} if self.page > 1 else {}), errors='replace')}"

    @property
    def limited(self) -> bool:
        """Whether anything limits the answer."""
        return bool(self.language or self.project or self.document or self.kind)

    @property
    def query(self) -> Query:
        """The question as the knowledge base takes it."""
        return Query(
            self.question,
            Filters(self.language, self.project, self.document, finding_type=self.kind),
            limit=PER_PAGE,
            offset=(self.page - 1) * PER_PAGE,
        )


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    """Add the routes of one language."""

    @router.get(Chrome(language, "").at("/search"))
    def search(request: Request) -> Response:
        asked = _asked(request.query_params)
        asking = Asking(clean(asked.question[:SHOWN_QUESTION]), asked.language, _scope(kb, asked), asked.kind)
        chrome = Chrome(language, asked.address, asking)
        try:
            answer = kb.search(asked.query)
        except InvalidQuestion as error:
            return _without_answer(chrome, str(error.facts.get("problem")))
        last = max(1, min(MOST_PAGES, -(-answer.total // PER_PAGE)))
        if asked.page > last:
            # There may have been more pages when the address was made.
            return RedirectResponse(chrome.at(replace(asked, page=1).address), HTTPStatus.SEE_OTHER)
        return page("search.html", _with_answer(chrome, asked, last, answer))


def _asked(given: QueryParams) -> Asked:
    language, kind = given.get("lang", ""), given.get("type", "")
    return Asked(
        question=given.get("q", ""),
        language=language if language in LANGUAGES else "",
        project=project_id(given.get("project", ""))[:LONGEST_ID],
        document=clean(given.get("document", ""))[:LONGEST_ID],
        kind=kind if kind in set(FindingType) else "",
        page=_page_number(given.get("page", "")),
    )


def _page_number(text: str) -> int:
    return max(1, int(text[:6])) if text.isascii() and text.isdigit() else 1


def _scope(kb: KnowledgeBase, asked: Asked) -> Scope | None:
    """Return what the question is limited to, by its title; an id that is not there stands for itself."""
    if asked.document:
        try:
            return Scope.of_document(kb.document(asked.document), chosen=True)
        except NotFound:
            return Scope("document", asked.document, asked.document, "und", chosen=True)
    if asked.project:
        try:
            return Scope.of_project(kb.project(asked.project), chosen=True)
        except NotFound:
            return Scope("project", asked.project, asked.project, "und", chosen=True)
    return None


def _without_answer(chrome: Chrome, problem: str) -> HTMLResponse:
    chrome = replace(chrome, asking=replace(chrome.asking, problem=problem))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem == "too_long" else HTTPStatus.OK
    return page("search.html", SearchPage(chrome, problem), status)


def _with_answer(chrome: Chrome, asked: Asked, last: int, answer: Answer) -> SearchPage:
    everything = replace(asked, language="", project="", document="", kind="", page=1)
    return SearchPage(
        chrome=chrome,
        problem="",
        answer=answer,
        hits=tuple(_shown(chrome, hit) for hit in answer.hits),
        first=(asked.page - 1) * PER_PAGE + 1,
        page=asked.page,
        last=last,
        pages=_page_links(chrome, asked, last),
        earlier=chrome.at(replace(asked, page=asked.page - 1).address) if asked.page > 1 else "",
        later=chrome.at(replace(asked, page=asked.page + 1).address) if asked.page < last else "",
        choices=_choices(chrome, asked),
        kinds=_kinds(chrome, asked),
        kind=asked.kind,
        everything=chrome.at(everything.address) if asked.limited else "",
    )


def _shown(chrome: Chrome, hit: Hit) -> ShownHit:
    passage, document = hit.passage, hit.document
    return ShownHit(
        hit=hit,
        quoted=_quoted(passage.text, hit.snippet),
        address=chrome.at(address_of_passage(passage)),
        original=f"/d/{document.id}/original#page={passage.page_from}" if document.media_type == PDF else "",
        page=hit.page_label or str(passage.page_from),
        repeats=tuple(_place(chrome, repeat) for repeat in hit.repeats[:SHOWN_REPEATS]),
    )


def _place(chrome: Chrome, repeat: PassageView) -> Place:
    passage, document = repeat.passage, repeat.document
    return Place(
        title=document.display_title,
        language=document.language,
        page=repeat.page_label or str(passage.page_from),
        address=chrome.at(address_of_passage(passage)),
    )


def _quoted(passage: str, snippet: tuple[Piece, ...]) -> tuple[Piece, ...]:
    whole = "".join(piece.text for piece in snippet)
    before = () if passage.startswith(whole) else (Piece("… ", marked=False),)
    after = () if passage.endswith(whole) else (Piece(" …", marked=False),)
    return (*before, *_on_one_line(whole, snippet), *after)


def _on_one_line(whole: str, snippet: tuple[Piece, ...]) -> Iterator[Piece]:
    """Yield the pieces with a dot where a line ended that was no sentence: a heading, a label with its value."""
    offset = 0
    for piece in snippet:
        text, end = "", 0
        for found in LINE_BREAK.finditer(piece.text):
            goes_on = _goes_on(whole[: offset + found.start()], whole[offset + found.end() :])
            text += piece.text[end : found.start()] + (" " if goes_on else " · ")
            end = found.end()
        yield replace(piece, text=text + piece.text[end:])
        offset += len(piece.text)


def _goes_on(before: str, after: str) -> bool:
    return before[-1:] in SENTENCE_SIGNS or not after or after[0].islower()


def _choices(chrome: Chrome, asked: Asked) -> tuple[Choice, ...]:
    _ = translator(chrome.language).gettext
    texts = (("", _("All languages")), ("sv", _("In Swedish")), ("en", _("In English")))
    return tuple(
        Choice(text, chrome.at(replace(asked, language=code, page=1).address), chosen=asked.language == code)
        for code, text in texts
    )


def _kinds(chrome: Chrome, asked: Asked) -> tuple[Choice, ...]:
    named = [("", translator(chrome.language).gettext("Anything"))]
    named += [(kind.value, label("finding_types", kind, chrome.language)) for kind in FindingType]
    return tuple(
        Choice(text, chrome.at(replace(asked, kind=code, page=1).address), chosen=asked.kind == code)
        for code, text in named
    )


def _page_links(chrome: Chrome, asked: Asked, last: int) -> tuple[PageLink, ...]:
    """Return first, last, and the neighbours of the current page, with gaps between; nothing for a single page."""
    if last <= 1:
        return ()
    shown = sorted({1, last, *range(max(1, asked.page - 1), min(last, asked.page + 1) + 1)})
    links: list[PageLink] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            links.append(PageLink(0, "", current=False))
        links.append(PageLink(number, chrome.at(replace(asked, page=number).address), current=number == asked.page))
    return tuple(links)
