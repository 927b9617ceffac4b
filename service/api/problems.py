"""Errors as RFC 9457 problem details. The sentences here are for developers; pages have their own."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.domain.searching import MAX_LIMIT, MAX_QUESTION
from service.errors import (
    CatalogueUnavailable,
    IndexUnavailable,
    InUse,
    InvalidQuestion,
    KnowledgeBaseError,
    ModelUnavailable,
    NotFound,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "5"

STATUS: tuple[tuple[type[KnowledgeBaseError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (InvalidQuestion, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IndexUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (CatalogueUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (InUse, HTTPStatus.SERVICE_UNAVAILABLE),
)

PROBLEMS: dict[str, Any] = {
    status: {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, text in (
        ("400", "An unknown parameter."),
        ("404", "Not there."),
        ("422", "A parameter with an impossible value."),
        ("503", "Cannot answer right now; try again."),
    )
}


def status_of(error: KnowledgeBaseError) -> HTTPStatus:
    """Return the HTTP status of an error of the knowledge base."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document, the framework's own included."""
    app.add_exception_handler(KnowledgeBaseError, knowledge_base_problem)
    app.add_exception_handler(RequestValidationError, validation_problem)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(Exception, unexpected_problem)


def knowledge_base_problem(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document of an error of the knowledge base."""
    assert isinstance(error, KnowledgeBaseError)  # noqa: S101 - registered for this class only
    status = status_of(error)
    return problem(request, status, _detail(error), name=_kebab(type(error).__name__))


def validation_problem(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document of a request with impossible parameters, each named in ``errors``."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [{"parameter": ".".join(map(str, e["loc"][1:])), "detail": e["msg"]} for e in error.errors()]
    unknown = [
        e["parameter"] for e, raw in zip(errors, error.errors(), strict=True) if raw["type"] == "extra_forbidden"
    ]
    if unknown:
        return problem(
            request,
            HTTPStatus.BAD_REQUEST,
            f"Unknown parameter: {', '.join(unknown)}.",
            name="unknown-parameter",
            errors=errors,
        )
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "See errors.", name="invalid-parameter", errors=errors)


def http_problem(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document of an error that the framework raised (unknown route, wrong method …)."""
    assert isinstance(error, HTTPException)  # noqa: S101
    return problem(request, HTTPStatus(error.status_code), str(error.detail), headers=error.headers)


def unexpected_problem(request: Request, _: Exception) -> JSONResponse:
    """Return a problem document that says nothing of the program's inside; the log has the rest."""
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. It has been logged.")


def problem(
    request: Request,
    status: HTTPStatus,
    detail: str,
    *,
    name: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an RFC 9457 answer."""
    body: dict[str, object] = {
        "type": f"urn:kunskapsbanken:problem:{name}" if name else "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": request.url.path,
    }
    if errors:
        body["errors"] = errors
    extra = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=extra)


def _detail(error: KnowledgeBaseError) -> str:
    match error:
        case NotFound():
            return f"There is no {error.facts.get('kind', 'thing')} with the id {error.facts.get('id', '')!r}."
        case InvalidQuestion() if error.facts.get("problem") == "too_long":
            return f"The question is longer than {MAX_QUESTION} characters."
        case InvalidQuestion() if error.facts.get("problem") == "empty":
            return "The question is empty."
        case InvalidQuestion():
            return f"limit must be 1–{MAX_LIMIT} and offset 0 or more."
        case _:
            return "The knowledge base cannot answer right now."


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
