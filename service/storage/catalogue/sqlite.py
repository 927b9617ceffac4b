"""What is special to SQLite. Every other module speaks to any database."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

BUSY_MILLISECONDS = 30_000


def prepare(engine: Engine) -> None:
    """Set every new connection up: several processes, foreign keys, and no acknowledged row lost.

    In WAL mode readers never wait for a writer. ``synchronous=FULL`` costs one disk write a transaction and keeps
    acknowledged transactions through a power cut; writes come in batches, so the price is small.
    """
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


def is_sqlite(engine: Engine) -> bool:
    """Return whether the engine speaks to SQLite."""
    return engine.dialect.name == "sqlite"


def _set_up(connection: Any, _: object) -> None:
    # The driver's own transaction handling is off: it would begin a transaction only at the first write, too late to
    # wait for another writer, and fail with "database is locked".
    connection.isolation_level = None
    for pragma in _pragmas():
        connection.execute(f"PRAGMA {pragma}")


def _pragmas() -> Iterable[str]:
    return (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-20000",
    )


def _begin(connection: Any) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
