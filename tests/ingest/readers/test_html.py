"""Web pages: what is content and what is not."""

import pytest

from ingest.readers.html import read_html
from ingest.readers.limits import DEFAULT_LIMITS, Limits
from ingest.readers.reading import Reading, ReadingFailed
from service.domain.documents import Reason


def read(page: str, encoding: str = "utf-8") -> Reading:
    return read_html(page.encode(encoding), DEFAULT_LIMITS)


def text_of(page: str) -> str:
    return read(page).pages[0].text


def test_content_without_what_surrounds_it() -> None:
    page = """<html><head><title>T</title><style>b{}</style></head><body><header>Logotyp</header><nav>Meny</nav>
      <div class="cookie-banner">Vi använder kakor</div><h1>Slutrapport</h1><p>Brödtext <b>med</b> fetstil.</p>
      <script>alert(1)</script><p hidden>dold</p><p style="display: none">dold</p><form>sök</form>
      <aside>Läs mer</aside><footer>Adress</footer></body></html>"""
    assert text_of(page) == "Slutrapport\n\nBrödtext med fetstil."


def test_main_element_wins_over_the_rest() -> None:
    body = "Innehållet i rapporten. " * 20
    assert text_of(
        f"<body><div>Reklam</div><main><header><h1>Titel</h1></header><p>{body}</p></main></body>"
    ).startswith("Titel\n\nInnehållet")


def test_header_with_the_only_h1_is_kept() -> None:
    assert text_of("<body><header><h1>Titel</h1></header><p>Text.</p></body>") == "Titel\n\nText."


def test_headings_lists_and_tables() -> None:
    reading = read(
        "<h1>Ett</h1><h2>Två</h2><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li><li>e</li></ol>"
        "<table><caption>Antal</caption><tr><th>År</th><th>Antal</th></tr><tr><td>2023</td><td>41</td></tr></table>"
    )
    page = reading.pages[0]
    assert page.text == "Ett\n\nTvå\n\n• a\n• b\n• c\n\n1. d\n2. e\n\nAntal\nÅr | Antal\n2023 | 41"
    assert [(h.level, h.text) for h in page.headings] == [(1, "Ett"), (2, "Två")]
    assert all(page.text[h.start :].startswith(h.text) for h in page.headings)


def test_table_that_only_places_text_is_no_table() -> None:
    assert text_of("<table><tr><td><h1>Rubrik</h1><p>Stycke.</p></td></tr></table>") == "Rubrik\n\nStycke."


def test_menus_are_left_out_and_lists_of_reports_stay() -> None:
    menu = "".join(f'<li><a href="/{n}">Sida {n}</a></li>' for n in range(12))
    reports = "".join(
        f'<li><a href="/{n}">Slutrapport {n}: nya vägar till arbete och egen försörjning</a></li>' for n in range(12)
    )
    assert text_of(f"<body><ul>{menu}</ul><p>Text.</p></body>") == "Text."
    assert text_of(f"<body><ul>{reports}</ul></body>").count("nya vägar") == 12


def test_line_breaks_and_source_line_ends() -> None:
    assert text_of("<p>ett\n  två<br>tre<br><br>fyra</p>") == "ett två\ntre\n\nfyra"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("utf-8", "cp1252"), ("iso-8859-15", "iso-8859-15"), ("", "utf-16")],
)
def test_encodings_true_and_false(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>Förändring på ön</p></body></html>'
    assert read(page, encoding).pages[0].text == "Förändring på ön"


def test_facts_come_from_the_page() -> None:
    head = '<head><title>Nya vägar 2021 - ESF</title><meta name="Keywords" content="NEET"></head>'
    facts = read(f'<html lang="sv">{head}<body><p>Text.</p></body></html>').facts
    assert (facts.title, facts.year, facts.metadata) == (
        "Nya vägar 2021 - ESF",
        2021,
        {"language": "sv", "keywords": "NEET"},
    )


def test_nesting_deeper_than_any_page_is_cut_off_not_followed() -> None:
    assert text_of("<p>Överst.</p>" + "<div>" * 5_000 + "djupt" + "</div>" * 5_000) == "Överst."


@pytest.mark.parametrize("page", ["<html></html>", "<html><body><script>x</script></body></html>", "<p> </p>"])
def test_page_without_text(page: str) -> None:
    with pytest.raises(ReadingFailed) as failed:
        read(page)
    assert failed.value.reason is Reason.NO_TEXT


def test_text_limit_holds() -> None:
    with pytest.raises(ReadingFailed) as failed:
        read_html(b"<p>" + b"ord " * 100 + b"</p>", Limits(max_text_bytes=50))
    assert failed.value.reason is Reason.TOO_MUCH_TEXT
