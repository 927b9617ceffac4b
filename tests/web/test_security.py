"""No answer leaves without its headers, and nothing is answered to a stranger's name."""

import re

import pytest
from starlette.testclient import TestClient

from service.domain.documents import DocumentState
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from web.app import create_site
from web.security import HEADERS, POLICY


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/en/om", 200),
        ("GET", "/en/", 307),
        ("GET", "/search?q=" + "x" * 501, 422),
        ("GET", "/static/site.css", 200),
        ("GET", "/static/none.css", 404),
        ("GET", "/nowhere", 404),
        ("POST", "/om", 405),
        ("GET", "/healthz", 200),
        ("GET", "/api/v1/search?q=arbete", 200),
        ("GET", "/api/v1/search?q=arbete&limit=0", 422),
        ("GET", "/api/v1/documents/none", 404),
        ("GET", "/openapi.json", 200),
    ],
)
def test_every_answer_has_the_headers(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert not answer.headers.keys() & {"set-cookie", "server", "x-powered-by", "strict-transport-security"}


@pytest.mark.parametrize(
    "path", ["/", "/en", "/search?q=arbete", "/projekt/22-018-S01", "/om", "/d/{id}", "/d/{id}/original"]
)
def test_head_is_answered_as_get_without_the_body(client: TestClient, library: KnowledgeBase, path: str) -> None:
    path = path.format(id=library.in_state(DocumentState.SEARCHABLE)[0].id)
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.headers, head.content) == (200, get.headers, b"")


def test_what_is_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == POLICY
    assert again.headers["cache-control"] == "no-cache"


def test_a_poisoned_host_is_refused_with_all_headers(client: TestClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.headers["content-security-policy"] == POLICY


def test_over_https_the_browser_is_told_to_stay_there(library: KnowledgeBase) -> None:
    site = create_site(library, Settings(allowed_hosts="testserver"))
    with TestClient(site, base_url="https://testserver") as client:
        headers = client.get("/").headers
        assert headers["strict-transport-security"].startswith("max-age=31536000")
        assert headers["content-security-policy"] == f"{POLICY}; upgrade-insecure-requests"
        one = library.in_state(DocumentState.SEARCHABLE)[0]
        assert client.get(f"/d/{one.id}/original").headers["content-security-policy"].startswith("sandbox;")


def test_the_policy_allows_no_script_and_nothing_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert {source for rule in rules.values() for source in rule.split()} == {"'none'", "'self'"}
    assert not re.search("unsafe|http|data:", POLICY)


def test_a_method_that_is_not_for_pages_is_refused_with_those_that_are(client: TestClient) -> None:
    answer = client.post("/en/om")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "The request could not be understood" in answer.text
