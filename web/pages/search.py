"""The result page."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.domain.searching import Answer, Filters, Hit, Query
from service.errors import InvalidQuestion
from service.knowledge_base import KnowledgeBase
from service.search.question import clean
from web.contexts import Choice, Chrome, PageLink, SearchPage, ShownHit
from web.pages.documents import address_of_page
from web.rendering import page
from web.translation import LANGUAGES, Language, translator

PER_PAGE = 10
MOST_PAGES = 10
SHOWN_QUESTION = 2_000
"""Characters of a question that was too long which are put back into the field."""


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    """Add the routes of one language."""

    @router.get(Chrome(language, "").at("/search"))
    def search(request: Request) -> HTMLResponse:
        given = {name: request.query_params.get(name, "") for name in ("q", "lang", "project", "page")}
        number = _page_number(given["page"])
        chrome = Chrome(language, _address(given, number), clean(given["q"][:SHOWN_QUESTION]))
        filters = Filters(language=given["lang"] if given["lang"] in LANGUAGES else "", project_id=given["project"])
        query = Query(given["q"], filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
        try:
            answer = kb.search(query)
        except InvalidQuestion as error:
            return _without_answer(chrome, str(error.facts.get("problem")))
        return page("search.html", _with_answer(chrome, given, number, answer))


def _without_answer(chrome: Chrome, problem: str) -> HTMLResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem == "too_long" else HTTPStatus.OK
    return page("search.html", SearchPage(chrome, problem, None, (), 1, 1, (), ()), status)


def _with_answer(chrome: Chrome, given: Mapping[str, str], number: int, answer: Answer) -> SearchPage:
    return SearchPage(
        chrome=chrome,
        problem="",
        answer=answer,
        hits=tuple(_shown(chrome, hit) for hit in answer.hits),
        first=(number - 1) * PER_PAGE + 1,
        page=number,
        pages=_page_links(chrome, given, number, min(MOST_PAGES, -(-answer.total // PER_PAGE))),
        choices=_choices(chrome, given),
    )


def _shown(chrome: Chrome, hit: Hit) -> ShownHit:
    passage, document = hit.passage, hit.document
    return ShownHit(
        hit=hit,
        address=chrome.at(address_of_page(document.id, passage.page_from, f"p-{passage.ordinal}")),
        original=f"/d/{document.id}/original#page={passage.page_from}"
        if document.media_type == "application/pdf"
        else "",
        page=hit.page_label or str(passage.page_from),
    )


def _choices(chrome: Chrome, given: Mapping[str, str]) -> tuple[Choice, ...]:
    _ = translator(chrome.language).gettext
    texts = (("", _("All languages")), ("sv", _("In Swedish")), ("en", _("In English")))
    return tuple(
        Choice(text, chrome.at(_address({**given, "lang": code}, 1)), chosen=given["lang"] == code)
        for code, text in texts
    )


def _page_links(chrome: Chrome, given: Mapping[str, str], current: int, last: int) -> tuple[PageLink, ...]:
    """Return first, last, and the neighbours of the current page, with gaps between; nothing for a single page."""
    if last <= 1:
        return ()
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    links: list[PageLink] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            links.append(PageLink(0, "", current=False))
        links.append(PageLink(number, chrome.at(_address(given, number)), current=number == current))
    return tuple(links)


def _address(given: Mapping[str, str], number: int) -> str:
    """Return the address of a page of results: always the same order, nothing empty."""
    values = {name: given[name] for name in ("q", "lang", "project") if given[name]}
    values["q"] = given["q"][:SHOWN_QUESTION]
    if number > 1:
        values["page"] = str(number)
    return f"/search?{urlencode(values, errors='replace')}"


def _page_number(text: str) -> int:
    return min(MOST_PAGES, int(text[:6])) if text.isascii() and text.isdigit() and int(text[:6]) >= 1 else 1
