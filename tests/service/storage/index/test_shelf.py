"""Generations of the index: begun beside, swapped when complete, never mixed."""

from pathlib import Path

import pytest

from service.errors import IndexMismatch
from service.settings import Settings
from service.storage.index.shelf import Built, IndexShelf
from tests.service.storage.index.test_contract import point

BUILT = Built(model="one", width=8, terms="1")


@pytest.fixture
def shelf(tmp_path: Path) -> IndexShelf:
    return IndexShelf(Settings(data=tmp_path))


@pytest.mark.parametrize(
    "other", [Built("two", 8, "1"), Built("one", 8, "2"), Built("one", 16, "1"), Built("one", 8, "1", splitter="2")]
)
def test_an_index_of_another_model_is_refused_and_left_as_it_was(shelf: IndexShelf, other: Built) -> None:
    index = shelf.open(BUILT)
    index.upsert([point(1)])
    index.close()
    with pytest.raises(IndexMismatch):
        shelf.open(other)
    again = shelf.open(BUILT)
    assert again.count() == 1
    again.close()


def test_the_old_index_answers_until_the_new_one_is_complete(shelf: IndexShelf, tmp_path: Path) -> None:
    old = shelf.open(BUILT)
    old.upsert([point(1)])
    fresh = shelf.begin(Built("two", 8, "1"))
    fresh.upsert([point(1), point(2)])
    assert old.count() == 1
    shelf.swap()
    assert old.count() == 1
    old.close()
    shelf.clear_away()
    fresh.close()
    newest = shelf.open(Built("two", 8, "1"))
    assert newest.count() == 2
    newest.close()
    assert (
        len([entry for entry in (tmp_path / "index").iterdir() if entry.is_dir() and entry.name.startswith("g")]) == 1
    )


def test_a_rebuild_that_was_killed_leaves_the_old_index_and_is_cleared_away(shelf: IndexShelf, tmp_path: Path) -> None:
    shelf.open(BUILT).close()
    shelf.begin(BUILT).close()  # and the process dies here
    third = shelf.begin(BUILT)
    third.close()
    assert (
        len([entry for entry in (tmp_path / "index").iterdir() if entry.is_dir() and entry.name.startswith("g")]) == 2
    )


def test_notes_for_the_owner_of_the_index(shelf: IndexShelf) -> None:
    assert shelf.noted_removals() == []
    shelf.note_removal("b")
    shelf.note_removal("a")
    assert shelf.noted_removals() == ["a", "b"]
    shelf.forget_removals(["a"])
    assert shelf.noted_removals() == ["b"]
    assert shelf.rebuild_requested() is None
    shelf.request_rebuild({"model": "models/other"})
    assert shelf.rebuild_requested() == {"model": "models/other"}
    shelf.rebuild_finished()
    assert shelf.rebuild_requested() is None
