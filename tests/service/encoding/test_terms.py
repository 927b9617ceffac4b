"""Words to sparse vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.vectors import Sparse
from service.encoding.compounds import parts
from service.encoding.lemmas import lemma
from service.encoding.terms import codes_of, encode_passages, encode_question, forms, words_of


def shared(question: str, passage: str, language: str = "sv", passage_language: str = "sv") -> float:
    a, b = encode_question(question, language), encode_passages([passage], [passage_language])[0]
    _, left, right = np.intersect1d(a.ids, b.ids, return_indices=True)
    return float(a.weights[left] @ b.weights[right])


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("insatserna", "insats"),
        ("kvinnans", "kvinna"),
        ("män", "man"),
        ("bättre", "bra"),
        ("deltagarnas", "deltagare"),
        ("arbetet", "arbete"),
        ("systemet", "system"),
    ],
)
def test_swedish_lemmas(form: str, base: str) -> None:
    assert lemma(form, "sv") == base


@pytest.mark.parametrize("word", ["plan", "uppdrag", "bank", "nämnd", "kris", "åtgärd"])
def test_a_noun_is_its_own_lemma_and_no_form_of_a_verb(word: str) -> None:
    assert lemma(word, "sv") == word


def test_a_compound_in_no_dictionary_gets_the_lemma_of_its_last_part() -> None:
    assert lemma("innovationssystemet", "sv") is None
    assert forms("innovationssystemet", "sv") == ("innovationssystem",)
    assert forms("xyzzyqwerty", "sv") == ("xyzzyqwerty",)


def test_words_of_common_origin_meet_across_languages_less_than_the_same_word() -> None:
    across = shared("rehabilitering", "rehabilitation", passage_language="en")
    assert 0 < across < shared("rehabilitering", "rehabilitering")


def test_english_lemmas_and_unknown_words() -> None:
    assert lemma("programmes", "en") == "programme"
    assert lemma("xyzzyqwerty", "sv") is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("arbetsmarknadsinsats", {"arbetsmarknad", "insats"}),
        ("kompetensförsörjning", {"kompetens", "försörjning"}),
        ("personalomsättning", {"personal", "omsättning"}),
        ("barnfattigdom", {"barn", "fattigdom"}),
        ("försörjningsstöd", {"försörjning", "stöd"}),
        ("samhällsutmaning", {"samhälle", "utmaning"}),
        ("miljökvalitetsmål", {"miljö", "kvalitet", "mål"}),
        ("jordbrukslagen", {"jordbruk", "lag"}),
        ("livskvalitet", {"liv", "kvalitet"}),
    ],
)
def test_compounds_are_also_about_their_parts(word: str, expected: set[str]) -> None:
    assert expected <= set(parts(word))


@pytest.mark.parametrize(
    "word", ["samverkan", "förändring", "deltagare", "utbildning", "verksamhet", "organisation", "möjlighet"]
)
def test_words_that_only_look_like_compounds_stay_whole(word: str) -> None:
    assert parts(word) == ()


def test_inflections_and_compounds_meet_and_strangers_do_not() -> None:
    assert shared("insats", "Insatserna för unga") > 1
    assert shared("barnfattigdom", "fattigdom bland barn") > 0
    assert shared("fiske", "Kommunen byggde broar") == 0


def test_diary_and_organisation_numbers_are_exact() -> None:
    for code in ("22-018-S01", "2017/00256", "2008-3050012", "212000-1124"):
        assert code.lower() in words_of(f"Projekt {code}.")
    assert shared("22-018-S01", "22-018-S01") > shared("22-018-S01", "22-019-S01")
    assert shared("22-018-s01", "22\u2013018\u2013S01") == shared("22-018-S01", "22-018-S01")
    assert codes_of("2020\u20132022 och 08-123 45") == []


def test_swedish_letters_are_letters_and_forms_of_unicode_are_one() -> None:
    assert words_of("Åre älv") == ["åre", "älv"]
    assert words_of("A\u030are") == ["åre"]


def test_function_words_alone_make_no_vector() -> None:
    assert len(encode_question("och att det som", "sv").ids) == 0
    assert len(encode_passages([""], ["sv"])[0].ids) == 0


@given(st.text(max_size=300), st.sampled_from(["sv", "en", "und"]))
def test_any_text_makes_a_sound_vector(text: str, language: str) -> None:
    for vector in (encode_passages([text], [language])[0], encode_question(text, language)):
        assert isinstance(vector, Sparse)
        assert len(vector.ids) == len(vector.weights)
        assert (np.diff(vector.ids.astype(np.int64)) > 0).all()
        assert np.isfinite(vector.weights).all()
        assert (vector.weights > 0).all()


def test_passages_together_get_the_vectors_that_each_gets_alone() -> None:
    texts = ["Stöd till unga som varken arbetar eller studerar", "", "unga unga unga", "Support for young people", ""]
    languages = ["sv", "sv", "und", "en", "en"]
    for text, language, together in zip(texts, languages, encode_passages(texts, languages), strict=True):
        alone = encode_passages([text], [language])[0]
        assert together.ids.tolist() == alone.ids.tolist()
        assert together.weights.tolist() == alone.weights.tolist()


def test_a_word_that_comes_often_counts_more_but_never_without_end() -> None:
    few, many, very_many = (encode_passages([" ".join(["insats"] * n)], ["sv"])[0].weights.max() for n in (1, 5, 500))
    assert few < many < 2.2
    assert few < very_many < 2.2
