"""Opening a catalogue: new, old, newer, half-migrated, or from several processes at once."""

import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from service.errors import CatalogueUnavailable
from service.storage.catalogue.catalogue import Catalogue
from service.storage.catalogue.tables import VERSION, metadata

StartChild = Callable[..., "Popen[str]"]
MIGRATIONS = Path(__file__).parents[4] / "service" / "storage" / "catalogue" / "migrations"

OPEN = """
import sys
from service.storage.catalogue.catalogue import Catalogue
Catalogue.open(sys.argv[1]).close()
print("alembic" if "alembic" in sys.modules else "opened", flush=True)
"""

DIE_IN_A_MIGRATION = """
import os, signal, sys
from alembic import op
from service.storage.catalogue.catalogue import Catalogue
real = op.create_index
def die(name, *rest, **more):
    real(name, *rest, **more)
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
op.create_index = die
Catalogue.open(sys.argv[1])
"""


def output_of(child: "Popen[str]") -> str:
    return child.communicate(timeout=60)[0].strip()


def upgraded_to(engine: Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def test_an_up_to_date_catalogue_opens_without_the_migration_library(url: str, start_child: StartChild) -> None:
    assert output_of(start_child(OPEN, url)) == "alembic"
    assert output_of(start_child(OPEN, url)) == "opened"


def test_processes_that_open_a_new_catalogue_at_once_all_get_it(url: str, start_child: StartChild) -> None:
    children = [start_child(OPEN, url) for _ in range(4)]
    for child in children:
        output_of(child)
    assert [child.returncode for child in children] == [0, 0, 0, 0]


def test_the_migrations_lead_to_exactly_the_tables_of_the_program(url: str) -> None:
    Catalogue.open(url).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "version_table": "catalogue_version"}
        )
        # Alembic leaves its own version table out of the comparison of tables, but not out of ours.
        differences = [d for d in compare_metadata(context, metadata) if "catalogue_version" not in str(d)]
    engine.dispose()
    assert differences == []


def test_the_first_version_is_brought_up_to_date_with_everything_in_it(url: str) -> None:
    engine = create_engine(url)
    upgraded_to(engine, "0001")
    empty = "country fund programme programme_area specific_objective region nuts2 intervention_field project_no"
    columns = f"id, dnr, title, owner, owner_orgnr, {empty.replace(' ', ', ')}, currency, purpose, source, published"
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO documents VALUES ('d1', 'sha', 'a.json', 'application/json', 1, '2026-01-01 00:00:00.000000', "
                "'read', NULL, '', '', '', NULL, 'sv', NULL, 1, 0, '{}')"
            )
        )
        connection.execute(
            text(
                f"INSERT INTO projects ({columns}, source_document_id) VALUES ('22-018-S01', '22-018-S01', 'Steget', '', '', "
                f"{', '.join(repr('') for _ in empty.split())}, 'SEK', 'Arbete', 'operations', '{{\"Namn\": \"Steget\"}}', 'd1')"
            )
        )
    engine.dispose()
    catalogue = Catalogue.open(url)
    project = catalogue.project("22-018-S01")
    assert (project.title, project.purpose, project.published) == ("Steget", "Arbete", {"Namn": "Steget"})
    catalogue.remove("d1")
    assert catalogue.projects(["22-018-S01"]) == {}
    catalogue.close()


def test_the_former_version_is_brought_up_to_date_without_its_empty_table(url: str) -> None:
    engine = create_engine(url)
    upgraded_to(engine, "0002")
    assert inspect(engine).has_table("facts")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO documents VALUES ('d1', 'sha', 'a.pdf', 'application/pdf', 1, '2026-01-01 00:00:00.000000', "
                "'read', NULL, '', 'Steget', '', NULL, 'sv', NULL, 1, 0, '{}')"
            )
        )
    engine.dispose()
    catalogue = Catalogue.open(url)
    assert catalogue.document("d1").title == "Steget"
    catalogue.close()
    engine = create_engine(url)
    assert not inspect(engine).has_table("facts")
    engine.dispose()


@pytest.mark.parametrize("step", ["documents_by_state", "projects_by_source", "project_records_by_source"])
def test_a_migration_that_is_killed_is_as_if_it_had_not_begun(url: str, start_child: StartChild, step: str) -> None:
    child = start_child(DIE_IN_A_MIGRATION, url, step)
    assert child.wait(timeout=60) == -signal.SIGKILL
    catalogue = Catalogue.open(url)
    assert catalogue.counts().by_state == {}
    catalogue.close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM catalogue_version")).scalar() == VERSION
    engine.dispose()


@pytest.mark.parametrize(("version", "problem"), [("9999", "newer_9999"), ("0000x", "unknown_0000x")])
def test_a_version_that_the_program_does_not_know_is_refused(url: str, version: str, problem: str) -> None:
    Catalogue.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE catalogue_version SET version_num = :version"), {"version": version})
    engine.dispose()
    with pytest.raises(CatalogueUnavailable) as raised:
        Catalogue.open(url)
    assert raised.value.facts["problem"] == problem


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://127.0.0.1:9/x?password=secret", "postgresql+psycopg://u:secret@127.0.0.1:9/x"]
)
def test_a_password_is_never_told_wherever_it_stands(url: str) -> None:
    with pytest.raises(CatalogueUnavailable) as raised:
        Catalogue.open(url)
    assert "127.0.0.1:9" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_folder_that_cannot_be_made_is_the_catalogues_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CatalogueUnavailable):
        Catalogue.open(f"sqlite:///{tmp_path / 'file' / 'catalogue.sqlite'}")
