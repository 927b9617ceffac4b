"""Words broken over two lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.hyphens import HYPHENS, ends_broken, hyphenated_words, join_broken


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("utvärde-", "ringen visar", "utvärderingen visar"),
        ("i utvärde\x02", "ringen", "i utvärderingen"),
        ("i utvärde\ufffe", "ringen", "i utvärderingen"),
        ("utvärde\u00ad", "Ringen", "utvärdeRingen"),
        ("ESF-", "rådet", "ESF-rådet"),
        ("åren 2014-", "2020", "åren 2014-2020"),
        ("på 70-", "talet", "på 70-talet"),
        ("e-", "post", "e-post"),
        ("vård-", "och omsorg", "vård- och omsorg"),
        ("social-", "and health care", "social- and health care"),
        ("Nord-", "Sverige", "Nord-Sverige"),
        ("ARBETSMARK-", "NADEN", "ARBETSMARKNADEN"),
        ("ESF-råds-", "mötet", "ESF-rådsmötet"),
    ],
)
def test_hyphen_goes_only_when_it_marked_the_line_end(line: str, following: str, joined: str) -> None:
    assert ends_broken(line)
    assert join_broken(line, following) == joined


def test_document_that_writes_the_hyphen_elsewhere_keeps_it() -> None:
    written = hyphenated_words(["Det är en icke-formell metod."])
    assert join_broken("en icke-", "formell", written) == "en icke-formell"
    assert join_broken("en icke-", "formell") == "en ickeformell"


@pytest.mark.parametrize("line", ["", "-", "–", "punkt.", "ett -", "streck –"])
def test_a_dash_is_no_broken_word(line: str) -> None:
    assert not ends_broken(line)


@given(st.text(min_size=1), st.sampled_from(HYPHENS), st.text())
def test_no_letter_is_ever_lost(stem: str, hyphen: str, following: str) -> None:
    joined = join_broken(stem + hyphen, following)
    assert [c for c in joined if c.isalnum()] == [c for c in stem + following if c.isalnum()]
