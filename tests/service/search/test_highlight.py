"""Snippets are what stands on the page; marks are words of the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.documents import Passage
from service.domain.searching import Crossing, Interpretation, Term
from service.search.highlight import SNIPPET_WORDS, contains, explain


def passage(text: str, language: str = "sv") -> Passage:
    return Passage("p", "d", 0, text, (), 1, 1, 0, len(text), language)


def marked(question: str, text: str, language: str = "sv") -> list[str]:
    pieces, _ = explain(passage(text, language), Interpretation(question, language))
    return [piece.text for piece in pieces if piece.marked]


WORDS = st.sampled_from(
    "insats insatserna vården 22-018-S01 och 🙂 👩\u200d🔬 <script> שלום العمل \u202eabc A\u030are &amp; . rehabilitering\n".split(
        " "
    )
)
TEXT = st.one_of(st.text(max_size=600), st.lists(WORDS, max_size=150).map(" ".join))


@given(TEXT, st.one_of(st.text(min_size=1, max_size=80), st.lists(WORDS, min_size=1, max_size=8).map(" ".join)))
def test_the_snippet_is_a_stretch_of_the_passage_and_marks_whole_words_of_it(text: str, question: str) -> None:
    pieces, why = explain(passage(text), Interpretation(question, "sv"))
    shown = "".join(piece.text for piece in pieces)
    assert shown in text
    assert len(shown.split()) <= SNIPPET_WORDS
    assert all(piece.text for piece in pieces)
    assert all(word in text for word in why.words)
    assert "och" not in {piece.text for piece in pieces if piece.marked}


def test_inflections_and_compounds_are_marked_and_function_words_are_not() -> None:
    assert marked("hur påverkar insatsen sjukfrånvaro i vården", "Insatserna i vården sänkte sjukfrånvaron.") == [
        "Insatserna",
        "vården",
        "sjukfrånvaron",
    ]


@pytest.mark.parametrize(
    ("question", "text", "language", "words"),
    [
        ("fattigdom", "Barnfattigdomen ökade.", "sv", ["Barnfattigdomen"]),
        ("arbetsmarknadsinsatser", "Insatsen på arbetsmarknaden", "sv", ["Insatsen", "arbetsmarknaden"]),
        ("rehabilitering", "The rehabilitation programme", "en", ["rehabilitation"]),
        ("internet", "An international programme", "en", []),
        ("och i det som", "Det som är och det i vardagen", "sv", []),
    ],
)
def test_what_counts_as_the_same_word(question: str, text: str, language: str, words: list[str]) -> None:
    assert marked(question, text, language) == words


def test_a_diary_number_is_marked_whole_and_its_parts_never() -> None:
    text = "Projekt 22\u2013018\u2013S01 fick 22 deltagare, 018 i kö, och 22-019-S01 fick 30."
    assert marked("22-018-S01", text) == ["22\u2013018\u2013S01"]
    _, why = explain(passage(text), Interpretation("22-018-S01", "und", codes=("22-018-S01",)))
    assert (why.codes, why.words) == (("22-018-S01",), ())


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
    assert not contains("en kort tidning", "kort tid")
    _, why = explain(passage("Den korta\ntiden."), Interpretation("”korta tiden”", "sv", phrases=("korta tiden",)))
    assert why.phrases == ("korta tiden",)


BRIDGED = Interpretation(
    "stöd till UVAS i arbete",
    "sv",
    crossings=(
        Crossing(
            "UVAS", Term("UVAS", "sv"), (Term("NEET", "en"), Term("not in education, employment or training", "en"))
        ),
    ),
)


def test_terms_from_the_bridge_are_marked_whole_as_such() -> None:
    text = "For people not in education,\nemployment or training (NEETs) work in arbete is training."
    pieces, why = explain(passage(text, "en"), BRIDGED)
    assert [(piece.text, piece.bridged) for piece in pieces if piece.marked] == [
        ("not in education,\nemployment or training", True),
        ("NEETs", True),
        ("arbete", False),
    ]
    assert "".join(piece.text for piece in pieces) == text
    assert why.bridged == ("not in education, employment or training", "NEETs")
    assert why.words == ("arbete",)


def test_a_part_of_a_term_from_the_bridge_is_no_reason() -> None:
    pieces, why = explain(passage("Education and training for all.", "en"), BRIDGED)
    assert why.meaning_only
    assert not any(piece.marked for piece in pieces)
