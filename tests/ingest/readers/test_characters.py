"""Encodings and cleaning."""

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.characters import clean, decode
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

SWEDISH = "Förändringsarbetet på ön gav 15 % fler – äntligen! "


@pytest.mark.parametrize(
    "data",
    [
        SWEDISH.encode(),
        SWEDISH.encode("utf-8-sig"),
        SWEDISH.encode("utf-16"),
        codecs.BOM_UTF16_BE + SWEDISH.encode("utf-16-be"),
        SWEDISH.encode("cp1252"),
    ],
)
def test_usual_encodings_give_the_same_text(data: bytes) -> None:
    assert decode(data) == SWEDISH


def test_cut_off_utf8_loses_only_its_last_letter() -> None:
    assert decode((SWEDISH * 3 + "å").encode()[:-1]) == SWEDISH * 3


@pytest.mark.parametrize("data", [random.Random(7).randbytes(2_000), b"\x00\x01binary", bytes(range(1, 32)) * 9])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ReadingFailed) as failed:
        decode(data)
    assert failed.value.reason is Reason.UNKNOWN_FORMAT


def test_half_a_utf16_character_is_damage() -> None:
    with pytest.raises(ReadingFailed) as failed:
        decode(SWEDISH.encode("utf-16")[:-1])
    assert failed.value.reason is Reason.DAMAGED


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("e\u0301 a\u030a", "é å"),
        ("eﬀektiv och oﬃciell", "effektiv och officiell"),
        ("in\u00adforma\u200btion", "information"),
        ("10\u00a0000 kr\t\tnetto", "10 000 kr netto"),
        ("ett\r\ntvå\rtre\u2028fyra", "ett\ntvå\ntre\nfyra"),
        ("a\u202eb\x07c\ud800d", "abcd"),
        ("\uf0b7 punkt", "• punkt"),
    ],
)
def test_text_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
