"""Figures in sentences, with what they are a part of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.quantities import MOST, quantities

Figure = tuple[float, str, float | None]


def figures(sentence: str) -> list[Figure]:
    """Return value, unit and whole of each figure."""
    return [(one.value, one.unit, one.of) for one in quantities(sentence)]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("45 % i arbete eller studier, n = 212", (45, "%", 212)),
        ("Andelen var 45 procent (n=212).", (45, "%", 212)),
        ("Av 297 deltagare hade 36 procent ökat sin arbetstid.", (36, "%", 297)),
        ("33 av 61 kvinnor fick jobb.", (33, "kvinnor", 61)),
        ("112 of 284 participants had a job.", (112, "participants", 284)),
        ("Of 391 unemployed participants over 55, 58 have found work.", (391, "participants", None)),
        ("Insatsen kostade 18 400 kronor per person.", (18400, "kronor", None)),
        ("It cost 118,000 euros.", (118000, "euros", None)),
        ("Priset var €250.", (250, "€", None)),
        ("Av de 186 ungdomar som avslutades före sista december 2024 hade 79 ett arbete.", (79, "", 186)),
        ("37,5 procent slutade.", (37.5, "%", None)),
    ],
)
def test_a_figure_is_read(sentence: str, wanted: Figure) -> None:
    assert wanted in figures(sentence)


def test_years_and_numbers_of_sections_are_none() -> None:
    assert figures("Projektet startade 2021, se avsnitt 3.2.") == []


def test_a_place_is_read_once() -> None:
    assert figures("112 of 284 participants (39 %) had a job.") == [(112, "participants", 284), (39, "%", None)]


def test_the_quote_stands_in_the_sentence() -> None:
    sentence = "Av 297 deltagare hade 36 procent ökat sin arbetstid."
    assert all(one.quote in sentence for one in quantities(sentence))


@given(st.text(alphabet="0123456789 ,.%avof()n=€kronr", max_size=80))
def test_anything_can_be_read(text: str) -> None:
    found = quantities(text)
    assert len(found) <= MOST
    assert all(one.quote in text for one in found)
