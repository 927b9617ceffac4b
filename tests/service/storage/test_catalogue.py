"""The catalogue's contract, on SQLite, and on PostgreSQL when ``KB_TEST_POSTGRESQL_URL`` names a database to use."""

import dataclasses
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from service.domain.documents import Document, DocumentState, Heading, Page, Passage, Reason, passage_id
from service.domain.projects import Project
from service.domain.searching import PassageView
from service.errors import CatalogueUnavailable, NotFound
from service.storage.catalogue.catalogue import Catalogue
from service.storage.catalogue.tables import VERSION, metadata

MIGRATIONS = Path(__file__).parents[3] / "service" / "storage" / "catalogue" / "migrations"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    else:
        url = os.environ.get("KB_TEST_POSTGRESQL_URL", "")
        if not url:
            pytest.skip("set KB_TEST_POSTGRESQL_URL to an empty PostgreSQL database to run the contract there too")
        engine = create_engine(url)
        with engine.begin() as connection:
            metadata.drop_all(connection)
        engine.dispose()
    made = Catalogue.open(url)
    yield made
    made.close()


def document(number: int = 1, **changes: object) -> Document:
    made = Document(f"{number:016x}", f"{number:064x}", f"rapport {number}.pdf", "application/pdf", 10, NOW)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def passage(owner: Document, ordinal: int = 0, **changes: object) -> Passage:
    made = Passage(
        passage_id(owner.id, "1", ordinal),
        owner.id,
        ordinal,
        "Unga fick arbete.",
        ("Resultat", "Unga"),
        1,
        2,
        5,
        9,
        "sv",
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


PAGES = (Page(1, "iv", "Å ä ö 🙂", "sv", (Heading(0, 1, "Å"),)), Page(2, "", "More", "en"))
PROJECT = Project(
    "2017-00256",
    "2017/00256",
    "Rätt väg",
    owner="KOMMUNEN",
    start=date(2017, 4, 28),
    eu_rate=50.0,
    participants=0,
    child_poverty=None,
    strategic=True,
    granted=1_266_500.0,
    source="projektbanken-2014",
    published={"Namn": "Rätt väg", "Region": ""},
)


def read(catalogue: Catalogue, one: Document, *passages: Passage, projects: tuple[Project, ...] = ()) -> None:
    catalogue.receive([one])
    catalogue.save_readings([(dataclasses.replace(one, passage_count=len(passages)), PAGES, passages, projects, [])])


def test_receiving_twice_is_receiving_once(catalogue: Catalogue) -> None:
    assert catalogue.receive([document(1), document(1), document(2)]) == [document(1), document(2)]
    assert catalogue.receive([document(1)]) == []
    assert catalogue.document(document(1).id) == document(1)


def test_what_was_read_comes_back_as_it_was(catalogue: Catalogue) -> None:
    one = document(
        title="Slututvärdering", year=2025, language="sv", metadata={"keywords": "å"}, project_id="2017-00256"
    )
    read(catalogue, one, passage(one), projects=(PROJECT,))
    found = catalogue.document(one.id)
    assert found == dataclasses.replace(one, state=DocumentState.READ, page_count=2, passage_count=1)
    assert catalogue.pages(one.id) == list(PAGES)
    assert catalogue.passages_of(one.id) == [passage(one)]
    assert catalogue.view(passage(one).id) == PassageView(passage(one), found, PROJECT, "iv")
    assert catalogue.views([passage(one).id, "unknown"]) == {passage(one).id: catalogue.view(passage(one).id)}
    assert catalogue.pages(one.id, 2, 2) == [page for page in PAGES if page.number == 2]
    assert catalogue.passages_of(one.id, 1, 1) == [passage(one)]
    assert catalogue.passages_of(one.id, 2, 9) == []
    assert catalogue.project("2017-00256") == catalogue.project("2017/00256") == PROJECT
    assert catalogue.documents_of("2017-00256") == [found]


def test_reading_again_replaces_what_was_there(catalogue: Catalogue) -> None:
    one = document()
    read(catalogue, one, passage(one, 0), passage(one, 1), projects=(PROJECT,))
    read(catalogue, one, passage(one, 0, text="Nytt."))
    assert [found.text for found in catalogue.passages_of(one.id)] == ["Nytt."]
    with pytest.raises(NotFound):
        catalogue.project(PROJECT.id)


def test_the_newest_record_of_a_project_wins(catalogue: Catalogue) -> None:
    read(catalogue, document(1), projects=(PROJECT,))
    read(catalogue, document(2), projects=(dataclasses.replace(PROJECT, title="Nytt namn"),))
    assert catalogue.project(PROJECT.id).title == "Nytt namn"


def test_states_go_forward_and_are_counted(catalogue: Catalogue) -> None:
    one, two = document(1), document(2)
    read(catalogue, one, passage(one))
    catalogue.receive([two])
    catalogue.set_aside(two.id, Reason.ENCRYPTED, "password")
    catalogue.mark_searchable([one.id, two.id])
    counts = catalogue.counts()
    assert counts.by_state == {"searchable": 1, "set_aside": 1}
    assert counts.by_reason == {"encrypted": 1}
    assert counts.passages == 1
    assert [found.reason for found in catalogue.set_aside_documents()] == [Reason.ENCRYPTED]


def test_removing_a_document_removes_all_that_came_from_it(catalogue: Catalogue) -> None:
    one = document()
    read(catalogue, one, passage(one), projects=(PROJECT,))
    catalogue.remove(one.id)
    assert catalogue.passages([passage(one).id]) == {}
    assert catalogue.pages(one.id) == []
    for ask in (lambda: catalogue.document(one.id), lambda: catalogue.project(PROJECT.id)):
        with pytest.raises(NotFound):
            ask()


def test_thousands_of_ids_can_be_asked_for_at_once(catalogue: Catalogue) -> None:
    many = [document(number) for number in range(1, 1_300)]
    catalogue.receive(many)
    assert len(catalogue.documents([one.id for one in many])) == len(many)


def test_the_newest_migration_is_the_version_of_the_program() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == VERSION


def test_the_migrations_make_the_tables_that_the_program_expects(tmp_path: Path) -> None:
    Catalogue.open(f"sqlite:///{tmp_path / 'c.sqlite'}").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'c.sqlite'}")
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = {row.name for row in connection.execute(text(f"PRAGMA table_info({table.name})"))}
            assert columns == set(table.columns.keys()), table.name
    engine.dispose()


def test_a_catalogue_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.sqlite'}"
    Catalogue.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE catalogue_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CatalogueUnavailable) as raised:
        Catalogue.open(url)
    assert raised.value.facts["problem"] == "newer_9999"


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/c.sqlite", "nonsense", "mysql+none://u:secret@host/db"])
def test_a_catalogue_that_cannot_be_reached_says_so_without_secrets(url: str) -> None:
    with pytest.raises(CatalogueUnavailable) as raised:
        Catalogue.open(url)
    assert "secret" not in str(raised.value)


def test_a_damaged_catalogue_says_so(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"this is no database, " * 100)
    with pytest.raises(CatalogueUnavailable):
        Catalogue.open(f"sqlite:///{tmp_path / 'c.sqlite'}")
