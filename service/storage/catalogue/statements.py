"""Statements that several questions of the catalogue share."""

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import is_
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, func, insert, select, update

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL (refused by PostgreSQL) and half surrogate pairs (not UTF-8; they stand in names of files from other systems)."""
MOST_PARAMETERS = 500
"""Values in one ``IN (…)``; longer lists are asked for in parts."""


def parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the values in parts that fit one statement."""
    for start in range(0, len(values), MOST_PARAMETERS):
        yield values[start : start + MOST_PARAMETERS]


def found_among(connection: Connection, wanted: Select[Any], column: Any, values: Sequence[Any]) -> list[Any]:
    """Return the rows whose column is among the values."""
    return [row for part in parts(values) for row in connection.execute(wanted.where(column.in_(part)))]


def insert_all(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    """Insert rows; none is no error."""
    if values:
        connection.execute(insert(table), values)


def update_all(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    """Replace rows that are told apart by their ``id``; none is no error."""
    if values:
        # A parameter named as its column would be taken for a value to set.
        given = [{**row, "_id": row["id"]} for row in values]
        connection.execute(update(table).where(table.c.id == bindparam("_id")), given)


def tally(connection: Connection, column: Any) -> dict[str, int]:
    """Return how often each value of a column occurs; nulls are not counted."""
    wanted = select(column, func.count()).where(column.is_not(None)).group_by(column)
    return {row[0]: row[1] for row in connection.execute(wanted)}


def storable(given: Any) -> Any:
    """Return the parameters of a statement, or of many, with every character that a database cannot keep replaced.

    Texts keep their length. What needs no change is handed back as it is.
    """
    if isinstance(given, str):
        return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", given) if _is_unstorable(given) else given
    if isinstance(given, Mapping):
        changed = {key: value for key, value in given.items() if storable(value) is not value}
        return {**given, **{key: storable(value) for key, value in changed.items()}} if changed else given
    if isinstance(given, list | tuple):
        kept = [storable(value) for value in given]
        return given if all(map(is_, kept, given)) else type(given)(kept)
    return given


def _is_unstorable(text: str) -> bool:
    if "\0" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
