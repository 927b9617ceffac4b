"""The pages, on the sample library."""

from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from service.domain.documents import Document, DocumentState, Reason
from service.errors import IndexUnavailable
from service.knowledge_base import KnowledgeBase
from tests.web.conftest import Ask, found, links, words

PDF_QUESTION = "/search?q=Housing+First+tenancies"


def pdf(library: KnowledgeBase) -> Document:
    return next(one for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == "application/pdf")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_start_page_asks_and_tells_what_there_is(ask: Ask, prefix: str) -> None:
    root = ask(prefix or "/")
    assert found(root, "input")[0].get("name") == "q"
    assert found(root, "form")[0].get("action") == f"{prefix}/search"
    assert len([address for address in links(root) if "/search?q=" in address]) >= 2


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_result_leads_to_the_page_the_project_and_the_original(ask: Ask, prefix: str) -> None:
    root = ask(f"{prefix}{PDF_QUESTION}")
    assert "Housing First tenancies" in words(found(root, "title")[0])
    hits = found(found(root, "ol")[0], "li")
    assert 3 <= len(hits) <= 10
    assert any("/original#page=" in address for address in links(root))
    address = next(iter(links(hits[0])))
    document = ask(address.partition("#")[0])
    anchors = {element.get("id") for element in document.iter() if isinstance(element.tag, str)}
    assert address.partition("#")[2] in anchors


def test_text_in_the_other_language_says_so(ask: Ask) -> None:
    root = ask("/search?q=Housing+First+tenancies&lang=en")
    assert {quote.get("lang") for quote in found(root, "blockquote")} == {"en"}


def test_every_page_has_its_twin_in_the_other_language(ask: Ask, library: KnowledgeBase) -> None:
    for path in ("/", "/om", PDF_QUESTION, f"/d/{pdf(library).id}", "/projekt/22-018-S01"):
        twin = next(a.get("href") for a in found(ask(path), "a") if a.get("hreflang") == "en")
        assert twin == ("/en" if path == "/" else f"/en{path}")
        back = next(a.get("href") for a in found(ask(str(twin)), "a") if a.get("hreflang") == "sv")
        assert back == path


def test_pages_of_results_join_without_gap_or_repeat(ask: Ask) -> None:
    first = ask("/search?q=arbete")
    second = ask("/search?q=arbete&page=2")
    assert found(second, "ol")[0].get("start") == "11"
    one, two = ({next(iter(links(hit))) for hit in found(found(root, "ol")[0], "li")} for root in (first, second))
    assert not one & two
    assert any(a.get("aria-current") == "page" for a in found(second, "a"))


def test_a_diary_number_finds_the_project_first(ask: Ask) -> None:
    root = ask("/search?q=22-018-S01")
    assert "/projekt/22-018-S01" in links(found(found(root, "ol")[0], "li")[0])


def test_the_project_page_shows_the_record_as_published(ask: Ask) -> None:
    root = ask("/projekt/22-018-S01")
    facts = {words(found(row, "dt")[0]): words(found(row, "dd")[0]) for row in found(found(root, "dl")[0], "div")}
    assert facts["Projektägare"] == "MALMÖ UNIVERSITET"
    assert facts["NUTS-2 kod"].startswith("SE0")
    assert facts["Interventionstyp"].startswith("127 ")
    assert facts["Antal deltagare"] == "0"
    assert any("dnr=22-018-S01" in address for address in links(root))


@pytest.mark.parametrize(
    "path", ["/nowhere", "/d/none", "/p/none", "/projekt/none", "/d/none/original", "/en/nowhere", "/en/d/none"]
)
def test_what_is_not_there_says_so(ask: Ask, path: str) -> None:
    assert words(found(ask(path, 404), "h1")[0]) == (
        "The page is not here" if path.startswith("/en") else "Sidan finns inte här"
    )


def test_no_question_and_too_long_a_question(ask: Ask) -> None:
    assert not found(ask("/search"), "ol")
    assert not found(ask("/search?q=%20%20"), "ol")
    root = ask("/search?q=" + "ord+" * 200, 422)
    assert words(found(root, "title")[0]).startswith("Fel:")
    assert len(str(found(root, "input")[0].get("value"))) > 500


@pytest.mark.parametrize(
    "question",
    [
        "%00%01%1f",
        "x" * 10_000,
        '"',
        '"""',
        "%E2%80%AEabc",
        "%F0%9F%98%80",
        "%D7%A9%D7%9C%D7%95%D7%9D",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        "%ff%fe",
        "-",
        "%C3%A5" * 80,
        "&page=99999999999999",
        "a&page=" + "9" * 5_000,
        "a&page=-1&lang=xx&project=%22%3E",
    ],
)
def test_no_question_breaks_the_page(ask: Ask, client: TestClient, question: str) -> None:
    status = client.get(f"/search?q={question}").status_code
    assert status in {200, 422}
    ask(f"/search?q={question}", status)


def test_an_index_that_is_down_is_said_in_words(
    ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    def down(_: object) -> None:
        raise IndexUnavailable(where="somewhere", problem="refused")

    monkeypatch.setattr(library, "search", down)
    assert words(found(ask("/search?q=arbete", 503), "h1")[0]) == "Sökningen vilar"
    assert client.get("/search?q=arbete").headers["retry-after"]


def test_a_mistake_in_the_program_is_a_page_with_all_headers(
    ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "search", lambda _: 1 / 0)
    assert words(found(ask("/en/search?q=work", 500), "h1")[0]) == "Something went wrong here"


def test_the_original_is_the_file_as_received(client: TestClient, library: KnowledgeBase) -> None:
    one = pdf(library)
    answer = client.get(f"/d/{one.id}/original")
    assert answer.content == library.original(one.id).read_bytes()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["content-security-policy"]
    part = client.get(f"/d/{one.id}/original", headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, answer.content[:8])


def test_html_is_never_served_as_a_page_of_this_site(client: TestClient, library: KnowledgeBase) -> None:
    one = next(one for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == "text/html")
    answer = client.get(f"/d/{one.id}/original")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_a_document_that_was_set_aside_tells_why(
    client: TestClient, ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    one = dataclasses.replace(pdf(library), state=DocumentState.SET_ASIDE, reason=Reason.ENCRYPTED, page_count=0)
    monkeypatch.setattr(library, "document", lambda _: one)
    monkeypatch.setattr(library, "pages", lambda _: [])
    monkeypatch.setattr(library, "passages", lambda _: [])
    assert "lösenord" in words(found(ask(f"/d/{one.id}"), "main")[0])


def test_a_passage_has_an_address_of_its_own(client: TestClient, library: KnowledgeBase) -> None:
    passage = library.passages(pdf(library).id)[1]
    answer = client.get(f"/en/p/{passage.id}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/en/d/{passage.document_id}")
    assert answer.headers["location"].endswith(f"#p-{passage.ordinal}")


def test_a_poisoned_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_the_stylesheet_is_small_and_calls_nobody(client: TestClient) -> None:
    text = client.get("/static/site.css").text
    assert len(text) < 20_000
    assert "url(" not in text
    assert "@import" not in text


def test_heading_levels_never_skip_a_step_on_any_page_of_the_library(ask: Ask, library: KnowledgeBase) -> None:
    for one in library.in_state(DocumentState.SEARCHABLE):
        root = ask(f"/d/{one.id}")
        tags = [str(e.tag)[-2:] for e in root.iter() if isinstance(e.tag, str)]
        levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
        assert all(after - before <= 1 for before, after in pairwise(levels)), one.file_name
