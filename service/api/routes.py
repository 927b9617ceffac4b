"""The JSON routes."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from service.api.problems import PROBLEMS
from service.api.representations import (
    DocumentJson,
    PassageViewJson,
    ProjectJson,
    SearchJson,
    document_json,
    passage_json,
    project_json,
    search_json,
)
from service.domain import searching
from service.domain.findings import FindingType
from service.knowledge_base import KnowledgeBase

FINDING_TYPES = f"^({'|'.join(FindingType)})?$"


class SearchParameters(BaseModel):
    """What a search takes. Unknown parameters are refused, so a misspelt filter is never ignored."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        description="The question, in Swedish or English. Quotes make an exact phrase; diary numbers go exact.",
        examples=["Vad hjälper unga som varken arbetar eller studerar?"],
    )
    lang: str = Field("", pattern="^(sv|en|no|da|und)?$", description="Only passages in this language.")
    project: str = Field("", max_length=200, description="Only passages of this project: id or diary number.")
    document: str = Field("", max_length=64, description="Only passages of this document.")
    type: str = Field("", max_length=100, description="Only passages of documents of this type.")
    finding_type: str = Field("", pattern=FINDING_TYPES, description="Only passages that tell this kind of thing.")
    limit: int = Field(10, ge=1, le=searching.MAX_LIMIT, description="Most hits to return.")
    offset: int = Field(0, ge=0, le=1000, description="Hits to skip.")
    per_document: int = Field(
        searching.PER_DOCUMENT,
        ge=0,
        le=100,
        description="Most hits of one document; 0 means no limit. With `document` there is none.",
    )


class Parameterless(BaseModel):
    """A route without parameters refuses them."""

    model_config = ConfigDict(extra="forbid")


def router_for(kb: KnowledgeBase) -> APIRouter:
    """Return the routes of a knowledge base: ``/api/v1/…``, ``/healthz`` and ``/readyz``."""
    router = APIRouter()

    @router.get(
        "/api/v1/search",
        response_model=SearchJson,
        operation_id="search",
        summary="Find passages that answer a question",
        responses={k: PROBLEMS[k] for k in ("400", "422", "503")},
        tags=["search"],
    )
    def search(parameters: Annotated[SearchParameters, Query()]) -> JSONResponse:
        answer = kb.search(_query(parameters))
        # Handed out as it is: checking it against the model that describes it takes as long as finding it in the catalogue.
        return JSONResponse(search_json(answer, _links(parameters, answer.total)))

    @router.get(
        "/api/v1/documents/{document_id}",
        response_model=DocumentJson,
        operation_id="getDocument",
        summary="A document with the text of its pages",
        responses={k: PROBLEMS[k] for k in ("400", "404", "503")},
        tags=["documents"],
    )
    def document(document_id: str, _: Annotated[Parameterless, Query()]) -> DocumentJson:
        found = kb.document(document_id)
        return document_json(
            found,
            kb.pages(document_id),
            kb.project_of(found),
            kb.told(document_id),
        )

    @router.get(
        "/api/v1/passages/{passage_id}",
        response_model=PassageViewJson,
        operation_id="getPassage",
        summary="A passage with its document and project",
        responses={k: PROBLEMS[k] for k in ("400", "404", "503")},
        tags=["documents"],
    )
    def passage(passage_id: str, _: Annotated[Parameterless, Query()]) -> PassageViewJson:
        return passage_json(kb.passage(passage_id))

    @router.get(
        "/api/v1/projects/{project_id:path}",
        response_model=ProjectJson,
        operation_id="getProject",
        summary="A project by id or diary number, with its record and documents",
        responses={k: PROBLEMS[k] for k in ("400", "404", "503")},
        tags=["projects"],
    )
    def project(project_id: str, _: Annotated[Parameterless, Query()]) -> ProjectJson:
        found = kb.project(project_id)
        return project_json(found, list(kb.documents_of(found.id)))

    @router.get("/healthz", operation_id="healthz", summary="The process is alive", tags=["operations"])
    def healthz() -> dict[str, str]:
        return {"status": "ok", "name": "kunskapsbanken"}

    @router.get(
        "/readyz",
        operation_id="readyz",
        summary="The knowledge base can answer",
        responses={"503": {"description": "It cannot; the reasons are listed."}},
        tags=["operations"],
    )
    def readyz() -> JSONResponse:
        problems = kb.problems()
        status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
        return JSONResponse({"ready": not problems, "problems": list(problems)}, status_code=status)

    _answer_head(router)
    return router


def _answer_head(router: APIRouter) -> None:
    """Answer HEAD as GET: load balancers and link checkers ask so. A route of its own keeps it out of the description."""
    for route in list(router.routes):
        if isinstance(route, APIRoute):
            router.add_api_route(
                route.path,
                route.endpoint,
                methods=["HEAD"],
                response_model=route.response_model,
                include_in_schema=False,
            )


def _query(parameters: SearchParameters) -> searching.Query:
    return searching.Query(
        text=parameters.q,
        filters=searching.Filters(
            language=parameters.lang,
            project_id=parameters.project,
            document_id=parameters.document,
            document_type=parameters.type,
            finding_type=parameters.finding_type,
        ),
        limit=parameters.limit,
        offset=parameters.offset,
        per_document=parameters.per_document,
    )


def _links(parameters: SearchParameters, total: int) -> dict[str, str]:
    links = {"self": _address(parameters, parameters.offset)}
    if parameters.offset + parameters.limit < total:
        links["next"] = _address(parameters, parameters.offset + parameters.limit)
    if parameters.offset:
        links["prev"] = _address(parameters, max(0, parameters.offset - parameters.limit))
    return links


def _address(parameters: SearchParameters, offset: int) -> str:
    given: dict[str, Any] = parameters.model_dump(exclude_defaults=True) | {"q": parameters.q, "offset": offset}
    return f"/api/v1/search?{urlencode({k: v for k, v in given.items() if k == 'q' or v})}"
