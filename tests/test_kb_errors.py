"""The command: what goes wrong is said in one sentence, with the setting or the command that mends it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import filled
from tests.models import tiny_bert

KB = (sys.executable, "-m", "kb")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one report, indexed with the bundled model."""
    report = tmp_path / "report.md"
    report.write_text("# Rapport\n\nUnga fick praktik på bageri.", encoding="utf-8")
    kb, _ = filled(tmp_path / "data", report)
    kb.close()
    return tmp_path / "data"


def environment(data: Path, **settings: str) -> Mapping[str, str]:
    return os.environ | {"KB_DATA": str(data), "KB_PORT": "0", "LC_ALL": "C.UTF-8"} | settings


def run(data: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    given = environment(data, **settings)
    return subprocess.run([*KB, *arguments], env=given, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    process = subprocess.Popen(
        [*KB, "serve"], env=environment(data, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    note = data / "server.json"
    while not note.exists():
        assert process.poll() is None
        time.sleep(0.05)
    yield json.loads(note.read_text(encoding="utf-8"))["address"], process
    process.terminate()
    process.communicate(timeout=30)


def ready(address: str) -> tuple[int, list[str]]:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=30) as answer:
            return answer.status, json.load(answer)["problems"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["problems"]


def test_a_missing_model_is_named_with_its_setting_in_the_readers_language(data: Path) -> None:
    swedish = run(data, "search", "praktik", KB_MODEL="/nowhere/at/all", LC_ALL="sv_SE.UTF-8")
    english = run(data, "search", "praktik", KB_MODEL="/nowhere/at/all")
    assert (swedish.returncode, english.returncode) == (1, 1)
    assert swedish.stderr.startswith("Fel: ")
    for told, word in ((swedish.stderr, "mapp"), (english.stderr, "folder")):
        assert "KB_MODEL" in told
        assert "/nowhere/at/all" in told
        assert word in told
        assert len(told.splitlines()) == 1


def test_an_index_of_another_model_says_what_to_do(data: Path) -> None:
    told = run(data, "search", "praktik", KB_PASSAGE_PROMPT="passage: ")
    assert told.returncode == 1
    assert "kb reindex" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_the_same_report_twice_is_one_hit_that_names_the_other(data: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.md"
    again.write_text("# Ny utgåva\n\nUnga fick praktik\npå bageri.", encoding="utf-8")
    assert run(data, "ingest", str(again)).returncode == 0
    found = json.loads(run(data, "search", "praktik", "--json").stdout)["data"]
    assert len(found) == 1
    titles = {found[0]["document"]["title"], *(repeat["document"]["title"] for repeat in found[0]["repeats"])}
    assert titles == {"Rapport", "Ny utgåva"}
    told = run(data, "search", "praktik").stdout
    assert "Rapport" in told
    assert "Ny utgåva" in told


def test_a_server_without_a_usable_model_says_so_and_shows_what_it_can(data: Path) -> None:
    with serving(data, KB_MODEL="/nowhere/at/all") as (address, process):
        assert ready(address) == (503, ["model", "index"])
        with urllib.request.urlopen(f"{address}/om", timeout=30) as answer:
            assert answer.status == 200
        asked = run(data, "search", "praktik", KB_MODEL="/nowhere/at/all")
        assert asked.returncode == 1
        assert "KB_MODEL" in asked.stderr
        assert process.stderr is not None
        told = process.stderr.readline()
        assert "KB_MODEL" in told
        assert "/nowhere/at/all" in told


def test_reindexing_hands_a_running_server_another_model(data: Path, tiny: Path) -> None:
    with serving(data) as (address, _):
        assert ready(address) == (200, [])
        failed = run(data, "reindex", KB_MODEL="/nowhere/at/all")
        assert (failed.returncode, ready(address)) == (1, (200, []))
        assert "KB_MODEL" in failed.stderr
        assert run(data, "reindex", KB_MODEL=str(tiny)).returncode == 0
        assert ready(address) == (200, [])
        found = run(data, "search", "praktik", "--json")
        assert len(json.loads(found.stdout)["data"]) == 1
    assert "kb reindex" in run(data, "search", "praktik").stderr
    assert len(json.loads(run(data, "search", "praktik", "--json", KB_MODEL=str(tiny)).stdout)["data"]) == 1


def test_a_server_that_starts_with_another_model_reindexes_when_asked(data: Path, tiny: Path) -> None:
    with serving(data, KB_MODEL=str(tiny)) as (address, _):
        assert ready(address) == (503, ["index"])
        asked = run(data, "search", "praktik", KB_MODEL=str(tiny))
        assert "kb reindex" in asked.stderr
        assert run(data, "reindex", KB_MODEL=str(tiny)).returncode == 0
        assert ready(address) == (200, [])
