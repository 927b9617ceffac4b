"""The pages, on the sample library."""

from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.domain.documents import Document, DocumentState, Reason
from service.errors import IndexUnavailable
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from tests.web.conftest import ATTACK, ROMAN, Ask, asking, found, links, words
from web.app import create_site
from web.pages.documents import PAGES_AT_ONCE
from web.pages.originals import PDF

PDF_QUESTION = "/search?q=Housing+First+tenancies"


def pdf(library: KnowledgeBase) -> Document:
    return next(one for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == PDF)


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
    for path in ("/", "/om", "/om/kvalitet", PDF_QUESTION, f"/d/{pdf(library).id}", "/projekt/22-018-S01"):
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


def test_codes_of_an_earlier_programme_mean_what_they_meant_then(ask: Ask) -> None:
    root = ask("/en/projekt/2017-00871")
    facts = {words(found(row, "dt")[0]): words(found(row, "dd")[0]) for row in found(found(root, "dl")[0], "div")}
    assert facts["Intervention field"] == "103 Sustainable integration of young people into the labour market"


@pytest.mark.parametrize(
    ("path", "other"),
    [("/enkelt", "/en/enkelt"), ("/en/enkelt", "/enkelt"), ("/english", "/en/english"), ("/en/d/none", "/d/none")],
)
def test_the_page_of_an_error_leads_to_itself_in_the_other_language(ask: Ask, path: str, other: str) -> None:
    assert links(ask(path, 404))[other] == ("På svenska" if path.startswith("/en/") else "In English")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/d/none", "/p/none", "/projekt/none", "/d/none/original", "/en/nowhere", "/en/d/none"]
)
def test_what_is_not_there_says_so(ask: Ask, path: str) -> None:
    assert words(found(ask(path, 404), "h1")[0]) == (
        "The page does not exist" if path.startswith("/en") else "Sidan finns inte"
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
        "a&page=%D9%A3",
        "a&document=%00&project=" + "x" * 5_000,
        "a&page=-1&lang=xx&project=%22%3E",
    ],
)
def test_no_question_breaks_the_page(ask: Ask, client: TestClient, question: str) -> None:
    answer = client.get(f"/search?q={question}")
    assert answer.status_code in {200, 303, 422}
    # A page number beyond the last leads to the first.
    ask(answer.headers.get("location", f"/search?q={question}"), 422 if answer.status_code == 422 else 200)


