"""Which generation is current, on disk: what a crash or another model finds."""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from service.errors import IndexMismatch, IndexUnavailable
from service.settings import Settings
from service.storage.index.shelf import Built, IndexShelf

BUILT = Built(model="one", width=8, terms="1")


@pytest.fixture
def shelf(tmp_path: Path) -> IndexShelf:
    return IndexShelf(Settings(data=tmp_path))


@pytest.mark.parametrize(
    ("wanted", "problem", "facts"),
    [
        (replace(BUILT, model="two"), "another_model", ("one", "two")),
        (replace(BUILT, terms="2"), "another_terms", ("1", "2")),
        (replace(BUILT, splitter="2"), "another_splitter", ("", "2")),
        (Built("two", 16, "1"), "another_model", ("one, 8", "two, 16")),
    ],
)
def test_a_mismatch_tells_what_differs(shelf: IndexShelf, wanted: Built, problem: str, facts: tuple[str, str]) -> None:
    shelf.open(BUILT).close()
    with pytest.raises(IndexMismatch) as raised:
        shelf.open(wanted)
    told = raised.value.facts
    assert (told["problem"], (told["built_with"], told["wanted"])) == (problem, facts)


def test_the_pointer_is_on_disk_before_the_old_generation_goes(
    shelf: IndexShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shelf.open(BUILT)
    former = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    fresh = shelf.begin(BUILT)
    forced: list[tuple[str, bool]] = []
    real = os.fsync

    def remember(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        forced.append((name, (tmp_path / "index" / former).is_dir()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", remember)
    shelf.swap()
    assert ("CURRENT.tmp", True) in forced
    assert old.count() == 0
    old.close()
    shelf.clear_away()
    assert not (tmp_path / "index" / former).exists()
    fresh.close()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"model": "one"}'])
def test_an_index_that_does_not_say_what_it_is_made_of_is_not_used(
    shelf: IndexShelf, tmp_path: Path, damage: str
) -> None:
    shelf.open(BUILT).close()
    current = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    (tmp_path / "index" / current / "built.json").write_text(damage, encoding="utf-8")
    with pytest.raises(IndexUnavailable):
        shelf.open(BUILT)


def test_what_it_is_made_of_stands_in_words_beside_it(shelf: IndexShelf, tmp_path: Path) -> None:
    made_of = Built("one", 8, "1", tokenizer="t", splitter="s", name="owner/name")
    shelf.open(made_of).close()
    current = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "index" / current / "built.json").read_text(encoding="utf-8"))
    assert told == asdict(made_of)


def test_the_same_model_under_another_name_is_the_same_model(shelf: IndexShelf) -> None:
    shelf.open(replace(BUILT, name="here")).close()
    shelf.open(replace(BUILT, name="there")).close()


def test_an_index_from_before_the_splitter_was_noted_is_built_anew(shelf: IndexShelf, tmp_path: Path) -> None:
    shelf.open(BUILT).close()
    current = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    old = json.dumps({"model": "one", "width": 8, "terms": "1"})
    (tmp_path / "index" / current / "built.json").write_text(old, encoding="utf-8")
    with pytest.raises(IndexMismatch) as raised:
        shelf.open(replace(BUILT, splitter="1"))
    assert raised.value.facts["problem"] == "another_splitter"


def test_an_index_folder_that_was_deleted_is_made_anew(shelf: IndexShelf, tmp_path: Path) -> None:
    shelf.open(BUILT).close()
    for path in sorted((tmp_path / "index").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    again = shelf.open(BUILT)
    assert again.count() == 0
    again.close()
