"""Every page that a test asks for is checked as a page: one h1, a title, languages, labels, headers, no script, no cookie."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import html5lib
import pytest
from lxml import etree
from starlette.testclient import TestClient

from service.domain.documents import Document, DocumentState, Heading, Page, Passage, passage_id
from service.knowledge_base import Arrival, KnowledgeBase, ReadingResult
from service.settings import Settings
from web.app import create_site
from web.security import HEADERS

Tree = etree._Element
Ask = Callable[..., Tree]
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> &amp; {{ 7 * 7 }}"
TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}etebra\N{POP DIRECTIONAL FORMATTING}"
ROMAN = {1: "i", 2: "ii"}
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="session")
def client(library: KnowledgeBase) -> Iterator[TestClient]:
    site = create_site(library, Settings(allowed_hosts="testserver"))
    with TestClient(site, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Return a function that asks the site of the sample library for a page, checks it and returns its parsed tree."""
    return asking(client)


@pytest.fixture(scope="session")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A knowledge base of documents that nobody would write: see :func:`awkward_reading`. Do not change it."""
    made = KnowledgeBase(Settings(data=tmp_path_factory.mktemp("awkward")))
    documents = made.receive([Arrival("hostile.txt", b"hostile"), Arrival("waiting.pdf", b"%PDF-waiting")])
    made.save_readings([awkward_reading(documents[0][0])])
    made.index_waiting()
    yield made
    made.close()


@pytest.fixture(scope="session")
def awkward_client(awkward: KnowledgeBase) -> Iterator[TestClient]:
    with TestClient(create_site(awkward, Settings(allowed_hosts="testserver")), follow_redirects=False) as made:
        yield made


def awkward_reading(document: Document) -> ReadingResult:
    """Return a document of 45 pages whose title, headings and text try to be something other than text."""
    pages = [Page(number, ROMAN.get(number, ""), f"{ATTACK}\n\nSida {number}.", "sv") for number in range(1, 46)]
    pages[0] = Page(1, "i", f"{ATTACK}\n\n{TURNED}", "sv", (Heading(0, 1, ATTACK),))
    title = f"{ATTACK} {TURNED} arbete"
    read = replace(
        document, state=DocumentState.READ, title=title, language="sv", page_count=45, passage_count=45, year=2024
    )
    passages = [
        Passage(
            passage_id(document.id, "test", one.number - 1),
            document.id,
            one.number - 1,
            one.text,
            (ATTACK,),
            one.number,
            one.number,
            0,
            len(one.text),
            "sv",
        )
        for one in pages
    ]
    return ReadingResult(read, pages, passages)


def asking(client: TestClient) -> Ask:
    """Return a function that asks a site for a page, checks it and returns its parsed tree."""

    def asked(path: str, status: int = 200) -> Tree:
        answer = client.get(path)
        assert answer.status_code == status, answer.text[:300]
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers
        return checked(answer.text, "en" if f"{path}/".startswith("/en/") else "sv")

    return asked


def checked(text: str, language: str) -> Tree:
    """Parse a page as strictly as the standard has it, and check what every page must have."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), strict=True)
    root: Tree = parser.parse(text).getroot()
    assert root.get("lang") == language
    assert len(found(root, "h1")) == 1
    assert words(found(root, "title")[0])
    assert len(found(root, "main")) == 1
    ids = [element.get("id") for element in root.iter() if isinstance(element.tag, str) and element.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in found(root, "label")}
    assert {field.get("id") for field in found(root, "input") if field.get("type") != "hidden"} <= labelled
    assert not found(root, "script")
    assert not found(root, "style")
    assert not [
        e
        for e in root.iter()
        if isinstance(e.tag, str) and ("style" in e.attrib or any(str(a).startswith("on") for a in e.attrib))
    ]
    assert all(image.get("alt") is not None for image in found(root, "img"))
    levels = [
        int(e.tag[-1])
        for e in root.iter()
        if isinstance(e.tag, str) and e.tag.removeprefix(XHTML) in {f"h{n}" for n in range(1, 7)}
    ]
    assert levels[0] == 1
    return root


def found(root: Tree, tag: str) -> list[Tree]:
    """Return the elements of a kind."""
    return list(root.iter(f"{XHTML}{tag}"))


def words(element: Tree) -> str:
    """Return the text of an element with single spaces."""
    return " ".join("".join(str(text) for text in element.itertext()).split())


def links(root: Tree) -> dict[str, str]:
    """Return the text of each link by its address."""
    return {str(link.get("href")): words(link) for link in found(root, "a")}
