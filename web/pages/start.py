"""The start page, and the page about the knowledge base."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.domain.documents import DocumentState
from service.knowledge_base import KnowledgeBase
from web.contexts import AboutPage, Chrome, StartPage
from web.rendering import page
from web.translation import Language

QUESTIONS = (
    ("Vad hjälper unga som varken arbetar eller studerar?", "sv"),
    ("Varför hoppade deltagare av projektet?", "sv"),
    ("How can procurement create jobs for people far from work?", "en"),
    ("What makes people on long-term sick leave return to work?", "en"),
)


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    """Add the routes of one language."""
    chrome = Chrome(language, "/")

    @router.get(chrome.at("/"))
    def start() -> HTMLResponse:
        counts = kb.counts()
        searchable = counts.by_state.get(DocumentState.SEARCHABLE, 0)
        return page("start.html", StartPage(chrome, searchable, counts.projects, counts.passages, QUESTIONS))

    @router.get(chrome.at("/om"))
    def about() -> HTMLResponse:
        return page("about.html", AboutPage(Chrome(language, "/om")))
