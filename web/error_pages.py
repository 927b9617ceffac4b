"""Errors as pages in the reader's language. Under /api they stay problem documents."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from service.api import problems
from service.errors import KnowledgeBaseError
from web.contexts import Chrome, ErrorPage
from web.rendering import page
from web.translation import Language, translator

LOG = logging.getLogger("kunskapsbanken.web")
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/openapi.json")


def install(app: FastAPI) -> None:
    """Make every error of the site a page, and of the API a problem document."""
    app.add_exception_handler(KnowledgeBaseError, _knowledge_base_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def error_page(request: Request, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page of an error, in the language of the address."""
    language: Language = "en" if request.url.path == "/en" or request.url.path.startswith("/en/") else "sv"
    path = (request.url.path.removeprefix("/en") or "/") if language == "en" else request.url.path
    heading, text, advice = _words(status, language)
    retry = {"Retry-After": problems.RETRY_AFTER_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return page(
        "error.html", ErrorPage(Chrome(language, path), heading, text, advice), status, retry | dict(headers or {})
    )


async def _knowledge_base_error(request: Request, error: Exception) -> Response:
    if _is_for_machines(request):
        return problems.knowledge_base_problem(request, error)
    status = problems.status_of(error) if isinstance(error, KnowledgeBaseError) else HTTPStatus.INTERNAL_SERVER_ERROR
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.warning("%s: %s", type(error).__name__, error)
    return error_page(request, status)


async def _invalid_request(request: Request, error: Exception) -> Response:
    if _is_for_machines(request):
        return problems.validation_problem(request, error)
    return error_page(request, HTTPStatus.NOT_FOUND)


async def _http_error(request: Request, error: Exception) -> Response:
    if _is_for_machines(request):
        return problems.http_problem(request, error)
    if not isinstance(error, HTTPException):
        return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    # "Method not allowed" says in a header which ones are.
    return error_page(request, HTTPStatus(error.status_code), error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    LOG.error("unexpected error on %s", request.scope.get("route", "an unknown route"), exc_info=error)
    if _is_for_machines(request):
        return problems.unexpected_problem(request, error)
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_for_machines(request: Request) -> bool:
    return request.url.path.startswith(MACHINE_PATHS)


def _words(status: HTTPStatus, language: Language) -> tuple[str, str, str]:
    _ = translator(language).gettext
    if status == HTTPStatus.NOT_FOUND:
        return (
            _("The page does not exist"),
            _("The address may be mistyped, or the document has been taken out of the knowledge base."),
            _("Search for what you were looking for, or begin at the start page."),
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return (
            _("Search is not available just now"),
            _("The knowledge base cannot answer just now. Nothing is lost."),
            _("Wait a moment and load the page again."),
        )
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return (
            _("The request could not be understood"),
            _("Something in the address or the form was not as expected."),
            _("Go back and try again, or begin at the start page."),
        )
    return (
        _("Something went wrong here"),
        _("The fault is ours and has been noted."),
        _("Try again in a while. If it keeps happening, tell us what you did."),
    )
