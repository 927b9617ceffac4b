"""The rows of a list, from CSV, JSON, JSON lines or XLSX, plain or packed with gzip."""

import csv
import gzip
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from ingest.readers.characters import decode
from ingest.readers.operation_columns import field_of, is_list_of_operations
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

MOST_UNPACKED = 200_000_000
DELIMITERS = ";,\t|"
HEADER_WITHIN = 20
"""Rows at the top among which the column names stand; lists often begin with a title and a date."""
# A list of 2014–2020 was Windows-1252 read as Latin-1 on its way to UTF-8: its apostrophes are control characters.
WINDOWS_1252 = re.compile("[\x80-\x9f]")
SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})

Row = Mapping[str, str]
"""Column name to text, both as published; empty cells are left out."""


def rows_of(data: bytes, file_name: str) -> Iterator[Row]:
    """Yield the rows of a list of operations.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT, no columns of a list of operations; DAMAGED; UNSAFE_ARCHIVE, gzip that unpacks to
            more than 200 MB.
    """
    name = file_name.lower()
    if name.endswith(".gz"):
        data, name = _unpacked(data), name.removesuffix(".gz")
    if name.endswith(".xlsx"):
        return _from_tables(_sheets(data))
    text = _characters(data)
    if name.endswith((".jsonl", ".ndjson")):
        return _from_objects(_json(line) for line in text.splitlines() if line.strip())
    if name.endswith(".json"):
        return _from_objects(_list_in(_json(text)))
    return _from_tables(_csv(text, delimiter) for delimiter in DELIMITERS)


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadingFailed(Reason.DAMAGED, f"gzip: {error}") from None
    if len(content) > MOST_UNPACKED:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, f"more than {MOST_UNPACKED} bytes")
    return content


def _characters(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = decode(data)
    return WINDOWS_1252.sub(lambda match: match.group().encode("latin-1").decode("cp1252", "ignore"), text)


def _from_tables(tables: Iterable[Iterable[Sequence[str]]]) -> Iterator[Row]:
    """Read the table whose column names say most: one of the sheets, or the file cut at one of the delimiters."""
    best: tuple[int, Sequence[str], Iterator[Sequence[str]]] = (0, (), iter(()))
    for table in tables:
        cells = iter(table)
        top = list(islice(cells, HEADER_WITHIN))
        score, number = max(((_score(row), -number) for number, row in enumerate(top)), default=(0, 0))
        if score > best[0]:
            best = score, top[-number], chain(top[1 - number :], cells)
    if not best[0]:
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, "no columns of a list of operations")
    return _named(best[1], best[2])


def _score(row: Sequence[str]) -> int:
    return len(set(map(field_of, row)) - {""}) if is_list_of_operations(row) else 0


def _named(names: Sequence[str], table: Iterable[Sequence[str]]) -> Iterator[Row]:
    for cells in table:
        row: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if name and cell:
                row.setdefault(name, cell)
        yield row


def _csv(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise ReadingFailed(Reason.DAMAGED, f"csv: {error}") from None


def _sheets(data: bytes) -> Iterator[Iterator[Sequence[str]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations, which do not matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
        raise ReadingFailed(Reason.DAMAGED, f"xlsx: {type(error).__name__}") from None
    for sheet in book.worksheets:
        yield _cells(sheet)


def _cells(sheet: Any) -> Iterator[Sequence[str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in sheet.iter_rows(values_only=True):
                yield [_text(cell) for cell in row]
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, SyntaxError) as error:
        raise ReadingFailed(Reason.DAMAGED, f"xlsx: {type(error).__name__}") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingFailed(Reason.DAMAGED, f"json: {error}"[:100]) from None


def _list_in(value: Any) -> Iterable[Any]:
    """Return the list, or the longest list of an object that wraps one: {"operations": […]}."""
    if isinstance(value, list):
        return value
    lists = [inner for inner in value.values() if isinstance(inner, list)] if isinstance(value, dict) else []
    return max(lists, key=len, default=())


def _from_objects(values: Iterable[Any]) -> Iterator[Row]:
    rows: list[Row] = []
    for value in values:
        if not isinstance(value, dict):
            raise ReadingFailed(Reason.UNKNOWN_FORMAT, "not a list of objects")
        texts = ((name, _text(item)) for name, item in value.items() if not name.startswith("_"))
        rows.append({name: text for name, text in texts if text})
    if rows and not is_list_of_operations({name for row in rows for name in row}):
        raise ReadingFailed(Reason.UNKNOWN_FORMAT, "no columns of a list of operations")
    return iter(rows)


def _text(value: Any) -> str:
    """Return a cell as text: dates as ISO 8601, whole numbers without decimals, lists with commas."""
    if value is None or (isinstance(value, str) and value in SPREADSHEET_ERRORS):
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return ", ".join(filter(None, map(_text, value.values())))
    return str(value).strip()
