"""What is special to PostgreSQL."""

from typing import Any

from sqlalchemy import Engine, event

WRITERS = 7_251_903_364
"""Number of the advisory lock that writers take; it means nothing to anybody else."""


def prepare(engine: Engine) -> None:
    """Let writing transactions come one after another, as they do on SQLite.

    So that "insert what is not there" means the same on both, also while two processes migrate at once. The lock ends
    with the transaction, however that ends; readers never wait.
    """
    event.listen(engine, "begin", _begin)


def is_postgresql(engine: Engine) -> bool:
    """Return whether the engine speaks to PostgreSQL."""
    return engine.dialect.name == "postgresql"


def _begin(connection: Any) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
