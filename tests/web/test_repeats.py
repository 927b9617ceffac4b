"""The same text in several documents: one hit, with links to the others."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from service.settings import Settings
from tests.conftest import filled
from tests.web.conftest import asking, found, links, words
from web.app import create_site
from web.pages.search import SHOWN_REPEATS

COPIES = SHOWN_REPEATS + 2
SAID = "Korta väntetider gjorde att färre unga hoppade av sin praktik på bageriet."


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("reports")
    for number in range(COPIES):
        (folder / f"{number}.md").write_text(f"# Rapport {number}\n\n{SAID}\n", encoding="utf-8")
    kb, _ = filled(tmp_path_factory.mktemp("data"), folder)
    with TestClient(create_site(kb, Settings(allowed_hosts="testserver")), follow_redirects=False) as made:
        yield made
    kb.close()


@pytest.mark.parametrize(("prefix", "told"), [("", "6 andra dokument"), ("/en", "6 other documents")])
def test_the_page_shows_it_once_and_leads_to_the_first_others(client: TestClient, prefix: str, told: str) -> None:
    ask = asking(client)
    hits = found(found(ask(f"{prefix}/search?q=praktik+bageri"), "ol")[0], "li")
    assert len(hits) == 1
    (repeats,) = [part for part in found(hits[0], "p") if part.get("class") == "repeats"]
    assert told in words(repeats)
    assert words(repeats).endswith("…")
    assert len(links(repeats)) == SHOWN_REPEATS
    for address, title in links(repeats).items():
        document = ask(address.partition("#")[0])
        assert words(found(document, "h1")[0]) == title
        assert address.partition("#")[2] in {e.get("id") for e in document.iter() if isinstance(e.tag, str)}


def test_the_api_names_them_all(client: TestClient) -> None:
    (hit,) = client.get("/api/v1/search?q=praktik+bageri").json()["data"]
    others = {repeat["document"]["id"] for repeat in hit["repeats"]}
    assert len(others) == COPIES - 1
    assert hit["document"]["id"] not in others
    for repeat in hit["repeats"]:
        passage = client.get(repeat["links"]["self"]).json()
        assert (passage["id"], passage["text"]) == (repeat["id"], SAID)


def test_inside_one_document_the_text_is_found_there(client: TestClient) -> None:
    (hit,) = client.get("/api/v1/search?q=praktik+bageri").json()["data"]
    other = hit["repeats"][0]["document"]["id"]
    (inside,) = client.get(f"/api/v1/search?q=praktik+bageri&document={other}").json()["data"]
    assert (inside["document"]["id"], inside["repeats"]) == (other, [])
