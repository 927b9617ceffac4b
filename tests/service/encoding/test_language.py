"""The language of texts and of questions."""

import pytest

from service.encoding.language import SAMPLE, detect, detect_question

SWEDISH = "Samordnaren mötte deltagarna varje vecka och kommunen betalade lokalen, vilket gav trygghet."
ENGLISH = "The coordinator met the participants every week and the municipality paid for the premises."
DANISH = "Koordinatoren mødte deltagerne hver uge, og kommunen betalte lokalet, hvilket gav tryghed."
NORWEGIAN = "Koordinatoren møtte deltakerne hver uke, og kommunen betalte lokalet, noe som ikke var vanlig."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (SWEDISH, "sv"),
        (ENGLISH, "en"),
        (DANISH, "da"),
        (NORWEGIAN, "no"),
        ("MÅLUPPFYLLELSE OCH EFFEKTER FÖR DELTAGARNA", "sv"),
        ("Social innovation och work integration i Malmö är vad rapporten handlar om.", "sv"),
    ],
)
def test_texts_are_told_apart(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "Tabell 3", "12 345 67 89 % (2014–2020) 1 266 500 1 266 500", "هذا نص عن مشروع للشباب في المدينة"]
)
def test_what_cannot_be_told_is_undetermined(text: str) -> None:
    assert detect(text) == "und"


@pytest.mark.parametrize("text", [SWEDISH, ENGLISH, DANISH, NORWEGIAN, "Resultat Result Effekter Effects Metod Method"])
def test_the_same_text_always_gets_the_same_answer(text: str) -> None:
    assert len({detect(text) for _ in range(20)}) == 1


def test_a_long_text_is_judged_by_its_start_and_its_middle() -> None:
    table = "12 345 678 " * SAMPLE
    assert detect(SWEDISH * 3 + table) == "sv"
    assert detect(table + ENGLISH * 3 + table) == "en"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Vad hjälper unga till arbete?", "sv"),
        ("vilka hinder", "sv"),
        ("hemlöshet", "sv"),
        ("samverkan kommun", "sv"),
        ("arbetslivsinriktad rehabilitering", "sv"),
        ("What helps young people into work?", "en"),
        ("how to scale", "en"),
        ("unemployed single parents", "en"),
        ("Which projects in Malmö worked with homeless people?", "en"),
        ("22-018-S01", "und"),
        ("2015/00394", "und"),
        ("?", "und"),
        ("", "und"),
    ],
)
def test_questions_are_told_apart(question: str, language: str) -> None:
    assert detect_question(question) == language
