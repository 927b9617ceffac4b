"""Lists of operations in every form that programmes publish."""

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import openpyxl
import pytest

from ingest.readers.operation_columns import field_of, holds_people
from ingest.readers.operations import read_operations
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

SWEDISH = [
    {
        "ärende-id": "20200940",
        "projektnamn": "Verkstan",
        "stödmottagare": "Norra kommunen",
        "projektbeskrivning": "Unga prövar yrken.\n\nVerkstan är öppen; varje dag.",
        "beviljat_belopp_sek": "3 929 285",
        "projekt_starttid": "2017-01-02",
        "projekt_sluttid": "2020-04-30",
        "län": "Norrbotten",
        "område": "Övre Norrland",
    },
    {
        "ärende-id": "2020/00941",
        "projektnamn": "Broar, \"nya\" broar",
        "stödmottagare": "Föreningen Bro",
        "projektbeskrivning": "Nyanlända möter arbetsgivare.",
        "beviljat_belopp_sek": "okänt",
        "projekt_starttid": "våren 2017",
        "projekt_sluttid": "",
        "län": "Skåne",
        "område": "Sydsverige",
    },
]  # fmt: skip
ENGLISH = {
    "programme": "England 2014-2020",
    "fund": "ESF",
    "name": "New steps",
    "beneficiary": "North Council",
    "summary": "Helps lone parents into work.",
    "start": "01. Nov 15",
    "end": "31. Dez 18",
    "total_cost": "2390607",
    "cofin_rate": "60%",
    "location": "PR1 8XJ",
}


