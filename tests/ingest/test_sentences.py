"""Sentences of passages, with their places."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentences_of
from service.domain.documents import Passage


def passage(text: str, language: str = "sv") -> Passage:
    return Passage("p", "d", 0, text, (), 1, 1, 0, len(text), language)


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences_of([passage(text)])]


def test_sentences_end_at_their_marks_and_not_at_abbreviations() -> None:
    assert texts("Det gick bra t.ex. i Umeå. Sedan tog det stopp helt.") == [
        "Det gick bra t.ex. i Umeå.",
        "Sedan tog det stopp helt.",
    ]


def test_a_line_broken_by_the_page_goes_on() -> None:
    assert texts("Det gick bra i de små\nkommunerna i norr.") == ["Det gick bra i de små\nkommunerna i norr."]


def test_each_list_item_is_one_without_its_bullet() -> None:
    assert texts("Vi föreslår:\n• Avsätt mer tid\n• Utse en ansvarig chef")[-2:] == [
        "Avsätt mer tid",
        "Utse en ansvarig chef",
    ]


def test_a_label_alone_on_its_line_is_none() -> None:
    assert texts("Råd till andra projekt\nBörja med att fråga deltagarna.") == ["Börja med att fråga deltagarna."]


@given(st.text(alphabet="aÅ. !?\n•-–:1”", max_size=120))
def test_places_are_right_and_in_order(text: str) -> None:
    position = 0
    for sentence in sentences_of([passage(text)]):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= position
        position = sentence.end
