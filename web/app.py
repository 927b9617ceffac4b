"""The whole site: pages, API and files."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from service.api.routes import router_for as api_router_for
from service.app import describe_problems
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from web import error_pages
from web.pages import documents, originals, projects, quality, search, start
from web.rendering import STATIC_FOLDER
from web.security import SecurityHeaders
from web.translation import LANGUAGES

OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_site(kb: KnowledgeBase, settings: Settings) -> ASGIApp:
    """Return the site of a knowledge base. The security headers are outermost: no answer leaves without them."""
    app = FastAPI(title="Kunskapsbanken", version="1", docs_url=None, redoc_url=None)
    app.include_router(api_router_for(kb))
    app.include_router(_pages(kb))
    app.mount("/static", _Static(directory=STATIC_FOLDER), name="static")
    error_pages.install(app)
    describe_problems(app)
    # The command, the health check and whoever sits at the machine ask by its own names.
    hosts = [*OWN_HOSTS, *(host.strip() for host in settings.allowed_hosts.split(",") if host.strip())]
    return SecurityHeaders(TrustedHostMiddleware(app, allowed_hosts=hosts, www_redirect=False))


def _pages(kb: KnowledgeBase) -> APIRouter:
    """Return the routes of the originals, and those of every page family, each in both languages."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False, route_class=_Reading)
    originals.add_routes(router, kb)
    for family in (start, quality, search, documents, projects):
        for language in LANGUAGES:
            family.add_routes(router, kb, language)
    return router


class _Reading(APIRoute):
    """A route that answers HEAD as it answers GET: link checkers and caches ask so."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options | {"methods": ["GET", "HEAD"]})


class _Static(StaticFiles):
    """Files that a browser asks about again: after an upgrade no page is shown in the old dress."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
