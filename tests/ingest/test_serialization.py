"""Read documents on their way from a child to its parent."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.reading import Facts, ReadingFailed
from ingest.serialization import Malformed, decode_answer, encode_document, encode_failure
from ingest.understanding import ReadDocument
from service.domain.documents import Heading, Page, Passage, Reason
from service.domain.findings import Finding, FindingType, Quantity, Why
from service.domain.projects import Project

DOCUMENT = ReadDocument(
    facts=Facts("Nya vägar", "slutrapport", 2023, {"keywords": "NEET"}),
    pages=(Page(1, "iv", "Text med å", "sv", (Heading(0, 1, "Text"),)), Page(2, "", "", "und", (), "23-142-S01")),
    passages=(Passage("id", "doc", 0, "Text", ("Kapitel", "Avsnitt"), 1, 2, 0, 4, "sv", None),),
    findings=(
        Finding(
            "id",
            "doc",
            FindingType.RESULT,
            0.75,
            0,
            4,
            Why("resultat", ("procent",), 0.5),
            level="individ",
            target_groups=("07",),
            numbers=(Quantity(45.0, "%", 212.0, "45 %"), Quantity(3.0, "", None, "3")),
        ),
    ),
    projects=(
        Project(
            "23-142-S01",
            "23-142-S01",
            "Nya vägar",
            start=date(2023, 1, 1),
            eu_rate=40.0,
            participants=0,
            strategic=True,
        ),
    ),
    language="sv",
    diary_number="23-142-S01",
)


def test_document_arrives_as_it_was_sent() -> None:
    assert decode_answer(encode_document(DOCUMENT)) == DOCUMENT


def test_failure_arrives_as_it_was_sent() -> None:
    with pytest.raises(ReadingFailed) as failed:
        decode_answer(encode_failure(ReadingFailed(Reason.NEEDS_OCR, "3 sidor")))
    assert (failed.value.reason, failed.value.detail) == (Reason.NEEDS_OCR, "3 sidor")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", 7),
        ("diary_number", None),
        ("facts", ["t", "", "2023", {}]),
        ("facts", ["t", "", None, {"a": 1}]),
        ("pages", [["1", "", "t", "sv", [], None]]),
        ("pages", [[1, "", "t", "sv", [[0, 1]], None]]),
        ("pages", [[True, "", "t", "sv", [], None]]),
        ("passages", [["id", "doc", 0, {"text": "x"}, [], 1, 1, 0, 1, "sv", None]]),
        ("passages", [["id"]]),
        ("passages", {"0": 1}),
        ("projects", [["only an id"]]),
    ],
)
def test_wrong_shape_is_malformed(field: str, value: object) -> None:
    answer = json.loads(encode_document(DOCUMENT))
    answer[field] = value
    with pytest.raises(Malformed):
        decode_answer(json.dumps(answer).encode())


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'"reason"', b"[" * 100_000, b'{"reason":"no such","detail":""}', b"\xff"]
)
def test_what_is_no_answer_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode_answer(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_malformed_or_read(value: object) -> None:
    with pytest.raises(Malformed):
        decode_answer(json.dumps(value).encode())
