"""Snippets are what stands on the page; marks are words of the question."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents import Passage
from service.domain.searching import Interpretation
from service.search.highlight import contains, explain


def passage(text: str, language: str = "sv") -> Passage:
    return Passage("p", "d", 0, text, (), 1, 1, 0, len(text), language)


def marked(question: str, text: str, language: str = "sv") -> list[str]:
    pieces, _ = explain(passage(text), Interpretation(question, language))
    return [piece.text for piece in pieces if piece.marked]


@given(st.text(max_size=600), st.text(min_size=1, max_size=80))
def test_the_snippet_is_a_stretch_of_the_passage(text: str, question: str) -> None:
    pieces, _ = explain(passage(text), Interpretation(question, "sv"))
    assert "".join(piece.text for piece in pieces) in text


def test_inflections_and_compounds_are_marked_and_function_words_are_not() -> None:
    assert marked("hur påverkar insatsen sjukfrånvaro i vården", "Insatserna i vården sänkte sjukfrånvaron.") == [
        "Insatserna",
        "vården",
        "sjukfrånvaron",
    ]


def test_markup_in_a_document_is_text() -> None:
    text = "<script>alert('arbete')</script> & mer"
    assert "".join(piece.text for piece in explain(passage(text), Interpretation("arbete", "sv"))[0]) == text


def test_a_passage_without_shared_words_has_no_marks_and_says_meaning_only() -> None:
    pieces, why = explain(passage("Young people found jobs.", "en"), Interpretation("hemlösa", "sv"))
    assert not any(piece.marked for piece in pieces)
    assert why.meaning_only


def test_the_window_is_where_the_words_are() -> None:
    text = "Inledande ord utan mening. " * 40 + "Här nämns bageriet i byn. " + "Avslutande ord. " * 40
    pieces, why = explain(passage(text), Interpretation("bageri", "sv"))
    assert "bageriet" in "".join(piece.text for piece in pieces)
    assert why.words == ("bageriet",)


def test_a_phrase_is_found_over_line_breaks_and_whatever_the_case() -> None:
    assert contains("Den KORTA\n  tiden var", "korta tiden")
    assert not contains("korta fina tiden", "korta tiden")
    _, why = explain(passage("Den korta\ntiden."), Interpretation("”korta tiden”", "sv", phrases=("korta tiden",)))
    assert why.phrases == ("korta tiden",)
