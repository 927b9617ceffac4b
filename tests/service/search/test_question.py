"""What a question is understood as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.searching import Crossing, Term
from service.encoding.bridge import Bridge
from service.errors import InvalidQuestion
from service.search.question import interpret


@pytest.mark.parametrize("text", ['"kort tid" annat', "”kort tid”", "“kort tid”", "»kort tid«", '"kort tid'])
def test_phrases_in_any_quotation_marks(text: str) -> None:
    assert interpret(text).phrases == (("kort tid",) if text[-1] != "d" or "annat" in text else ())


@pytest.mark.parametrize("text", ["'kort tid' annat", "‘kort tid’", "’kort tid’ annat"])
def test_phrases_in_single_quotation_marks(text: str) -> None:
    assert interpret(text).phrases == ("kort tid",)


@pytest.mark.parametrize(
    "text", ["the projects’ effects and teachers’ work", "EU’s and ESF’s", "1990's and 2000's", "hur? '' nu", '" " hur']
)
def test_apostrophes_and_empty_quotation_marks_quote_nothing(text: str) -> None:
    assert interpret(text).phrases == ()


def test_diary_numbers_in_three_shapes() -> None:
    understood = interpret("jämför 22\u2013018-s01 med 2017/00256 och 2008-3050012")
    assert understood.codes == ("22-018-S01", "2017/00256", "2008-3050012")


@pytest.mark.parametrize("text", ["project 24 226 S01", "24-226 s01?", "(24 226 S01)"])
def test_a_diary_number_as_it_is_read_aloud(text: str) -> None:
    assert interpret(text).codes == ("24-226-S01",)


@pytest.mark.parametrize("text", ["2017-00871", "vad gjorde 2017\u201300871?", "(2017-00871)"])
def test_a_diary_number_as_it_stands_in_addresses_and_names_of_files(text: str) -> None:
    assert interpret(text).codes == ("2017/00871",)


@pytest.mark.parametrize(
    "text", ["i 24 226 fall", "124 226 S01", "24 226 S012", "2020–2022", "08-123 45 67", "1817-00871", "2017-0087"]
)
def test_other_numbers_are_no_diary_numbers(text: str) -> None:
    assert interpret(text).codes == ()


def test_invisible_characters_are_dropped_and_white_space_tidied() -> None:
    assert interpret("  sju\u00adk\u202efrånvaro\x00\n i\u200b vården ").text == "sjukfrånvaro i vården"


@pytest.mark.parametrize(
    ("text", "problem"), [("", "empty"), (" \n\t", "empty"), ('"" - ?', "empty"), ("x" * 501, "too_long")]
)
def test_what_cannot_be_asked(text: str, problem: str) -> None:
    with pytest.raises(InvalidQuestion) as raised:
        interpret(text)
    assert raised.value.facts["problem"] == problem


def test_the_bridge_adds_terms_but_not_for_what_is_quoted() -> None:
    bridge = Bridge([(Term("UVAS", "sv"), Term("NEET", "en"))])
    assert interpret("stöd till UVAS", bridge).crossings == (
        Crossing("UVAS", Term("UVAS", "sv"), (Term("NEET", "en"),)),
    )
    assert interpret("stöd till ”UVAS”", bridge).crossings == ()
    assert interpret("stöd till UVAS").also == ()


@given(st.text(max_size=500))
def test_no_text_breaks_it(text: str) -> None:
    try:
        understood = interpret(text)
    except InvalidQuestion:
        return
    assert understood.text
    assert understood.language in {"sv", "en", "und"}
