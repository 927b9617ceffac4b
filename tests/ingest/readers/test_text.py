"""Plain text and Markdown."""

import time

import pytest

from ingest.readers.limits import DEFAULT_LIMITS, Limits
from ingest.readers.reading import RawPage, Reading, ReadingFailed
from ingest.readers.text import read_text
from service.domain.documents import Reason


def read(text: str, *, markdown: bool = False) -> Reading:
    return read_text(text.encode(), DEFAULT_LIMITS, markdown=markdown)


def headings(page: RawPage) -> list[tuple[int, str]]:
    assert all(page.text[heading.start :].startswith(heading.text) for heading in page.headings)
    return [(heading.level, heading.text) for heading in page.headings]


def test_hard_wrapped_text_is_put_together() -> None:
    rows = ["Metoden prövades i fem kommuner och utvärde-", "ringen visar att deltagarna fick en bättre", "ställning."]
    assert read("\n".join([*rows, "", "Nästa stycke."])).pages[0].text.split("\n\n") == [
        "Metoden prövades i fem kommuner och utvärderingen visar att deltagarna fick en bättre ställning.",
        "Nästa stycke.",
    ]


def test_one_paragraph_to_a_line_stays_so() -> None:
    paragraphs = ["Första stycket. " * 20, "Andra stycket är kort.", "Tredje stycket. " * 30]
    assert read("\n".join(paragraphs)).pages[0].text.split("\n\n") == [text.strip() for text in paragraphs]


def test_underlined_and_capital_headings() -> None:
    page = read("Slutrapport\n===========\n\nInledning\n---------\nText som följer.\n\nRESULTAT\n\nMer text.\n").pages[
        0
    ]
    assert [text for _, text in headings(page)] == ["Slutrapport", "Inledning", "RESULTAT"]
    assert "===" not in page.text


def test_form_feed_begins_a_page() -> None:
    assert [page.text for page in read("Ett.\fTvå.\fTre.").pages] == ["Ett.", "Två.", "Tre."]


def test_markdown_loses_its_marks_and_keeps_its_structure() -> None:
    text = (
        "# Titel #\n\nText med **fet**, *kursiv* och [länk](http://x.se) till `kod` i snake_case_ord.\n\n"
        "## Resultat\n\n- ett\n- två\n\n| År | Antal |\n|----|------:|\n| 2023 | 41 |\n\n---\n\n```\n# inte rubrik\n```\n"
    )
    page = read(text, markdown=True).pages[0]
    assert headings(page) == [(1, "Titel"), (2, "Resultat")]
    assert "Text med fet, kursiv och länk till kod i snake_case_ord." in page.text
    assert "- ett\n- två" in page.text
    assert "År | Antal\n2023 | 41" in page.text
    assert "# inte rubrik" in page.text


def test_front_matter_gives_the_facts() -> None:
    reading = read('---\ntitle: "Nya vägar"\ndate: 2021-05-01\n---\n# Annat\n\nText.\n', markdown=True)
    assert (reading.facts.title, reading.facts.year) == ("Nya vägar", 2021)
    assert "title:" not in reading.pages[0].text


def test_title_is_the_first_line_unless_it_begins_a_paragraph() -> None:
    assert read("NYA VÄGAR: SLUTRAPPORT\nPublicerad 2023\n\nText.").facts.title == "NYA VÄGAR: SLUTRAPPORT"
    assert read("NYA VÄGAR: SLUTRAPPORT\nPublicerad 2023\n\nText.").facts.year == 2023
    assert read("Detta är en mening.\nOch en till.").facts.title == ""


@pytest.mark.parametrize("data", [b" \n\t\n", b"\xef\xbb\xbf", b"\f\f"])
def test_nothing_but_white_space_has_no_text(data: bytes) -> None:
    with pytest.raises(ReadingFailed) as failed:
        read_text(data, DEFAULT_LIMITS)
    assert failed.value.reason is Reason.NO_TEXT


def test_limits_hold() -> None:
    for limits, reason in (
        (Limits(max_pages=2), Reason.TOO_MANY_PAGES),
        (Limits(max_text_bytes=9), Reason.TOO_MUCH_TEXT),
    ):
        with pytest.raises(ReadingFailed) as failed:
            read_text("Ett ord.\fTvå ord.\fTre ord.".encode(), limits)
        assert failed.value.reason is reason


@pytest.mark.parametrize(
    "unit", [". ", "[", "![", "*", "__a", "`", "a", "- a\n", "a\n", "ab-\n", "\n", "|", "1 ", "_", "A\n=\n"]
)
@pytest.mark.parametrize("markdown", [False, True])
def test_time_grows_with_length_not_with_its_square(unit: str, markdown: bool) -> None:
    data = (unit * (100_000 // len(unit)) + "é slut").encode()
    started = time.process_time()
    read_text(data, DEFAULT_LIMITS, markdown=markdown)
    # A square takes minutes.
    assert time.process_time() - started < 8
