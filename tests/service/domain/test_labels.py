"""Code lists: sound files, and names in both languages."""

import csv
from datetime import date
from importlib.resources import files

import pytest

from service.domain.labels import label, labels

LISTS = sorted(
    file.name.removesuffix(".csv")
    for file in files("service.domain.codes").iterdir()
    if file.name.endswith(".csv") and file.name not in {"operation_columns.csv", "finding_cues.csv"}
)


def rows(name: str) -> list[list[str]]:
    """Return the cells of a list, its header first."""
    text = files("service.domain.codes").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_the_lists_are_there() -> None:
    assert {"document_types", "intervention_fields", "programme_areas", "regions", "specific_objectives"} <= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_sound(name: str) -> None:
    header, *body = rows(name)
    assert header == ["code", "sv", "en", "source", "checked_on"]
    assert all(len(row) == 5 and all(cell == cell.strip() and cell for cell in row) for row in body)
    assert len({row[0] for row in body}) == len(body)
    assert all(date.fromisoformat(row[4]) for row in body)


@pytest.mark.parametrize(
    ("name", "code", "swedish", "english"),
    [
        ("programme_areas", "E", "Social innovation", "Social innovation"),
        ("programme_areas", "C", "Minska risken för ekonomisk utsatthet", "Reduce the risk of financial vulnerability"),
        ("specific_objectives", "ESO4.8", "Aktiv inkludering och anställbarhet", "Active inclusion and employability"),
        ("regions", "SE22", "Sydsverige", "South Sweden"),
        (
            "intervention_fields_2014",
            "117",
            "Lika tillgång till livslångt lärande",
            "Equal access to lifelong learning",
        ),
        ("document_types", "slutrapport", "slutrapport", "final report"),
    ],
)
def test_names_in_both_languages(name: str, code: str, swedish: str, english: str) -> None:
    assert (label(name, code, "sv"), label(name, code, "en")) == (swedish, english)


def test_the_eight_regions_and_the_whole_country_have_names() -> None:
    assert {"SE0", "SE11", "SE12", "SE21", "SE22", "SE23", "SE31", "SE32", "SE33"} <= labels("regions").keys()


def test_an_unknown_code_is_its_own_name() -> None:
    assert label("intervention_fields", "999", "sv") == "999"
    assert label("regions", "", "en") == ""


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        label("no_such_list", "A", "sv")
