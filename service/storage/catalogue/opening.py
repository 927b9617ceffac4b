"""Opening the catalogue: connect, and bring an older one up to date."""

from importlib.resources import as_file, files

from sqlalchemy import Connection, Engine, create_engine, inspect, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from service.errors import CatalogueUnavailable
from service.storage.catalogue import sqlite
from service.storage.catalogue.tables import VERSION, version


def open_engine(url: str) -> Engine:
    """Return an engine on an up-to-date catalogue.

    Raises:
        CatalogueUnavailable: it cannot be reached, is damaged, or was written by a newer version of the program.
    """
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, ImportError) as error:
        raise CatalogueUnavailable(where=_without_secret(url), problem=type(error).__name__) from error
    if sqlite.is_sqlite(engine):
        sqlite.prepare(engine)
    try:
        with engine.connect() as connection:
            found = _version_of(connection)
        if found != VERSION:
            migrate(engine, found)
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        raise CatalogueUnavailable(where=_without_secret(url), problem=type(error).__name__) from error
    return engine


def migrate(engine: Engine, found: str | None) -> None:
    """Run the migrations that are missing. Alembic is imported only here: an up-to-date catalogue opens without it."""
    from alembic import command
    from alembic.config import Config

    if found is not None and found > VERSION:
        engine.dispose()
        raise CatalogueUnavailable(where=_without_secret(str(engine.url)), problem=f"newer_{found}")
    with as_file(files("service.storage.catalogue.migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            # Another process may have been faster while this one waited for the database.
            if _version_of(connection) == VERSION:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(version.name):
        return None
    return connection.execute(select(version.c.version_num)).scalar()


def _without_secret(url: str) -> str:
    return url.rsplit("@", 1)[-1] if "@" in url else url
