"""Tables of contents, and texts that only look like them."""

import pytest

from ingest.contents import contents_spans

NAMES = ("Inledning", "Uppdraget", "Metod och genomförande", "Resultat", "Lärdomar", "Slutsatser", "Källor", "Bilagor")


def entries(pattern: str, count: int = 8) -> str:
    """Return lines of names and rising page numbers."""
    return "\n".join(pattern.format(name=name, page=3 + 2 * n) for n, name in enumerate(NAMES[:count]))


@pytest.mark.parametrize(
    "text",
    [
        entries("{name} ............ {page}"),
        entries("{name} . . . . . . {page}", 4),
        entries("{name}……{page}"),
        entries("{name}____{page}"),
        "Innehåll\n" + entries("{name} {page}", 5),
        "INNEHÅLLSFÖRTECKNING\n\n" + entries("1.1 {name}  {page}", 5),
        "Table of contents\n" + entries("{name} {page}", 4),
        entries("{name} {page}", 8),
        "Innehåll\n" + entries("Ett namn som behöver\ntvå rader, {name} {page}", 5),
    ],
)
def test_tables_of_contents_are_found_whole(text: str) -> None:
    assert contents_spans(text) == [(0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Deltagarna var nöjda. Det visade enkäten 2023.",
        "Januari 12\nFebruari 15\nMars 18\nApril 22",
        "Malmö 120\nLund 85\nKiruna 40\nUmeå 61\nBorås 33\nKalmar 29\nVisby 12\nÖrebro 77\nFalun 8",
        "\n".join(f"{year} {year // 100}" for year in range(2014, 2026)),
        "Namn ........\nOrt ........",
        "Vi frågade … och de svarade … men ingen visste … varför.",
    ],
)
def test_other_lines_with_numbers_are_left_alone(text: str) -> None:
    assert contents_spans(text) == []


def test_text_before_and_after_is_left_out_of_the_span() -> None:
    text = f"Rapporten är skriven 2023.\n\nInnehåll\n{entries('{name} ..... {page}')}\n\nSedan börjar texten."
    ((start, end),) = contents_spans(text)
    assert text[start:].startswith("Innehåll")
    assert text[end:] == "\n\nSedan börjar texten."


def test_hostile_lines_cost_no_time() -> None:
    assert contents_spans("\n".join(["." * 100_000 + "x", "_ " * 50_000, "a " * 50_000 + "1", "…" * 100_000] * 5)) == []
