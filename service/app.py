"""The API as an application of its own: everything in ``service`` works without a web page."""

from typing import Any

from fastapi import FastAPI

from service.api.problems import install
from service.api.routes import router_for
from service.knowledge_base import KnowledgeBase

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def create_api(kb: KnowledgeBase) -> FastAPI:
    """Return the API of a knowledge base, without the framework's own page: that one loads scripts from elsewhere."""
    app = FastAPI(title="Kunskapsbanken", version="1", docs_url=None, redoc_url=None)
    app.include_router(router_for(kb))
    install(app)
    describe_problems(app)
    return app


def describe_problems(app: FastAPI) -> None:
    """Add the schema of problems to the OpenAPI description."""
    generate = app.openapi

    def with_problems() -> dict[str, Any]:
        description = generate()
        description.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        return description

    app.openapi = with_problems  # type: ignore[method-assign]