def csv_bytes(
    rows: Sequence[Mapping[str, str]], delimiter: str = ";", encoding: str = "utf-8", before: str = ""
) -> bytes:
    """Return rows as a CSV file, with other lines before the column names if given."""
    out = io.StringIO(before)
    out.seek(0, io.SEEK_END)
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """Return a workbook of sheets of rows."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def json_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (csv_bytes(SWEDISH), "lista.csv"),
        (csv_bytes(SWEDISH, ","), "lista.csv"),
        (csv_bytes(SWEDISH, "\t", "utf-16"), "lista.csv"),
        (csv_bytes(SWEDISH, "|", "utf-8-sig"), "LISTA.CSV"),
        (csv_bytes(SWEDISH, ";", "cp1252"), "lista.csv"),
        (csv_bytes(SWEDISH, ";", "utf-8", "sep=;\nBeviljade projekt; hela landet\n\n"), "lista.csv"),
        (gzip.compress(csv_bytes(SWEDISH)), "lista.csv.gz"),
        (json_bytes(SWEDISH), "lista.json"),
        (b"\xef\xbb\xbf" + json_bytes(SWEDISH), "lista.json"),
        (json_bytes({"updated": ["2026"], "operations": SWEDISH}), "lista.json"),
        (b"\n".join(map(json_bytes, SWEDISH)) + b"\n\n", "lista.jsonl"),
        (gzip.compress(b"\n".join(map(json_bytes, SWEDISH))), "lista.jsonl.gz"),
        (b"".join(gzip.compress(json_bytes(row) + b"\n") for row in SWEDISH), "lista.jsonl.gz"),
        (xlsx_bytes([list(SWEDISH[0]), *[list(row.values()) for row in SWEDISH]]), "lista.xlsx"),
        (
            xlsx_bytes([["Partner"], ["Bro"]], [["Lista"], list(SWEDISH[0]), *[list(r.values()) for r in SWEDISH]]),
            "lista.xlsx",
        ),
    ],
)
def test_the_same_list_in_every_form(data: bytes, name: str) -> None:
    reading = read_operations(data, name)
    first, second = reading.projects
    assert (first.id, first.dnr, first.title, first.owner) == ("20200940", "20200940", "Verkstan", "Norra kommunen")
    assert (first.start, first.end, first.granted, first.currency) == (
        date(2017, 1, 2),
        date(2020, 4, 30),
        3929285.0,
        "SEK",
    )
    assert (first.region, first.source) == ("Övre Norrland", "operations")
    assert first.purpose == "Unga prövar yrken.\n\nVerkstan är öppen; varje dag."
    assert (second.id, second.title) == ("2020-00941", 'Broar, "nya" broar')
    assert (second.start, second.end, second.granted) == (None, None, None)
    assert second.published["projekt_starttid"] == "våren 2017"
    assert second.published["beviljat_belopp_sek"] == "okänt"
    assert reading.facts.document_type == "förteckning över insatser"


def test_a_page_for_each_operation() -> None:
    reading = read_operations(json_bytes(SWEDISH), "lista.json")
    first, second = reading.pages
    assert first.text.startswith(
        "Verkstan\n\nUnga prövar yrken.\n\nVerkstan är öppen; varje dag.\n\närende-id: 20200940\n"
    )
    assert "stödmottagare: Norra kommunen" in first.text
    assert [(page.number, page.project_id) for page in (first, second)] == [(1, "20200940"), (2, "2020-00941")]
    assert [heading.text for heading in second.headings] == [second.text.split("\n")[0]]


def test_english_names_and_german_months() -> None:
    (found,) = read_operations(json_bytes([ENGLISH]), "list.json").projects
    assert (found.title, found.owner, found.fund, found.programme) == (
        "New steps", "North Council", "ESF", "England 2014-2020",
    )  # fmt: skip
    assert (found.start, found.end) == (date(2015, 11, 1), date(2018, 12, 31))
    assert (found.total_budget, found.eu_rate, found.region, found.currency) == (2390607.0, 60.0, "PR1 8XJ", "")


def test_spreadsheets_hold_dates_shares_numbers_and_sums() -> None:
    rows: list[list[Any]] = [
        ["Name of operation", "Operation start date", "Union co-financing rate", "Total cost (EUR)", "Purpose"],
        ["New steps", date(2021, 5, 1), 0.4, 1250000.0, "#N/A"],
        ["Sum", None, None, None, None],
        [None, None, None, 1250000.0, None],
    ]
    (first,) = read_operations(xlsx_bytes(rows), "list.xlsx").projects
    assert (first.start, first.eu_rate, first.total_budget, first.currency) == (
        date(2021, 5, 1),
        40.0,
        1250000.0,
        "EUR",
    )
    assert first.published["Total cost (EUR)"] == "1250000"
    assert first.purpose == ""


def test_ids_without_code_are_stable_and_tell_operations_apart() -> None:
    twin = {**ENGLISH, "summary": "Helps others.", "total_cost": "7"}
    other = {**ENGLISH, "name": "Other steps"}
    reading = read_operations(json_bytes([ENGLISH, twin, other]), "list.json")
    ids = [project.id for project in reading.projects]
    assert len(set(ids)) == 3
    assert all(identifier.startswith("op-") for identifier in ids)
    again = read_operations(json_bytes([other, twin, ENGLISH]), "another name.json")
    assert [project.id for project in again.projects] == ids[::-1]
    changed = read_operations(json_bytes([{**other, "total_cost": "8"}]), "list.json")
    assert changed.projects[0].id == ids[2]


def test_rows_of_one_code_are_one_project() -> None:
    rows = [SWEDISH[0], {**SWEDISH[0], "län": "Skåne"}]
    reading = read_operations(json_bytes(rows), "lista.json")
    assert len(reading.projects) == 1
    assert [page.project_id for page in reading.pages] == ["20200940", "20200940"]


def test_peoples_data_is_dropped() -> None:
    row = {
        **ENGLISH,
        "Contact person": "Kim Exempelsson",
        "E-post": "kim@example.org",
        "telefonnummer": "040-123",
        "First name of natural person": "Kim",
    }
    reading = read_operations(json_bytes([row]), "list.json")
    assert not [secret for secret in ("Exempelsson", "example.org", "040", "Kim") if secret in repr(reading)]


def test_apostrophes_that_became_control_characters_are_restored() -> None:
    (found,) = read_operations(
        json_bytes([{**ENGLISH, "summary": "The area\u0092s \u0093own\u0094 plan"}]), "l.json"
    ).projects
    assert found.purpose == "The area’s “own” plan"


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "lista.csv", Reason.UNKNOWN_FORMAT),
        (b"a;b\n1;2\n", "lista.csv", Reason.UNKNOWN_FORMAT),
        (b"name;organisation;e-mail\nKim;Bro;kim@example.org\n", "lista.csv", Reason.UNKNOWN_FORMAT),
        (csv_bytes(SWEDISH).split(b"\n")[0], "lista.csv", Reason.EMPTY),
        (b"[]", "lista.json", Reason.EMPTY),
        (b"{}", "lista.json", Reason.EMPTY),
        (b"[1, 2]", "lista.json", Reason.UNKNOWN_FORMAT),
        (b'[{"a": 1}]', "lista.json", Reason.UNKNOWN_FORMAT),
        (b'[{"a": ', "lista.json", Reason.DAMAGED),
        (b"[" * 100_000, "lista.json", Reason.DAMAGED),
        (b'{"projektnamn": "A"}\n{', "lista.jsonl", Reason.DAMAGED),
        (gzip.compress(csv_bytes(SWEDISH))[:-20], "lista.csv.gz", Reason.DAMAGED),
        (b"no gzip", "lista.csv.gz", Reason.DAMAGED),
        (b"PK\x03\x04 no workbook", "lista.xlsx", Reason.DAMAGED),
        (xlsx_bytes([["a", "b"], [1, 2]]), "lista.xlsx", Reason.UNKNOWN_FORMAT),
        (xlsx_bytes([]), "lista.xlsx", Reason.UNKNOWN_FORMAT),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes, name: str, reason: Reason) -> None:
    with pytest.raises(ReadingFailed) as failure:
        read_operations(data, name)
    assert failure.value.reason is reason


def test_a_packed_list_is_unpacked_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.operation_tables.MOST_UNPACKED", 1_000)
    with pytest.raises(ReadingFailed) as failure:
        read_operations(gzip.compress(bytes(1_001)), "lista.json.gz")
    assert failure.value.reason is Reason.UNSAFE_ARCHIVE


def test_a_list_may_have_only_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.operations.MOST_ROWS", 1)
    with pytest.raises(ReadingFailed) as failure:
        read_operations(json_bytes(SWEDISH), "lista.json")
    assert failure.value.reason is Reason.TOO_MUCH_TEXT


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Projektnamn / Name of operation", "title"),
        ("total_cost (€)", "total_budget"),
        ("Union co-financing rate", "eu_rate"),
        ("EXPECTED OR ACTUAL DATE OF COMPLETION", "end"),
        ("Purpose of the operation and its expected or actual achievements", "purpose"),
        ("Contact name", ""),
        ("kolumn 7", ""),
    ],
)
def test_columns_are_known_by_many_names(column: str, field: str) -> None:
    assert field_of(column) == field


def test_the_table_of_columns_is_sound() -> None:
    text = files("service.domain.codes").joinpath("operation_columns.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    names = [name for row in rows for name in row["names"].split("|")]
    assert len(names) == len(set(names))
    assert not [name for name in names if holds_people(name)]
    assert all(field_of(name) == row["field"] for row in rows for name in row["names"].split("|"))
