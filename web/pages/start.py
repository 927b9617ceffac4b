"""The start page, and the page about the knowledge base."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.knowledge_base import KnowledgeBase
from web.contexts import AboutPage, Chrome, StartPage
from web.rendering import page
from web.translation import LANGUAGES, Language

QUESTIONS = (
    ("Vad hjälper unga som varken arbetar eller studerar?", "sv"),
    ("Varför hoppade deltagare av projektet?", "sv"),
    ("How can procurement create jobs for people far from work?", "en"),
)


def router_for(kb: KnowledgeBase) -> APIRouter:
    """Return the routes, in both languages."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    for language in LANGUAGES:
        _add(router, kb, language)
    return router


def _add(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    chrome = Chrome(language, "/")

    @router.get(chrome.at("/"))
    def start() -> HTMLResponse:
        status = kb.status()
        searchable = status.by_state.get("searchable", 0)
        return page("start.html", StartPage(chrome, searchable, status.projects, status.passages, QUESTIONS))

    @router.get(chrome.at("/om"))
    def about() -> HTMLResponse:
        return page("about.html", AboutPage(Chrome(language, "/om")))
