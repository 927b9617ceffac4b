"""Titles and years as files state them."""

import pytest

from ingest.readers.facts import sensible_title, year_of


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - Slutrapport.doc",
        "slutrapport_v3.docx",
        "PowerPoint-presentation",
        "Namnlös",
        "untitled",
        "Dokument1",
        "2015-00394",
        "- 1 -",
        "x" * 300,
        "",
    ],
)
def test_titles_that_no_person_wrote_are_passed_over(title: str) -> None:
    assert sensible_title(title, None, "Nya vägar till arbete") == "Nya vägar till arbete"


def test_title_is_cleaned() -> None:
    assert sensible_title("  Nya\u00a0vägar \n till\u00ad arbete ") == "Nya vägar till arbete"


@pytest.mark.parametrize(
    ("title", "stamps", "cover", "year"),
    [
        ("Slutrapport 2019", ["D:2021"], "Publicerad 2020", 2019),
        ("Slutrapport", ["D:20210301"], "Malmö, mars 2020", 2020),
        ("Slutrapport", ["D:20210301"], "", 2021),
        ("Socialfonden 2014–2020", ["D:20180101"], "", 2018),
        ("Från 2017 till 2019", [None, "2020-02-01"], "", 2020),
        ("Diarienummer 2015/00394", [], "", None),
        ("Året var 1789", ["D:1601"], "", None),
    ],
)
def test_year(title: str, stamps: list[str | None], cover: str, year: int | None) -> None:
    assert year_of(title, stamps, cover) == year
