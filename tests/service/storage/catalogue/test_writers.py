"""Several processes and threads at the same catalogue."""

import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from subprocess import Popen

import pytest

from service.domain.documents import Document, Page, Passage, passage_id
from service.storage.catalogue.catalogue import Catalogue

StartChild = Callable[..., "Popen[str]"]

RECEIVE = """
import sys
from datetime import UTC, datetime
from service.domain.documents import Document
from service.storage.catalogue.catalogue import Catalogue
catalogue = Catalogue.open(sys.argv[1])
for number in range(int(sys.argv[2])):
    one = Document(f"{number:016x}", f"{number:064x}", "a.pdf", "application/pdf", 1, datetime.now(UTC))
    print(len(catalogue.receive([one])), flush=True)
"""


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    made = Catalogue.open(url)
    yield made
    made.close()


def document(number: int) -> Document:
    moment = datetime(2026, 11, 24, 9, number // 60, number % 60, tzinfo=UTC)
    return Document(f"{number:016x}", f"{number:064x}", f"{number}.pdf", "application/pdf", 1, moment)


def reading(
    one: Document, text: str, passages: int = 3
) -> tuple[Document, list[Page], list[Passage], list[object], list[object]]:
    found = [
        Passage(passage_id(one.id, "1", ordinal), one.id, ordinal, text, (), 1, 1, 0, len(text), "sv")
        for ordinal in range(passages)
    ]
    return one, [Page(1, "", text, "sv")], found, [], []


def test_processes_that_bring_the_same_files_take_each_in_once(
    catalogue: Catalogue, url: str, start_child: StartChild
) -> None:
    children = [start_child(RECEIVE, url, 60) for _ in range(3)]
    answers = [child.communicate(timeout=60)[0].split() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert [sum(int(answer[number]) for answer in answers) for number in range(60)] == [1] * 60
    assert catalogue.counts().by_state == {"received": 60}


def test_what_was_acknowledged_survives_a_kill(catalogue: Catalogue, url: str, start_child: StartChild) -> None:
    child = start_child(RECEIVE, url, 100_000)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline() for _ in range(40)]
    child.send_signal(signal.SIGKILL)
    child.wait()
    acknowledged += child.stdout.readlines()
    assert catalogue.counts().by_state["received"] >= acknowledged.count("1\n") >= 40


def test_a_document_removed_while_it_was_read_stays_removed(catalogue: Catalogue) -> None:
    one, two = document(1), document(2)
    catalogue.receive([one, two])
    catalogue.remove(one.id)
    catalogue.save_readings([reading(one, "gone"), reading(two, "there")])  # type: ignore[list-item]
    assert catalogue.documents([one.id]) == {}
    assert catalogue.passages_of(one.id) == []
    assert [passage.text for passage in catalogue.passages_of(two.id)] == ["there"] * 3


def test_a_reader_sees_the_old_or_the_new_reading_and_never_a_mix(catalogue: Catalogue) -> None:
    one = document(1)
    catalogue.receive([one])
    catalogue.save_readings([reading(one, "0")])  # type: ignore[list-item]
    seen: list[tuple[int, set[str]]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            found = catalogue.passages_of(one.id)
            seen.append((len(found), {passage.text for passage in found}))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 40):
        catalogue.save_readings([reading(one, str(number))])  # type: ignore[list-item]
    done.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(count == 3 and len(texts) == 1 for count, texts in seen)


def test_threads_write_and_remove_without_losing_anything(catalogue: Catalogue) -> None:
    problems: list[Exception] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 15):
                catalogue.receive([document(number)])
                catalogue.save_readings([reading(document(number), "text")])  # type: ignore[list-item]
                catalogue.mark_searchable([document(number).id])
                if number % 3 == 0:
                    catalogue.remove(document(number).id)
        except Exception as error:  # noqa: BLE001
            problems.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    kept = [number for first in (0, 100, 200, 300) for number in range(first, first + 15) if number % 3]
    assert catalogue.counts().by_state == {"searchable": len(kept)}
    assert catalogue.counts().passages == 3 * len(kept)
