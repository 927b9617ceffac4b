"""A place for a catalogue: SQLite, and PostgreSQL when ``KB_TEST_POSTGRESQL_URL`` names a database to test in."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it. On PostgreSQL a schema of its own, so that nothing else is touched."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
        return
    given = os.environ.get("KB_TEST_POSTGRESQL_URL", "")
    if not given:
        pytest.skip("set KB_TEST_POSTGRESQL_URL to a PostgreSQL database to run this there too")
    schema = f"kb_test_{uuid.uuid4().hex}"
    engine = create_engine(given)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    place = make_url(given).update_query_dict({"options": f"-csearch_path={schema}"})
    yield place.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()
