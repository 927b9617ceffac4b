"""The pages in a real browser: axe finds nothing, nothing is wider than a phone, and everything works without JavaScript."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, sync_playwright

from service.domain.documents import DocumentState
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from tests.browser import ARGUMENTS, axe, chromium, served
from web.app import create_site

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]
PATHS = {
    "start": "/",
    "results": "/search?q=Vad+hj%C3%A4lper+unga+till+arbete",
    "second page": "/search?q=arbete&page=2",
    "nothing close": "/search?q=xqzzt+blorf",
    "no question": "/search",
    "too long": "/search?q=" + "ord+" * 200,
    "document": "/d/{pdf}",
    "project": "/projekt/22-018-S01",
    "about": "/om",
    "quality": "/om/kvalitet",
    "not found": "/nowhere",
}
NOT_THERE = "Failed to load resource"
"""What Chromium says of the page of an error itself."""
SPACED = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(
    `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`); document.adoptedStyleSheets = [sheet]; }"""
"""The text spacing that WCAG 1.4.12 asks a page to bear."""
FOCUS = """() => { const at = document.activeElement; const all = [...document.querySelectorAll("*")];
    return [all.indexOf(at), getComputedStyle(at).outlineStyle]; }"""
BAD_PAGE = '<!doctype html><html lang="sv"><head><title>Prov</title></head><body><main><h1>Prov</h1><input type="text"></main></body></html>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def address(library: KnowledgeBase) -> Iterator[str]:
    with served(create_site(library, Settings())) as made:
        yield made


@pytest.fixture(scope="module")
def document_id(library: KnowledgeBase) -> str:
    return next(one.id for one in library.in_state(DocumentState.SEARCHABLE) if one.media_type == "application/pdf")


def violations(page: Page) -> list[str]:
    program, texts = axe()
    # Evaluated, not added as a script: the pages' own policy refuses scripts, as it should.
    page.evaluate(program)
    found: dict[str, Any] = page.evaluate(
        "([tags, texts]) => { axe.configure({locale: texts}); return axe.run(document, {runOnly: {type: 'tag', values: tags}}) }",
        [TAGS, json.loads(texts)],
    )
    return [f"{v['id']}: {v['help']} {[node['target'] for node in v['nodes']][:3]}" for v in found["violations"]]


def is_too_wide(page: Page) -> bool:
    """Return whether a page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, address: str, document_id: str, name: str, prefix: str, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if NOT_THERE not in message.text else None)
    page.on("request", lambda request: hosts.add("/".join(request.url.split("/")[:3])))
    path = PATHS[name].format(pdf=document_id)
    page.goto(f"{address}{prefix}{path if path != '/' or not prefix else ''}")
    assert violations(page) == []
    assert not is_too_wide(page)
    page.evaluate(SPACED)
    assert not is_too_wide(page)
    assert complaints == []
    assert hosts == {address}
    assert context.cookies() == []
    context.close()


def test_axe_is_awake(browser: Browser) -> None:
    app = FastAPI()
    app.get("/")(lambda: HTMLResponse(BAD_PAGE))
    with served(app) as bad:
        page = browser.new_page()
        page.goto(bad)
        assert any(found.startswith("label:") for found in violations(page))
        page.close()


def test_the_first_tab_skips_to_the_content(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehåll"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.parametrize("name", ["start", "results", "document", "project"])
def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(
    browser: Browser, address: str, document_id: str, name: str
) -> None:
    page = browser.new_page()
    page.goto(address + PATHS[name].format(pdf=document_id))
    # What is folded up is reached once it is unfolded.
    wanted = page.locator(":is(a[href], button, summary, input:not([type=hidden])):visible").count()
    seen = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    assert all(outline == "solid" for _, outline in seen)
    assert len({place for place, _ in seen}) == wanted
    page.close()


def test_an_original_opens_at_the_page(browser: Browser, address: str, document_id: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/d/{document_id}")
    page.locator(".sheet .original").nth(1).click()
    page.wait_for_url(f"**/d/{document_id}/original#page=2")
    page.close()


@pytest.mark.parametrize(("width", "in_the_margin"), [(1280, True), (320, False)])
def test_page_numbers_stand_in_the_margin_where_there_is_one(
    browser: Browser, address: str, document_id: str, width: int, in_the_margin: bool
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/d/{document_id}")
    number = page.locator(".sheet .folio").first.bounding_box()
    text = page.locator(".sheet .text").first.bounding_box()
    assert number is not None
    assert text is not None
    assert number["x"] >= 0
    assert (number["x"] + number["width"] <= text["x"]) == in_the_margin
    assert (number["y"] + number["height"] <= text["y"]) != in_the_margin
    page.close()


def test_nothing_moves_for_those_who_ask_for_that(browser: Browser, address: str) -> None:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every(e => getComputedStyle(e).transitionDuration === '0s')"
    )
    page.context.close()


def test_on_paper_there_is_no_form_and_the_address_stands_below(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/search?q=arbete")
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    assert page.locator(".printed").inner_text().endswith("/search?q=arbete")
    page.close()


def test_the_whole_way_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Fråga med egna ord").fill(
        "Hur kan upphandling ge arbete åt människor som står långt från arbetsmarknaden?"
    )
    page.get_by_role("button", name="Sök").click()
    hit = page.locator("ol.hits > li").first
    title = hit.locator("h3 a")
    href = title.get_attribute("href") or ""
    title.click()
    assert page.url == f"{address}{href}"
    anchor = page.locator(f"[id='{href.partition('#')[2]}'] + *").bounding_box()
    assert anchor is not None
    assert 0 <= anchor["y"] < 800
    page.locator("dl.facts a").first.click()
    assert "/projekt/" in page.url
    page.get_by_role("link", name="In English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()
