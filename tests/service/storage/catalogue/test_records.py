"""What is kept about documents and projects, and what goes with them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import event, text

from service.domain.documents import Document, DocumentState, Page, Passage, Reason, passage_id
from service.domain.findings import Finding, FindingType, Quantity, Why
from service.domain.projects import Project
from service.errors import NotFound
from service.storage.catalogue.catalogue import Catalogue
from service.storage.catalogue.opening import open_engine

OLDER = Document("a" * 16, "a" * 64, "a.json", "application/json", 1, datetime(2026, 1, 1, tzinfo=UTC))
NEWER = Document("b" * 16, "b" * 64, "b.json", "application/json", 1, datetime(2026, 2, 1, tzinfo=UTC))
PROJECT = Project("2017-00256", "2017/00256", "Rätt väg", published={"Namn": "Rätt väg", "Ägare": ""})


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    made = Catalogue.open(url)
    made.receive([OLDER, NEWER])
    yield made
    made.close()


def passage(one: Document) -> Passage:
    return Passage(passage_id(one.id, "1", 0), one.id, 0, "text", (), 1, 1, 0, 4, "sv")


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_project_in_two_documents_is_shown_from_the_newest_and_survives_it(
    catalogue: Catalogue, newest_first: bool
) -> None:
    saves = [(OLDER, replace(PROJECT, title="Old")), (NEWER, replace(PROJECT, title="New"))]
    for one, project in reversed(saves) if newest_first else saves:
        catalogue.save_readings([(one, [], [], [project], [])])
    assert catalogue.project(PROJECT.id).title == "New"
    assert catalogue.projects([PROJECT.id])[PROJECT.id].title == "New"
    assert catalogue.counts().projects == 1
    catalogue.remove(NEWER.id)
    assert catalogue.project(PROJECT.dnr).title == "Old"
    catalogue.remove(OLDER.id)
    with pytest.raises(NotFound):
        catalogue.project(PROJECT.id)


def test_a_newer_record_that_says_less_erases_nothing(catalogue: Catalogue) -> None:
    catalogue.save_readings([(OLDER, [], [], [replace(PROJECT, owner="EKDALA KOMMUN", participants=0)], [])])
    catalogue.save_readings([(NEWER, [], [], [replace(PROJECT, title="New", source="operations", published={})], [])])
    for found in (catalogue.project(PROJECT.dnr), catalogue.projects([PROJECT.id])[PROJECT.id]):
        assert (found.title, found.owner, found.participants) == ("New", "EKDALA KOMMUN", 0)
        assert found.published["Namn"] == "Rätt väg"


def test_a_project_that_one_document_records_twice_is_as_last_recorded(catalogue: Catalogue) -> None:
    catalogue.save_readings([(OLDER, [], [], [PROJECT, replace(PROJECT, title="Again")], [])])
    assert catalogue.project(PROJECT.id).title == "Again"


def test_what_was_published_keeps_its_order(catalogue: Catalogue) -> None:
    published = {"ö": "1", "a": "2", "Å": "3", "1": "4"}
    catalogue.save_readings([(OLDER, [], [], [replace(PROJECT, published=published)], [])])
    assert list(catalogue.project(PROJECT.id).published.items()) == list(published.items())


def test_a_document_may_name_a_project_that_is_not_there_yet(catalogue: Catalogue) -> None:
    catalogue.save_readings([(replace(OLDER, project_id=PROJECT.id), [], [passage(OLDER)], [], [])])
    assert [one.id for one in catalogue.documents_of(PROJECT.id)] == [OLDER.id]
    assert catalogue.projects([PROJECT.id]) == {}


def test_setting_aside_forgets_what_an_earlier_reading_gave(catalogue: Catalogue) -> None:
    catalogue.save_readings([(OLDER, [Page(1, "", "text", "sv")], [passage(OLDER)], [PROJECT], [])])
    assert catalogue.counts().passages == 1
    catalogue.set_aside(OLDER.id, Reason.DAMAGED, "x\0y")
    found = catalogue.document(OLDER.id)
    assert (found.state, found.reason, found.detail) == (
        DocumentState.SET_ASIDE,
        Reason.DAMAGED,
        "x\N{REPLACEMENT CHARACTER}y",
    )
    assert (found.page_count, found.passage_count) == (0, 0)
    assert (catalogue.counts().passages, catalogue.counts().projects) == (0, 0)
    assert (catalogue.pages(OLDER.id), catalogue.passages_of(OLDER.id)) == ([], [])


def test_everything_searchable_can_be_put_in_again(catalogue: Catalogue) -> None:
    catalogue.save_readings([(OLDER, [], [passage(OLDER)], [], [])])
    catalogue.mark_searchable([OLDER.id, NEWER.id])
    assert [one.id for one in catalogue.in_state(DocumentState.SEARCHABLE, 10)] == [OLDER.id]
    assert catalogue.mark_read_again() == 1
    assert [one.id for one in catalogue.in_state(DocumentState.READ, 10)] == [OLDER.id]
    assert catalogue.mark_read_again() == 0


def test_the_moment_of_arrival_is_the_same_moment_in_any_time_zone(catalogue: Catalogue) -> None:
    # SQLite keeps no time zone: 23:30 in Stockholm came back as 23:30 in Greenwich.
    late = datetime(2026, 7, 1, 23, 30, tzinfo=timezone(timedelta(hours=2)))
    one = replace(OLDER, id="c" * 16, sha256="c" * 64, received_at=late)
    catalogue.receive([one])
    assert catalogue.document(one.id).received_at == late
    assert catalogue.document(one.id).received_at.tzinfo == UTC


@pytest.mark.parametrize("identity", ["a\0b", "a\ud800b"])
def test_an_id_that_no_database_can_hold_is_simply_not_there(url: str, identity: str) -> None:
    catalogue = Catalogue.open(url)
    with pytest.raises(NotFound):
        catalogue.document(identity)
    with pytest.raises(NotFound):
        catalogue.view(identity)
    with pytest.raises(NotFound):
        catalogue.project(identity)
    assert (catalogue.pages(identity), catalogue.documents_of(identity)) == ([], [])
    catalogue.close()


def test_no_statement_of_any_kind_reaches_the_driver_with_what_a_database_refuses(url: str) -> None:
    # PostgreSQL refuses NUL in every text; the guard is the same on each database, so SQLite shows that it stands.
    engine = open_engine(url)
    handed: list[object] = []
    event.listen(engine, "before_cursor_execute", lambda *given: handed.append(given[3]))
    broken = text("SELECT :a, :b")
    with engine.connect() as connection:
        assert connection.execute(broken, {"a": "x\0y", "b": "plain"}).one() == ("x\ufffdy", "plain")
    engine.dispose()
    assert handed
    assert "\\x00" not in repr(handed)


def test_characters_that_a_database_cannot_keep_are_replaced_one_for_one(catalogue: Catalogue) -> None:
    broken = "a\0b\ud800c🙂"
    one = replace(OLDER, id="c" * 16, sha256="c" * 64, file_name=broken, metadata={"keywords": "a\ud800"})
    catalogue.receive([one])
    catalogue.save_readings([(one, [Page(1, broken, broken, "sv")], [replace(passage(one), text=broken)], [], [])])
    kept = "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c🙂"
    assert catalogue.document(one.id).file_name == kept
    assert [(page.label, page.text) for page in catalogue.pages(one.id)] == [(kept, kept)]
    assert [found.text for found in catalogue.passages_of(one.id)] == [kept]


def finding(one: Document, kind: FindingType = FindingType.RESULT, **changes: object) -> Finding:
    plain = Finding(passage(one).id, one.id, kind, 0.75, 0, 4, Why("resultat", ("procent",), 0.5))
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_findings_come_back_as_they_were(catalogue: Catalogue) -> None:
    full = finding(
        OLDER,
        level="individ",
        polarity="blandat",
        evidence="c",
        stage="scale",
        benefit="instrumental",
        obstacles=("capacity",),
        target_groups=("07", "sick_leave"),
        criteria=("goal",),
        addressees=("esf",),
        numbers=(Quantity(45.5, "%", 212.0, "45,5 % å"), Quantity(3.0, "", None, "3")),
    )
    other = finding(OLDER, FindingType.LESSON, confidence=0.9, start=1)
    catalogue.save_readings([(OLDER, [], [passage(OLDER)], [], [full, other])])
    assert catalogue.findings_of(OLDER.id) == [full, other]
    assert catalogue.findings_of_passages([passage(OLDER).id, "none"]) == {passage(OLDER).id: [other, full]}
    assert catalogue.finding_types([OLDER.id, NEWER.id]) == {passage(OLDER).id: ("lesson", "result")}


def test_findings_go_with_what_they_were_read_from(catalogue: Catalogue) -> None:
    for one in (OLDER, NEWER):
        catalogue.save_readings([(one, [], [passage(one)], [], [finding(one)])])
    catalogue.save_readings([(OLDER, [], [passage(OLDER)], [], [finding(OLDER, FindingType.COST)])])
    assert [one.type for one in catalogue.findings_of(OLDER.id)] == [FindingType.COST]
    catalogue.set_aside(OLDER.id, Reason.DAMAGED, "")
    assert catalogue.findings_of(OLDER.id) == []
    catalogue.remove(NEWER.id)
    assert catalogue.findings_of(NEWER.id) == []


def test_findings_that_no_database_can_keep_are_kept_all_the_same(catalogue: Catalogue) -> None:
    broken = "a\0b\ud800"
    one = finding(OLDER, why=Why(broken, (broken,), 0.0), numbers=(Quantity(1.0, "", None, broken),))
    catalogue.save_readings([(OLDER, [], [passage(OLDER)], [], [one])])
    assert catalogue.findings_of(OLDER.id) == [one]
