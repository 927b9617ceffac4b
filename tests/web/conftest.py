"""Every page that a test asks for is checked as a page: one h1, a title, languages, labels, headers, no script, no cookie."""

from collections.abc import Callable, Iterator

import html5lib
import pytest
from lxml import etree
from starlette.testclient import TestClient

from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from web.app import create_site
from web.security import HEADERS

Page = etree._Element
Ask = Callable[..., Page]
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="session")
def client(library: KnowledgeBase) -> Iterator[TestClient]:
    site = create_site(library, Settings(allowed_hosts="testserver"))
    with TestClient(site, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """Return a function that asks for a page, checks it and returns its parsed tree."""

    def asked(path: str, status: int = 200) -> Page:
        answer = client.get(path)
        assert answer.status_code == status, answer.text[:300]
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers
        return checked(answer.text, "en" if path.startswith("/en") else "sv")

    return asked


def checked(text: str, language: str) -> Page:
    """Parse a page as strictly as the standard has it, and check what every page must have."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), strict=True)
    root: Page = parser.parse(text).getroot()
    assert root.get("lang") == language
    assert len(found(root, "h1")) == 1
    assert words(found(root, "title")[0])
    assert len(found(root, "main")) == 1
    ids = [element.get("id") for element in root.iter() if isinstance(element.tag, str) and element.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in found(root, "label")}
    assert {field.get("id") for field in found(root, "input")} <= labelled
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


def found(root: Page, tag: str) -> list[Page]:
    """Return the elements of a kind."""
    return list(root.iter(f"{XHTML}{tag}"))


def words(element: Page) -> str:
    """Return the text of an element with single spaces."""
    return " ".join("".join(str(text) for text in element.itertext()).split())


def links(root: Page) -> dict[str, str]:
    """Return the text of each link by its address."""
    return {str(link.get("href")): words(link) for link in found(root, "a")}
