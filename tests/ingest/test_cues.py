"""Cues: the list is sound, and they are found as it says."""

import csv
from importlib.resources import files

from ingest.cues import Match, finder, words_of
from service.domain.findings import FindingType
from service.domain.labels import labels

ROWS = list(
    csv.DictReader(
        files("service.domain.codes").joinpath("finding_cues.csv").read_text(encoding="utf-8").splitlines(),
        delimiter=";",
    )
)
CODES = {
    "type": {kind.value for kind in FindingType},
    "heading": {*FindingType, "out"},
    "obstacle": set(labels("obstacle_codes")),
    "target": set(labels("target_groups")),
    "level": set(labels("finding_levels")),
    "polarity": set(labels("finding_polarities")),
    "criterion": set(labels("evaluation_criteria")),
    "evidence": set(labels("evidence_labels")),
    "stage": set(labels("innovation_stages")),
    "benefit": set(labels("benefit_types")),
    "addressee": set(labels("addressees")),
}


def found(text: str, language: str = "sv", name: str = "type") -> dict[str, list[str]]:
    """Return the words of the cues of a list that a sentence holds, by code."""
    words = words_of(text)
    matches: list[Match] = [match for match in finder(language).find(words) if match.list == name]
    return {
        match.code: [" ".join(words[m.first : m.last + 1]) for m in matches if m.code == match.code]
        for match in matches
    }


def test_types_have_names() -> None:
    assert list(labels("finding_types")) == [kind.value for kind in FindingType]


def unsound(row: dict[str, str]) -> bool:
    """Return whether a row of the list breaks its rules."""
    codes = CODES.get(row["list"], {row["code"]})
    return (
        row["language"] not in {"sv", "en"}
        or not 0 <= float(row["weight"]) <= 2
        or row["cue"] != row["cue"].strip().lower()
        or row["code"] not in codes
        or row["negated"] not in {"", "-", *codes}
    )


def test_the_cues_are_sound() -> None:
    assert len(ROWS) > 1_000
    assert [row for row in ROWS if unsound(row)] == []


def test_no_cue_is_there_twice() -> None:
    keys = [(row["list"], row["code"], row["language"], row["cue"]) for row in ROWS]
    assert len(set(keys)) == len(keys)


def test_words_are_found_in_their_forms() -> None:
    assert "rekommenderar" in found("Vi rekommenderar att kommunen tar över.")["recommendation"]
    assert "personalomsättningen" in found("Den höga personalomsättningen märktes.")["obstacle"]


def test_english_has_its_own() -> None:
    assert "recommend that" in found("We recommend that the city takes over.", "en")["recommendation"]
    assert "recommendation" not in found("We recommend that the city takes over.", "sv")


def test_an_unknown_language_is_looked_at_with_both() -> None:
    both = found("Vi rekommenderar en annan väg.", "und") | found("We recommend that it ends.", "und")
    assert "recommendation" in both


def test_a_gap_stands_for_some_words() -> None:
    assert found("Arbetsförmedlingen och den lokala Försäkringskassan träffades.")["collaboration"]
    assert "collaboration" not in found("Arbetsförmedlingen hade i går ett eget långt möte om Försäkringskassan.")


def test_a_longer_cue_replaces_a_shorter_one() -> None:
    weight = {
        match.weight for match in finder("sv").find(words_of("Det bör ha märkts.")) if match.code == "recommendation"
    }
    assert max(weight) < 0.2


def test_traps_count_for_nothing() -> None:
    assert "recommendation" not in found("Regeringen föreslår en ny lag.")
    assert "evalmethod" not in found("She had a job interview.", "en")


def test_a_denied_success_is_none() -> None:
    assert "success" in found("Lokalen var avgörande.")
    assert "success" not in found("Lokalen var inte avgörande.")


def test_a_denied_good_is_bad() -> None:
    assert "fungerade_inte" in found("Samarbetet har inte fungerat väl.", name="polarity")


def test_the_start_of_a_sentence_can_be_asked_for() -> None:
    assert "avsätt" in found("Avsätt tid för handledning.")["recommendation"]
    assert "recommendation" not in found("De har avsatt tid.")


def test_numbers_are_words() -> None:
    assert words_of("1 200 av 3,5 och 45 %") == ["1 200", "av", "3,5", "och", "45", "%"]
