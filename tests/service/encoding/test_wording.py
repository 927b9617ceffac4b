"""The same text is told by its letters and digits."""

import pytest

from service.encoding.wording import wording

TEXT = "Polismyndigheten redovisade 43 procent av målet, bl.a. i Norrbotten."


@pytest.mark.parametrize(
    "other",
    [
        TEXT,
        TEXT.replace(" ", "\n"),
        TEXT.replace("Polismyndigheten", "Polis\N{SOFT HYPHEN}myndig\N{SOFT HYPHEN}heten"),
        TEXT.replace("redovisade", "redo visade"),
        TEXT.replace("bl.a.", "bl a"),
        TEXT.upper(),
    ],
)
def test_setting_makes_no_difference(other: str) -> None:
    assert wording(other) == wording(TEXT)


@pytest.mark.parametrize(
    ("word", "other"),
    [("43", "34"), ("Norrbotten", "Västerbotten"), ("redovisade", "redovisar"), ("målet", "malet"), ("43", "4 3 0")],
)
def test_words_and_figures_make_a_difference(word: str, other: str) -> None:
    assert wording(TEXT.replace(word, other)) != wording(TEXT)
