"""Another model, or another splitter: the index refuses to mix, is built anew beside, and search goes on."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from ingest import passages
from ingest.passages import split
from ingest.worker import Worker
from service import knowledge_base
from service.domain.searching import Query
from service.errors import IndexMismatch, KnowledgeBaseError, ModelUnavailable
from service.knowledge_base import KnowledgeBase
from service.settings import BUNDLED_MODEL, Settings
from tests.conftest import filled
from tests.models import tiny_bert

pytestmark = pytest.mark.filterwarnings("ignore")  # other people's deprecations, far from here
QUESTION = Query("praktik på bageri")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("models") / "tiny", width=32)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a few reports, indexed with the bundled model."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(8):
        text = f"# Rapport {number}\n\n## Resultat\n\nDeltagare {number} fick praktik på bageri och lärde sig baka."
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    kb, summary = filled(tmp_path / "data", folder)
    assert summary.added == 8
    kb.close()
    return tmp_path / "data"


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], KnowledgeBase]]:
    """Return a function that opens a knowledge base which is closed in the end."""
    made: list[KnowledgeBase] = []

    def opened(settings: Settings) -> KnowledgeBase:
        made.append(KnowledgeBase(settings))
        return made[-1]

    yield opened
    for kb in made:
        kb.close()


def found(kb: KnowledgeBase) -> list[str]:
    return [hit.passage.id for hit in kb.search(QUESTION).hits]


class Searching:
    """A thread that asks again and again, and remembers how often it was answered and what went wrong."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answers = 0
        self.errors: list[object] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._enough.is_set():
            try:
                hits = found(self._kb)
                if len(hits) == 8:
                    self.answers += 1
                else:
                    self.errors.append(hits)
            except KnowledgeBaseError as error:
                self.errors.append(error)


def test_from_one_model_to_another(data: Path, tiny: Path, opened: Callable[[Settings], KnowledgeBase]) -> None:
    kb = opened(Settings(data=data, model=str(tiny)))
    before = kb.generation()
    with pytest.raises(IndexMismatch):
        kb.search(QUESTION)
    assert kb.problems() == ("index",)
    with Searching(kb) as searching:
        assert kb.reindex(cut=split) == 8
    assert all(isinstance(error, IndexMismatch) for error in searching.errors)
    assert len(found(kb)) == 8
    assert kb.generation() != before
    assert kb._open_encoder().width == 32
    kb.close()
    again = opened(Settings(data=data, model=str(tiny)))
    assert len(found(again)) == 8
    again.close()
    with pytest.raises(IndexMismatch):
        opened(Settings(data=data)).search(QUESTION)


def test_a_server_takes_another_model_over_while_it_answers(
    data: Path, tiny: Path, opened: Callable[[Settings], KnowledgeBase]
) -> None:
    """What ``kb reindex`` with another KB_MODEL asks of a server that runs with the old one."""
    server = opened(Settings(data=data))
    assert len(found(server)) == 8
    KnowledgeBase(Settings(data=data, model=str(tiny)), owns_index=False).request_reindex()
    assert server.reindex_requested()
    with Searching(server) as searching:
        server.reindex(cut=split)
        while searching.answers < 3:
            assert not searching.errors
    assert not searching.errors
    assert not server.reindex_requested()
    assert server._open_encoder().width == 32
    assert len(found(server)) == 8


def test_a_model_that_is_no_good_leaves_the_old_index_as_it_was(
    data: Path, tmp_path: Path, opened: Callable[[Settings], KnowledgeBase]
) -> None:
    before = sorted(str(path) for path in (data / "index").rglob("*"))
    kb = opened(Settings(data=data, model=str(tmp_path / "nowhere")))
    for attempt in (kb.reindex, kb.request_reindex, lambda: kb.search(QUESTION)):
        with pytest.raises(ModelUnavailable):
            attempt()
    assert set(kb.failures()) == {"model", "index"}
    assert sorted(str(path) for path in (data / "index").rglob("*")) == before
    assert len(found(opened(Settings(data=data)))) == 8


def test_a_request_that_cannot_be_met_is_given_up_and_the_server_goes_on(
    data: Path, tmp_path: Path, opened: Callable[[Settings], KnowledgeBase]
) -> None:
    server = opened(Settings(data=data))
    before = server.generation()
    server._shelf.request_rebuild({"model": str(tmp_path / "nowhere")})
    with pytest.raises(ModelUnavailable):
        Worker(server, Settings(data=data))._take_up_work()
    assert not server.reindex_requested()
    assert server.generation() == before
    assert len(found(server)) == 8


def test_a_rebuild_that_fails_half_way_leaves_the_old_index(
    data: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Settings], KnowledgeBase]
) -> None:
    kb = opened(Settings(data=data))
    before = found(kb)

    def fail(done: int, of: int) -> None:
        raise ModelUnavailable(setting="KB_MODEL", path="", problem="damaged", detail=f"{done} of {of}")

    with pytest.raises(ModelUnavailable):
        kb.reindex(fail)
    assert found(kb) == before
    assert kb.reindex() == 8
    assert found(kb) == before


def test_other_prompts_are_another_model(data: Path, opened: Callable[[Settings], KnowledgeBase]) -> None:
    with pytest.raises(IndexMismatch):
        opened(Settings(data=data, passage_prompt="passage: ")).search(QUESTION)


def test_passages_cut_by_other_rules_are_cut_anew(
    data: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Settings], KnowledgeBase]
) -> None:
    old = opened(Settings(data=data))
    before = {hit.passage.id: hit.passage for hit in old.search(QUESTION).hits}
    old.close()
    for module in (passages, knowledge_base):
        monkeypatch.setattr(module, "SPLITTER", "next")
    kb = opened(Settings(data=data))
    with pytest.raises(IndexMismatch) as raised:
        kb.search(QUESTION)
    assert raised.value.facts["problem"] == "another_splitter"
    assert kb.reindex(cut=split) == 8
    after = {hit.passage.id: hit.passage for hit in kb.search(QUESTION).hits}
    assert not before.keys() & after.keys()
    assert {replace(one, id="") for one in after.values()} == {replace(one, id="") for one in before.values()}
    assert kb.status().passages == 8


def test_a_relative_folder_means_the_same_to_a_server_elsewhere(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BUNDLED_MODEL.parent)
    kb = KnowledgeBase(Settings(data=data, model=BUNDLED_MODEL.name), owns_index=False)
    kb.request_reindex()
    assert (kb._shelf.rebuild_requested() or {})["model"] == str(BUNDLED_MODEL)
    kb.close()
