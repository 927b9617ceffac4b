"""The JSON API, on the sample library."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.app import create_api
from service.errors import IndexUnavailable
from service.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def client(library: KnowledgeBase) -> Iterator[TestClient]:
    with TestClient(create_api(library), raise_server_exceptions=False) as made:
        yield made


def test_a_search_gives_passages_with_their_place_document_and_project(client: TestClient) -> None:
    answer = client.get("/api/v1/search", params={"q": "How does Housing First lead to work?", "limit": 3})
    assert answer.status_code == 200
    body = answer.json()
    assert len(body["data"]) == 3
    hit = body["data"][0]
    assert hit["document"]["title"]
    assert hit["page_from"] >= 1
    assert "".join(piece["text"] for piece in hit["snippet"]) in hit["text"]
    assert body["meta"]["interpretation"]["language"] == "en"
    assert client.get(hit["links"]["self"]).json()["text"] == hit["text"]
    document = client.get(hit["links"]["document"]).json()
    page = document["pages"][hit["page_from"] - 1]["text"]
    assert " ".join(hit["text"].split())[:40] in " ".join(page[hit["start"] :].split())


def test_terms_of_the_bridge_are_told(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "stöd till UVAS", "lang": "en"}).json()
    (crossing,) = body["meta"]["interpretation"]["crossings"]
    assert crossing["written"] == "UVAS"
    assert {"text": "NEET", "language": "en"} in crossing["terms"]
    marked = [piece["text"] for hit in body["data"] for piece in hit["snippet"] if piece["bridged"]]
    assert "NEET" in marked
    assert "NEET" in [name for hit in body["data"] for name in hit["why"]["bridged"]]


def test_next_and_previous_pages_join_without_gap_or_repeat(client: TestClient) -> None:
    link, seen = "/api/v1/search?q=arbete&limit=7", []
    while link:
        body = client.get(link).json()
        seen += [hit["id"] for hit in body["data"]]
        link = body["links"].get("next", "")
    assert len(seen) == len(set(seen)) == body["meta"]["count"]
    assert client.get(body["links"]["prev"]).status_code == 200


def test_filters_hold(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "arbete work", "lang": "en", "limit": 20}).json()
    assert {hit["language"] for hit in body["data"]} == {"en"}


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/api/v1/search?q=arbete", "/api/v1/projects/22-018-S01", "/api/v1/projects/none"]
)
def test_head_is_answered_as_get_without_the_body(client: TestClient, path: str) -> None:
    asked, looked_at = client.get(path), client.head(path)
    assert looked_at.status_code == asked.status_code
    assert looked_at.headers["content-type"] == asked.headers["content-type"]
    assert looked_at.content == b""


def test_head_is_no_part_of_the_description(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    assert described
    assert all(set(methods) == {"get"} for methods in described.values())


@pytest.mark.parametrize("project", ["2017-00871", "2017/00871"])
def test_an_answer_can_be_limited_to_a_project_by_id_or_diary_number(client: TestClient, project: str) -> None:
    body = client.get("/api/v1/search", params={"q": "arbete", "project": project}).json()
    assert {hit["project"]["dnr"] for hit in body["data"]} == {"2017/00871"}


@pytest.mark.parametrize(
    ("question", "nothing_close"), [("xqzzt blorf", True), ("Vad hjälper unga till arbete?", False)]
)
def test_an_answer_says_when_nothing_comes_close(client: TestClient, question: str, nothing_close: bool) -> None:
    body = client.get("/api/v1/search", params={"q": question}).json()
    assert body["data"]
    assert body["meta"]["nothing_close"] is nothing_close


def test_a_project_by_id_or_diary_number(client: TestClient) -> None:
    body = client.get("/api/v1/projects/22-018-S01").json()
    assert (body["nuts2"], body["intervention_field"], body["participants"]) == ("SE0", "127", 0)
    assert body["owner"] == "MALMÖ UNIVERSITET"
    assert (
        client.get("/api/v1/projects/2017/00871").json()["id"] == client.get("/api/v1/projects/2017-00871").json()["id"]
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/documents/none", 404),
        ("/api/v1/passages/none", 404),
        ("/api/v1/projects/none", 404),
        ("/api/v1/nowhere", 404),
        ("/api/v1/search", 422),
        ("/api/v1/search?q=", 422),
        ("/api/v1/search?q=" + "x" * 501, 422),
        ("/api/v1/search?q=a&limit=0", 422),
        ("/api/v1/search?q=a&limit=abc", 422),
        ("/api/v1/search?q=a&lnag=sv", 400),
    ],
)
def test_errors_are_problem_documents(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "instance"} <= body.keys()
    if status == 400:
        assert "lnag" in body["detail"]


def test_a_wrong_method_is_a_problem_document_too(client: TestClient) -> None:
    answer = client.post("/api/v1/search")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)


def test_the_description_knows_every_route_and_the_problems(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    paths = description["paths"]
    assert {
        "/api/v1/search",
        "/api/v1/documents/{document_id}",
        "/api/v1/passages/{passage_id}",
        "/healthz",
        "/readyz",
    } <= paths.keys()
    assert all(
        "operationId" in operation and "summary" in operation for path in paths.values() for operation in path.values()
    )
    assert "Problem" in description["components"]["schemas"]


def test_alive_and_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch, library: KnowledgeBase) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json() == {"ready": True, "problems": []}
    monkeypatch.setattr(library, "problems", lambda: ("index",))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["index"])


def test_an_index_that_is_down_is_503_with_a_time_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, library: KnowledgeBase
) -> None:
    def down(_: object) -> None:
        raise IndexUnavailable(where="http://qdrant.internal:6333", problem="refused")

    monkeypatch.setattr(library, "search", down)
    answer = client.get("/api/v1/search", params={"q": "arbete"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "qdrant" not in answer.text


def test_a_mistake_in_the_program_shows_nothing_of_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, library: KnowledgeBase
) -> None:
    monkeypatch.setattr(library, "search", lambda _: 1 / 0)
    answer = client.get("/api/v1/search", params={"q": "arbete"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ZeroDivision" not in answer.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=600))
def test_any_question_is_answered_or_refused(client: TestClient, text: str) -> None:
    assert client.get(
        "/api/v1/search", params={"q": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    ).status_code in {200, 422}


def test_passages_tell_what_they_tell(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "hinder", "finding_type": "obstacle", "limit": 20}).json()
    assert len(body["data"]) > 3
    for hit in body["data"]:
        finding = next(one for one in hit["findings"] if one["type"] == "obstacle")
        assert hit["text"][finding["start"] : finding["end"]] == finding["sentence"]
        assert 0.5 <= finding["confidence"] <= 1
    assert client.get(body["data"][0]["links"]["self"]).json()["findings"] == body["data"][0]["findings"]
    document = client.get(body["data"][0]["links"]["document"]).json()
    assert (body["data"][0]["id"], "obstacle") in {(one["passage_id"], one["type"]) for one in document["findings"]}


def test_an_unknown_type_of_finding_is_an_error(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "hinder", "finding_type": "hinder"}).status_code in {400, 422}
