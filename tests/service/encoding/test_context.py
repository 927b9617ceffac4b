"""What is encoded of a passage beyond its own words."""

from service.encoding.context import context_text
from service.encoding.terms import encode_question, words_of


def test_title_headings_and_diary_number_come_before_the_text() -> None:
    text = context_text("Steget in", "22-018-S01", ("Resultat", "Hinder"), "Tiden var för kort.")
    assert text == "Steget in · Resultat · Hinder · 22-018-S01\nTiden var för kort."
    assert "22-018-s01" in words_of(text)
    assert len(encode_question("22-018-S01", "und").ids) > 0


def test_a_heading_that_repeats_the_title_and_what_is_empty_add_nothing() -> None:
    assert context_text("Steget in", "", ("Steget in", " "), "Text.") == "Steget in\nText."
    assert context_text("", "", (), "Text.") == "Text."
