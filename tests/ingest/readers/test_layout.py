"""Paragraphs, headings and running heads, from lines as a page shows them."""

from collections.abc import Sequence

import pytest

from ingest.readers.columns import in_reading_order, mixed_gutter
from ingest.readers.headings import is_contents_page
from ingest.readers.layout import compose
from ingest.readers.limits import Limits
from ingest.readers.lines import Line, PrintedPage
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import RawPage
from ingest.readers.running_heads import is_page_number, without_running_heads

BODY = [
    "Rapporten är skriven på uppdrag av förbundet, och den",
    "bygger på intervjuer med deltagare och med handledare.",
]


def printed(rows: Sequence[str | Line], top: float = 700, label: str = "") -> PrintedPage:
    lines = [
        Line(row, 70, 70 + 5 * len(row), top - 13 * number, 10) if isinstance(row, str) else row
        for number, row in enumerate(rows)
    ]
    return PrintedPage(tuple(lines), height=842, label=label)


def composed(*pages: PrintedPage) -> tuple[RawPage, ...]:
    builder = PageBuilder(Limits())
    compose(pages, builder)
    return builder.pages


def headings(page: RawPage) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in page.headings]


def test_rows_that_end_early_keep_their_line_ends() -> None:
    (page,) = composed(
        printed([BODY[0], "bygger på samtal.", "Diarienummer 23-142-S01", "Kontakt Projektkontoret", "Publicerad 2024"])
    )
    assert page.text == (
        f"{BODY[0]} bygger på samtal.\n\nDiarienummer 23-142-S01\nKontakt Projektkontoret\nPublicerad 2024"
    )


def test_word_broken_over_two_pages_stands_whole_on_the_first() -> None:
    first, second = composed(
        printed([BODY[0], "har skrivits av utvär-"]), printed(["derare från två håll", "i landet."])
    )
    assert first.text.endswith("har skrivits av utvärderare")
    assert second.text == "från två håll i landet."


def test_list_items_stand_on_lines_of_their_own() -> None:
    rows = [
        "Tre saker var viktiga för att metoden skulle fungera väl",
        "• tid att lyssna på var och en",
        "• en egen handledare",
    ]
    assert composed(printed(rows))[0].text.split("\n") == rows


@pytest.mark.parametrize("capitals", ["INLEDNING", "MÅLUPPFYLLELSE OCH EFFEKTER – SLUTSATSER"])
def test_capitals_are_a_heading_also_without_space_around(capitals: str) -> None:
    (page,) = composed(printed([capitals, *BODY]))
    assert headings(page) == [(1, capitals)]
    assert page.text == f"{capitals}\n\n{BODY[0]} {BODY[1]}"


def test_page_number_glued_to_a_heading_is_taken_off_only_when_it_is_the_pages_own() -> None:
    first, second = composed(printed(["INLEDNING 7", *BODY], label="7"), printed(["BILAGA 2", *BODY]))
    assert headings(first) == [(1, "INLEDNING")]
    assert headings(second) == [(1, "BILAGA 2")]


def test_numbered_heading_has_the_level_of_its_number() -> None:
    (page,) = composed(printed([*BODY, Line("3.2.1 Deltagarnas röster", 70, 180, 640, 10), *printed(BODY, 600).lines]))
    assert headings(page) == [(3, "3.2.1 Deltagarnas röster")]


def test_sentences_are_no_headings() -> None:
    (page,) = composed(
        printed([*BODY, Line("Vi såg tre saker.", 70, 150, 640, 10, bold=True), *printed(BODY, 600).lines])
    )
    assert headings(page) == []


def test_table_of_contents_has_no_headings_but_its_own() -> None:
    entries = [
        "SAMMANFATTNING ........ 3",
        "1 INLEDNING ......... 5",
        "1.1 Uppdraget ....... 5",
        "2 RESULTAT ........ 11",
    ]
    (page,) = composed(printed(["INNEHÅLLSFÖRTECKNING", *entries]))
    assert headings(page) == [(1, "INNEHÅLLSFÖRTECKNING")]
    assert "1.1 Uppdraget 5" in page.text.split("\n")


def test_table_of_figures_is_no_table_of_contents() -> None:
    rows = ["Deltagare 2019 719", "Deltagare 2020 433", "Deltagare 2021 812", "Deltagare 2022 104", "Summa 68"]
    assert not is_contents_page(printed(rows).lines)


def test_running_heads_with_changing_numbers_go_and_repeated_text_in_the_middle_stays() -> None:
    pages = [
        PrintedPage(
            (Line("Rapport 2024", 70, 130, 820), Line("Kommentar", 70, 120, 400), Line(f"{n}", 300, 305, 20)), 842
        )
        for n in range(1, 5)
    ]
    assert [[line.text for line in page.lines] for page in without_running_heads(pages)] == [["Kommentar"]] * 4


def test_two_pages_lose_only_page_numbers_and_the_repeated_title() -> None:
    pages = [
        PrintedPage((Line("Nya vägar", 70, 130, 820), Line("Text.", 70, 95, 400), Line(f"{n} (2)", 300, 305, 20)), 842)
        for n in (1, 2)
    ]
    kept = [[line.text for line in page.lines] for page in without_running_heads(pages, title="Nya vägar")]
    assert kept == [["Nya vägar", "Text."], ["Text."]]


def test_page_that_is_nothing_but_the_recurring_line_keeps_it() -> None:
    pages = [printed(["Samma text"], top=800)] * 3
    assert [page.lines[0].text for page in without_running_heads(pages)] == ["Samma text"] * 3


@pytest.mark.parametrize("text", ["1 (40)", "Sida 3 av 9", "page 3 of 9", "- 3 -", "3", "iii"])
def test_page_numbers_are_known(text: str) -> None:
    assert is_page_number(text, 3, "iii")


@pytest.mark.parametrize("text", ["2024", "4", "Bilaga 3", "3 deltagare", ""])
def test_other_numbers_are_not_page_numbers(text: str) -> None:
    assert not is_page_number(text, 3, "")


def test_columns_in_order_and_tables_are_left_alone() -> None:
    left = [Line("x" * 40, 50, 250, 700 - 12 * n) for n in range(10)]
    right = [Line("y" * 40, 300, 500, 700 - 12 * n) for n in range(10)]
    cells = [Line("x" * 8, 50, 90 + 15 * n, 700 - 12 * n) for n in range(10)]
    numbers = [Line("12", 300, 310 + 20 * n, 700 - 12 * n) for n in range(10)]
    mixed = [line for pair in zip(left, right, strict=True) for line in pair]
    table = [line for pair in zip(cells, numbers, strict=True) for line in pair]
    assert gutter_of([*left, *right]) is None
    assert gutter_of(table) is None
    gutter = gutter_of(mixed)
    assert gutter == 300
    assert in_reading_order(mixed, gutter) == (*left, *right)


def gutter_of(lines: Sequence[Line]) -> float | None:
    return mixed_gutter([(line.left, line.right) for line in lines], lines)
