"""A folder goes in: everything ends searchable or set aside with a reason, whatever happens on the way."""

import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ingest.pipeline import Pipeline
from ingest.sources import walk
from service.domain.documents import DocumentState, Reason
from service.domain.searching import Query
from service.errors import NotFound
from service.knowledge_base import Arrival, KnowledgeBase
from service.settings import Settings
from tests.conftest import SAMPLES, filled

REPORT = """# Slutrapport för Vägen vidare

Diarienummer: 23-777-S01

## Resultat

{unique} Av de 212 deltagarna gick 43 procent vidare till arbete eller studier inom sex månader efter avslutad insats.
Kommunen anställde två vägledare som mötte ungdomarna där de redan var.

## Hinder

Personalomsättningen i projektet var hög, och upphandlingen av vägledning drog ut på tiden.
"""


def report(unique: str) -> str:
    return REPORT.format(unique=unique)


def bomb() -> bytes:
    """A DOCX that claims to hold 300 MB in a few hundred kilobytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * 300_000_000)
    return buffer.getvalue()


BAD = {
    "empty.pdf": (b"", Reason.EMPTY),
    "truncated.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", Reason.DAMAGED),
    "really html.pdf": (b"<!doctype html><html><body><p>Hej</p></body></html>", Reason.WRONG_EXTENSION),
    "noise.bin": (bytes(range(256)) * 8, Reason.UNKNOWN_FORMAT),
    "bomb.docx": (bomb(), Reason.UNSAFE_ARCHIVE),
    "too large.txt": (b"ord " * 400_000, Reason.TOO_LARGE),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    return made


def test_a_bad_file_costs_the_others_nothing(folder: Path, tmp_path: Path) -> None:
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    for number in range(4):
        (folder / f"good {number}.md").write_text(report(f"Berättelse {number}."), encoding="utf-8")
    (folder / "latin.txt").write_bytes(report("Gammal teckenkodning åäö.").encode("cp1252"))
    settings = Settings(data=tmp_path / "data", max_file_bytes=1_000_000)
    kb = KnowledgeBase(settings)
    summary = Pipeline(kb, settings).ingest(walk([folder]))
    assert summary.added == 5
    assert {name: reason for name, reason, _ in summary.set_aside} == {
        name: reason for name, (_, reason) in BAD.items()
    }
    status = kb.status()
    assert status.by_state == {"searchable": 5, "set_aside": len(BAD)}
    assert {one.file_name: one.reason for one in status.set_aside} == {
        name: reason for name, (_, reason) in BAD.items()
    }
    assert kb.search(Query("gammal teckenkodning", limit=1)).hits[0].document.file_name == "latin.txt"
    kb.close()


def test_the_second_run_touches_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "a.md").write_text(report("Ett."), encoding="utf-8")
    (folder / "copy of a.md").write_text(report("Ett."), encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    kb, first = filled(tmp_path / "data", folder)
    before = kb.document(kb.in_state(DocumentState.SEARCHABLE)[0].id)
    second = Pipeline(kb, Settings(data=tmp_path / "data")).ingest(walk([folder]))
    assert (first.added, first.known, len(first.set_aside)) == (1, 1, 1)
    assert (second.added, second.known, len(second.set_aside)) == (0, 2, 1)
    assert kb.document(before.id) == before
    kb.close()


def test_what_an_interrupted_run_left_counts_once_when_the_same_folder_is_given_again(
    folder: Path, tmp_path: Path
) -> None:
    for number in range(3):
        (folder / f"{number}.md").write_text(report(f"Berättelse {number}."), encoding="utf-8")
    interrupted = KnowledgeBase(Settings(data=tmp_path / "data"))
    interrupted.receive([Arrival("0.md", (folder / "0.md").read_bytes())])
    interrupted.close()
    kb, summary = filled(tmp_path / "data", folder)
    assert (summary.given, summary.added, summary.known, summary.finished) == (3, 3, 0, 3)
    kb.close()


def test_a_document_is_tied_to_the_project_that_it_names_or_that_it_is_said_to_belong_to(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "named.md").write_text(report("Namngiven."), encoding="utf-8")
    kb, _ = filled(tmp_path / "data", folder)
    assert [one.project_id for one in kb.in_state(DocumentState.SEARCHABLE)] == ["23-777-S01"]
    kb.close()
    other, _ = filled(tmp_path / "other", folder, project="2015/00394")
    assert [one.project_id for one in other.in_state(DocumentState.SEARCHABLE)] == ["2015-00394"]
    other.close()


def test_a_removed_document_is_found_no_more_and_can_come_back(folder: Path, tmp_path: Path) -> None:
    (folder / "a.md").write_text(report("Snöskoterförarbevis gav jobb."), encoding="utf-8")
    kb, _ = filled(tmp_path / "data", folder)
    found = kb.search(Query("snöskoterförarbevis")).hits[0].document
    kb.remove(found.id)
    assert kb.search(Query("snöskoterförarbevis")).hits == ()
    for ask in (kb.document, kb.original, kb.pages, kb.remove):
        with pytest.raises(NotFound):
            ask(found.id)
    Pipeline(kb, Settings(data=tmp_path / "data")).ingest(walk([folder]))
    assert kb.search(Query("snöskoterförarbevis")).hits[0].document.id == found.id
    kb.close()


def test_a_rebuilt_index_gives_the_same_answers(folder: Path, tmp_path: Path) -> None:
    for number in range(5):
        (folder / f"{number}.md").write_text(
            report(f"Berättelse nummer {number} om praktik på bageri."), encoding="utf-8"
        )
    kb, _ = filled(tmp_path / "data", folder)
    before = [(hit.passage, round(hit.score, 4)) for hit in kb.search(Query("praktik på bageri")).hits]
    assert kb.reindex() == kb.status().passages
    assert [(hit.passage, round(hit.score, 4)) for hit in kb.search(Query("praktik på bageri")).hits] == before
    kb.close()


def test_an_index_that_was_deleted_is_filled_anew(folder: Path, tmp_path: Path) -> None:
    (folder / "a.md").write_text(report("Snöskoterförarbevis gav jobb."), encoding="utf-8")
    kb, _ = filled(tmp_path / "data", folder)
    before = [hit.passage.id for hit in kb.search(Query("snöskoterförarbevis")).hits]
    kb.close()
    shutil.rmtree(tmp_path / "data" / "index")
    kb = KnowledgeBase(Settings(data=tmp_path / "data"))
    assert kb.search(Query("snöskoterförarbevis")).hits == ()
    assert kb.index_waiting() > 0
    assert [hit.passage.id for hit in kb.search(Query("snöskoterförarbevis")).hits] == before
    kb.close()


def test_killed_again_and_again_the_next_run_finishes_with_nothing_lost_and_nothing_twice(tmp_path: Path) -> None:
    whole, _ = filled(tmp_path / "whole", SAMPLES)
    expected = whole.status()
    whole.close()
    data, chance = tmp_path / "killed", random.Random(7)
    command = [sys.executable, "-m", "kb", "ingest", str(SAMPLES)]
    environment = os.environ | {"KB_DATA": str(data)}
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.6, 2.2))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed
    last = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    assert last.returncode == 0
    kb = KnowledgeBase(Settings(data=data))
    status = kb.status()
    assert (status.by_state, status.passages, status.projects) == (
        expected.by_state,
        expected.passages,
        expected.projects,
    )
    assert kb.problems() == ()
    assert kb._open_index().count() == expected.passages
    kb.close()
