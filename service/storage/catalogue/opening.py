"""Opening the catalogue: connect, and bring an older one up to date."""

from importlib.resources import as_file, files
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from service.errors import CatalogueUnavailable
from service.storage.catalogue import postgresql, sqlite
from service.storage.catalogue.statements import storable
from service.storage.catalogue.tables import VERSION, version


def open_engine(url: str) -> Engine:
    """Return an engine on an up-to-date catalogue.

    Raises:
        CatalogueUnavailable: it cannot be reached, is damaged, or was written by a newer version of the program.
    """
    try:
        address = make_url(url)
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    except (ArgumentError, ImportError) as error:
        raise CatalogueUnavailable(where=url.partition(":")[0], problem=type(error).__name__) from error
    try:
        _prepare(engine)
        with engine.connect() as connection:
            found = _version_of(connection)
        if found != VERSION:
            _migrate(engine, found)
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        raise CatalogueUnavailable(where=without_secrets(engine), problem=type(error).__name__) from error
    except CatalogueUnavailable:
        engine.dispose()
        raise
    return engine


def without_secrets(engine: Engine) -> str:
    """Return the address of a database as it may be shown: a password can also stand among the URL's parameters."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def _prepare(engine: Engine) -> None:
    event.listen(engine, "before_cursor_execute", _storable, retval=True)
    if sqlite.is_sqlite(engine):
        sqlite.prepare(engine)
    elif postgresql.is_postgresql(engine):
        postgresql.prepare(engine)


def _storable(
    _connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """Hand a statement to the driver with parameters that a database can hold: every text that goes in or is asked for."""
    return statement, storable(given)


def _migrate(engine: Engine, found: str | None) -> None:
    """Run the migrations that are missing. Alembic is imported only here: an up-to-date catalogue opens without it."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if found is not None and found > VERSION:
        raise CatalogueUnavailable(where=without_secrets(engine), problem=f"newer_{found}")
    with as_file(files("service.storage.catalogue.migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            # Another process may have been faster while this one waited for the database.
            if _version_of(connection) == VERSION:
                return
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise CatalogueUnavailable(where=without_secrets(engine), problem=f"unknown_{found}") from error


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(version.name):
        return None
    return connection.execute(select(version.c.version_num)).scalar()
