"""The term bridge: which terms are found in a question, and what they bring along."""

from pathlib import Path

import pytest

from service.domain.searching import Term
from service.encoding.bridge import Bridge
from service.encoding.terms import BRIDGE_WEIGHT, encode_passages, encode_question
from service.errors import SettingInvalid
from service.settings import BUNDLED_BRIDGE

FILE = """sv;en
UVAS | unga som varken arbetar eller studerar;NEET
arbetsintegrerande socialt företag | ASF;work integration social enterprise | WISE
arbetsförmåga;work ability
nedsatt arbetsförmåga;reduced work ability
arbetslivsinriktad rehabilitering;vocational rehabilitation
lönebidrag;
"""


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return written(tmp_path, FILE.encode())


def written(folder: Path, content: bytes) -> Bridge:
    path = folder / "bridge.csv"
    path.write_bytes(content)
    return Bridge.open(path)


def brought(bridge: Bridge, text: str) -> dict[str, list[str]]:
    return {crossing.written: [term.text for term in crossing.terms] for crossing in bridge.crossings(text)}


def test_a_term_brings_its_other_names_in_both_languages(bridge: Bridge) -> None:
    assert brought(bridge, "Vad hjälper UVAS?") == {"UVAS": ["unga som varken arbetar eller studerar", "NEET"]}
    assert bridge.crossings("NEET")[0].terms[0] == Term("UVAS", "sv")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("den arbetslivsinriktade rehabiliteringen", "arbetslivsinriktade rehabiliteringen"),
        ("Arbetsintegrerande sociala företagen växer", "Arbetsintegrerande sociala företagen"),
        ("two work integration social enterprises", "work integration social enterprises"),
        ("How are NEETs reached?", "NEETs"),
        ("en UVAS-grupp", "UVAS"),
        ("uvas i norr", "uvas"),
    ],
)
def test_inflected_terms_and_abbreviations_are_known(bridge: Bridge, text: str, term: str) -> None:
    assert list(brought(bridge, text)) == [term]


@pytest.mark.parametrize("text", ["a wise decision", "unga som arbetar", "social rehabilitering", "lönebidrag", ""])
def test_other_words_and_parts_of_terms_bring_nothing(bridge: Bridge, text: str) -> None:
    assert brought(bridge, text) == {}


def test_the_longest_term_counts(bridge: Bridge) -> None:
    assert brought(bridge, "nedsatt arbetsförmåga") == {"nedsatt arbetsförmåga": ["reduced work ability"]}


def test_names_that_the_question_already_has_are_not_brought_again(bridge: Bridge) -> None:
    assert brought(bridge, "ASF, på engelska WISE") == {
        "ASF": ["arbetsintegrerande socialt företag", "work integration social enterprise"]
    }


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    bridge = written(tmp_path, "\ufeffsv;en\r\nUVAS;NEET\r\n".encode())
    assert brought(bridge, "UVAS") == {"UVAS": ["NEET"]}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line_1"),
        (b"UVAS;NEET\n", "line_1"),
        (b"sv;en\nUVAS;NEET\nASF\n", "line_3"),
        (b"sv;en\nUVAS;NEET;NINI\n", "line_2"),
        ("sv;en\nlönebidrag;wage subsidy\n".encode("latin-1"), "not_utf8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(SettingInvalid) as raised:
        written(tmp_path, content)
    assert raised.value.facts["setting"] == "KB_TERM_BRIDGE"
    assert raised.value.facts["problem"] == problem


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid):
        Bridge.open(tmp_path / "none.csv")


def test_the_bundled_file_knows_the_terms_of_the_field() -> None:
    bridge = Bridge.open(BUNDLED_BRIDGE)
    for text, other in (
        ("UVAS", "NEET"),
        ("arbetsintegrerande sociala företag", "WISE"),
        ("arbetslivsinriktad rehabilitering", "vocational rehabilitation"),
        ("coordination association", "samordningsförbund"),
    ):
        assert other in [term.text for crossing in bridge.crossings(text) for term in crossing.terms]
    assert bridge.crossings("How do we do it?") == ()


def test_a_bridged_term_counts_less_than_the_same_word_in_the_question() -> None:
    passage = encode_passages(["Programmes for NEET"], ["en"])[0]
    known = dict(zip(passage.ids.tolist(), passage.weights.tolist(), strict=True))

    def score(text: str, *also: Term) -> float:
        vector = encode_question(text, "sv", also)
        pairs = zip(vector.ids.tolist(), vector.weights.tolist(), strict=True)
        return float(sum(known.get(number, 0.0) * weight for number, weight in pairs))

    assert score("UVAS") == 0
    assert score("UVAS", Term("NEET", "en")) == pytest.approx(BRIDGE_WEIGHT * score("NEET"))
    assert 0 < score("UVAS", Term("NEET in work", "en")) < score("UVAS", Term("NEET", "en"))