def test_an_index_that_is_down_is_said_in_words(
    ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    def down(_: object) -> None:
        raise IndexUnavailable(where="somewhere", problem="refused")

    monkeypatch.setattr(library, "search", down)
    assert words(found(ask("/search?q=arbete", 503), "h1")[0]) == "Sökningen går inte att använda just nu"
    assert client.get("/search?q=arbete").headers["retry-after"]


def test_a_mistake_in_the_program_is_a_page_with_all_headers(
    ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "search", lambda _: 1 / 0)
    assert words(found(ask("/en/search?q=work", 500), "h1")[0]) == "Something went wrong here"


def test_a_document_that_was_set_aside_tells_why(
    client: TestClient, ask: Ask, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    one = dataclasses.replace(pdf(library), state=DocumentState.SET_ASIDE, reason=Reason.ENCRYPTED, page_count=0)
    monkeypatch.setattr(library, "document", lambda _: one)
    monkeypatch.setattr(library, "pages", lambda *_: [])
    monkeypatch.setattr(library, "passages", lambda *_: [])
    assert "lösenord" in words(found(ask(f"/d/{one.id}"), "main")[0])


def test_a_passage_has_an_address_of_its_own(client: TestClient, library: KnowledgeBase) -> None:
    passage = library.passages(pdf(library).id)[1]
    answer = client.get(f"/en/p/{passage.id}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/en/d/{passage.document_id}")
    assert answer.headers["location"].endswith(f"#p-{passage.ordinal}")


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


def test_every_kind_of_page_has_a_title_of_its_own(ask: Ask, library: KnowledgeBase) -> None:
    paths = ["/", "/om", "/search", PDF_QUESTION, "/search?q=arbete", "/search?q=arbete&page=2", "/projekt/22-018-S01"]
    paths += [f"/d/{pdf(library).id}"]
    titles = [words(found(ask(path), "title")[0]) for path in paths]
    assert all(title.endswith(" – Kunskapsbanken") for title in titles)
    assert len(set(titles)) == len(paths)


@pytest.mark.parametrize("name", ["project", "document"])
def test_a_question_can_be_limited_to_a_project_or_a_document_and_freed_again(
    ask: Ask, library: KnowledgeBase, name: str
) -> None:
    one = next(d for d in library.in_state(DocumentState.SEARCHABLE) if d.project_id and d.media_type == PDF)
    page = ask(f"/d/{one.id}" if name == "document" else f"/projekt/{one.project_id}")
    box = next(field for field in found(page, "input") if field.get("type") == "checkbox")
    assert (box.get("name"), box.get("checked")) == (name, None)
    label = next(words(label) for label in found(page, "label") if label.get("for") == box.get("id"))
    assert label.endswith(one.display_title if name == "document" else library.project(str(one.project_id)).dnr)
    limited = ask(f"/search?q=arbete&{name}={box.get('value')}")
    assert next(field for field in found(limited, "input") if field.get("type") == "checkbox").get("checked") == ""
    titles = {words(title) for title in found(limited, "h3")}
    own = {d.display_title for d in ([one] if name == "document" else library.documents_of(str(one.project_id)))}
    assert titles
    assert titles <= {" ".join(title.split()) for title in own}
    assert "/search?q=arbete" in links(limited)


def test_the_language_limit_stays_when_the_question_is_changed(ask: Ask) -> None:
    fields = {field.get("name"): field.get("value") for field in found(ask("/search?q=arbete&lang=en"), "input")}
    assert fields == {"q": "arbete", "lang": "en"}


@pytest.mark.parametrize("number", ["7", "10", "11", "999999"])
@pytest.mark.parametrize("path", ["/search?q=22-018-S01&project=22-018-S01", "/en/search?q=Housing&project=none"])
def test_a_page_beyond_the_last_leads_to_the_first(client: TestClient, path: str, number: str) -> None:
    answer = client.get(f"{path}&page={number}")
    assert answer.status_code == 303
    assert answer.headers["location"] == path
    assert client.get(path).status_code == 200


def test_every_passage_of_a_document_is_reached_page_by_page(
    awkward: KnowledgeBase, awkward_client: TestClient
) -> None:
    one = awkward.in_state(DocumentState.SEARCHABLE)[0]
    path = f"/search?q=arbete&document={one.id}"
    assert "(sida 5 av 5)" in words(found(asking(awkward_client)(f"{path}&page=5"), "title")[0])
    assert awkward_client.get(f"{path}&page=6").headers["location"] == path


def test_a_project_is_known_by_its_diary_number_too(ask: Ask) -> None:
    root = ask("/search?q=unga&project=2017/00871")
    assert found(root, "h3")
    assert "/en/search?q=unga&project=2017-00871" in links(root)


def test_an_empty_answer_gives_advice_and_a_way_out(ask: Ask) -> None:
    root = ask('/search?q="ord+som+inte+finns"&project=none&lang=sv')
    assert not found(root, "ol")
    assert "Ta bort citattecknen" in words(found(root, "main")[0])
    assert "/search?q=%22ord+som+inte+finns%22" in links(found(root, "main")[0])


def test_what_was_understood_is_said(ask: Ask) -> None:
    text = words(found(ask('/en/search?q=What+about+"social+innovation"+in+22-018-S01'), "main")[0])
    assert "The question was understood as: English diary number 22-018-S01 exact phrase “social innovation”" in text


def test_what_the_bridge_added_is_said_in_its_own_language_and_marked(ask: Ask) -> None:
    root = ask("/search?q=Vad+fungerar+för+UVAS%3F&lang=en")
    text = words(found(root, "main")[0])
    assert "Sökte även efter: varken arbetar eller studerar NEET" in text
    assert [tag.get("lang") for tag in found(root, "span") if tag.get("class") == "tag" and words(tag) == "NEET"] == [
        "en"
    ]
    assert "Samma sak med annat namn: neither in employment nor in education or training, NEET" in text
    assert "NEET" in [words(mark) for mark in found(root, "mark") if mark.get("class") == "bridged"]
    assert "Sökte även efter" not in words(found(ask("/search?q=hemmakväll"), "main")[0])


def test_hostile_text_stays_text_everywhere(awkward: KnowledgeBase, awkward_client: TestClient) -> None:
    ask = asking(awkward_client)
    one = awkward.in_state(DocumentState.SEARCHABLE)[0]
    for path in ("/search?q=arbete", f"/search?q=arbete&document={one.id}", f"/d/{one.id}", f"/en/d/{one.id}"):
        root = ask(path)
        assert {image.get("src") for image in found(root, "img")} == {"/static/mark.svg"}
        assert " ".join(ATTACK.split()) in words(root)
        assert not any("alert" in address for address in links(root))


def test_a_long_document_comes_in_parts_that_join(awkward: KnowledgeBase, awkward_client: TestClient) -> None:
    ask = asking(awkward_client)
    one = awkward.in_state(DocumentState.SEARCHABLE)[0]
    parts = [ask(f"/d/{one.id}?from={start}") for start in range(1, 46, PAGES_AT_ONCE)]
    numbers = [section.get("id") for root in parts for section in found(root, "section")]
    assert numbers == [f"s-{number}" for number in range(1, 46)]
    assert len({words(found(root, "title")[0]) for root in parts}) == 3
    assert [words(h) for h in found(parts[0], "h2")][:3] == [f"Sida {ROMAN[1]}", f"Sida {ROMAN[2]}", "Sida 3"]
    assert [words(p) for p in found(parts[0], "p") if words(p).endswith("i filen")] == ["nr 1 i filen", "nr 2 i filen"]
    passage = awkward.passages(one.id)[30]
    target = awkward_client.get(f"/p/{passage.id}").headers["location"]
    assert target == f"/d/{one.id}?from=21#p-30"
    anchors = {e.get("id") for e in ask(target.partition("#")[0]).iter() if isinstance(e.tag, str)}
    assert "p-30" in anchors


@pytest.mark.parametrize("start", ["0", "-3", "46", "9" * 5_000, "x", "%00", "7"])
def test_any_part_that_is_asked_for_is_a_page(awkward: KnowledgeBase, awkward_client: TestClient, start: str) -> None:
    asking(awkward_client)(f"/d/{awkward.in_state(DocumentState.SEARCHABLE)[0].id}?from={start}")


def test_a_document_on_its_way_in_says_so(awkward: KnowledgeBase, awkward_client: TestClient) -> None:
    one = awkward.in_state(DocumentState.RECEIVED)[0]
    root = asking(awkward_client)(f"/d/{one.id}")
    assert "På väg in" in [words(heading) for heading in found(root, "h2")]
    assert len(found(root, "input")) == 1


def test_a_snippet_is_read_as_one_line_and_shows_where_the_passage_goes_on(ask: Ask) -> None:
    quotes = [words(quote) for quote in found(ask("/search?q=23-104-S01"), "blockquote")]
    assert any("Slututvärdering · Diarienummer: 23-104-S01 · Utvärderingsbyrån" in quote for quote in quotes)
    assert any(quote.startswith("…") and quote.endswith("…") for quote in quotes)
    assert any(not quote.startswith("…") and not quote.endswith("…") for quote in quotes)
    assert not any(". ·" in quote or ": ·" in quote for quote in quotes)


def test_nonsense_is_told_that_nothing_comes_close(ask: Ask) -> None:
    root = ask("/search?q=xqzzt+blorf")
    assert any("Inget här ligger nära frågan" in words(box) for box in found(root, "p"))
    assert not any("Säger något liknande" in words(box) for box in found(root, "span"))


@pytest.mark.parametrize("question", ["Vad+hjälper+unga+som+varken+arbetar+eller+studerar", "22-018-S01"])
def test_a_real_question_is_not(ask: Ask, question: str) -> None:
    assert "Inget här ligger nära" not in words(found(ask(f"/search?q={question}"), "main")[0])


def test_a_document_page_reads_only_the_pages_that_it_shows(
    awkward: KnowledgeBase, awkward_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, int, int]] = []
    for name, real in (("pages", KnowledgeBase.pages), ("passages", KnowledgeBase.passages)):

        def remember(kb: KnowledgeBase, one: str, first: int, last: int, name: str = name, real: Any = real) -> Any:
            read.append((name, first, last))
            return real(kb, one, first, last)

        monkeypatch.setattr(KnowledgeBase, name, remember)
    asking(awkward_client)(f"/d/{awkward.in_state(DocumentState.SEARCHABLE)[0].id}?from=21")
    assert sorted(read) == [("pages", 21, 40), ("passages", 21, 40)]


def test_an_empty_knowledge_base_says_how_to_begin(kb: KnowledgeBase) -> None:
    with TestClient(create_site(kb, Settings(allowed_hosts="testserver"))) as client:
        assert "kb ingest" in words(found(asking(client)("/"), "main")[0])
        assert not found(asking(client)("/search?q=arbete"), "ol")


@pytest.mark.parametrize(("prefix", "kind"), [("", "hinder"), ("/en", "obstacle")])
def test_a_document_tells_its_findings_and_marks_them_in_its_text(
    ask: Ask, library: KnowledgeBase, prefix: str, kind: str
) -> None:
    one = next(
        one
        for one in library.in_state(DocumentState.SEARCHABLE)
        if any(finding.type == "obstacle" for finding in library.findings(one.id)) and one.page_count < PAGES_AT_ONCE
    )
    root = ask(f"{prefix}/d/{one.id}")
    groups = [words(summary).lower() for summary in found(root, "summary")]
    assert any(group.startswith(kind) for group in groups)
    quotes = {words(quote) for quote in found(root, "q")}
    marks = [mark for mark in found(root, "mark") if mark.get("class") == "core"]
    assert marks
    assert {words(mark) for mark in marks} & quotes
    details = found(root, "details")[0]
    anchors = {element.get("id") for element in root.iter() if isinstance(element.tag, str)}
    assert {address.partition("#")[2] for address in links(details)} <= anchors


def test_a_search_can_be_limited_to_what_passages_tell(ask: Ask) -> None:
    root = ask("/search?q=arbete")
    address = next(address for address in links(found(root, "details")[0]) if "type=obstacle" in address)
    limited = ask(address)
    assert all("hinder" in words(hit) for hit in found(found(limited, "ol")[0], "li") if found(hit, "article"))
    assert "type=obstacle" in next(address for address in links(limited) if "lang=sv" in address)
    assert [field.get("value") for field in found(limited, "input") if field.get("name") == "type"] == ["obstacle"]


def test_an_unknown_type_limits_nothing(ask: Ask) -> None:
    assert not [field for field in found(ask("/search?q=arbete&type=x"), "input") if field.get("name") == "type"]
