"""From two legs to one order."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.vectors import Candidate
from service.search.fusion import ACROSS, BRIDGED, UNKNOWN, WITHIN, fuse, weight

CANDIDATE = st.builds(
    Candidate,
    st.uuids().map(str),
    st.just("d"),
    st.sampled_from(["sv", "en"]),
    st.floats(-1, 1),
    st.floats(0, 40),
)


def candidate(name: str, dense: float, lexical: float, language: str = "sv") -> Candidate:
    return Candidate(name, "d", language, dense, lexical)


def test_meaning_weighs_more_across_languages() -> None:
    assert weight("sv", "sv") == WITHIN < ACROSS == weight("sv", "en") == weight("en", "sv")


def test_words_say_more_across_languages_when_the_bridge_gave_them() -> None:
    assert WITHIN < BRIDGED == weight("sv", "en", bridged=True) < ACROSS
    assert weight("sv", "sv", bridged=True) == WITHIN
    pool = [candidate("says", 0.5, 9.0, "en"), candidate("means", 0.9, 0.0, "en"), candidate("low", 0.1, 0.0, "en")]
    alone, bridged = ({c.id: score for c, score in fuse(pool, "sv", bridged=crossed)} for crossed in (False, True))
    assert bridged["says"] > alone["says"]
    assert bridged["means"] < alone["means"]


def test_an_unknown_language_on_either_side_lies_between() -> None:
    assert WITHIN < UNKNOWN == weight("und", "sv") == weight("sv", "und") < ACROSS


def test_words_are_compared_within_the_language_of_the_passages() -> None:
    """Few words are shared across languages: the best of the English passages is still the best of the English ones."""
    pool = [candidate("near", 0.8, 12.0, "en"), candidate("far", 0.8, 2.0, "en"), candidate("own", 0.7, 30.0)]
    scores = {found.id: score for found, score in fuse(pool, "sv")}
    assert scores["near"] - scores["far"] > 0.5 * (1 - ACROSS)


def test_a_stray_passage_that_shares_a_year_is_no_match() -> None:
    pool = [candidate("stray", 0.5, 1.0, "en"), candidate("other", 0.5, 0.0, "en"), candidate("own", 0.7, 30.0)]
    scores = {found.id: score for found, score in fuse(pool, "sv")}
    assert scores["stray"] - scores["other"] < 0.2 * (1 - ACROSS)


def test_a_passage_in_the_other_language_wins_on_meaning_alone() -> None:
    order = fuse([candidate("other", 0.9, 0.0, "en"), candidate("weak", 0.2, 3.0), candidate("none", 0.1, 0.0)], "sv")
    assert [found.id for found, _ in order] == ["other", "weak", "none"]


def test_shared_words_decide_between_passages_that_mean_as_much() -> None:
    order = fuse([candidate("a", 0.5, 0.0), candidate("b", 0.5, 9.0)], "sv")
    assert [found.id for found, _ in order] == ["b", "a"]


def test_ties_are_broken_by_id() -> None:
    assert [found.id for found, _ in fuse([candidate("b", 0.5, 1.0), candidate("a", 0.5, 1.0)], "sv")] == ["a", "b"]


@given(st.lists(CANDIDATE, max_size=30), st.sampled_from(["sv", "en", "und"]))
def test_scores_lie_between_nought_and_one_and_fall(candidates: list[Candidate], language: str) -> None:
    order = fuse(candidates, language)
    scores = [score for _, score in order]
    assert sorted(scores, reverse=True) == scores
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)
    assert {found.id for found, _ in order} == {one.id for one in candidates}
