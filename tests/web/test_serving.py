"""A server that runs: how it is found by the command, whatever it listens on and whatever it is called."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import filled

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def kb(data: Path, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    """Start the command as a user does, speaking English."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    environment = inherited | {"KB_DATA": str(data), "KB_LANG": "en", "PYTHONPATH": str(ROOT)} | settings
    return subprocess.Popen(
        [sys.executable, "-m", "kb", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(command: "subprocess.Popen[str]") -> tuple[int, str]:
    out, complaints = command.communicate(timeout=PATIENCE)
    return command.returncode, out + complaints


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# Steget in\n\nUnga som varken arbetar eller studerar får en vägledare.\n")
    made, _ = filled(tmp_path / "data", tmp_path / "in")
    made.close()
    return tmp_path / "data"


def started_server(data: Path, **settings: str) -> "subprocess.Popen[str]":
    started = kb(data, "serve", KB_PORT="0", **settings)
    deadline = time.monotonic() + PATIENCE
    while not (data / "server.json").exists():
        assert time.monotonic() < deadline
        assert started.poll() is None, said(started)
        time.sleep(0.05)
    return started


@pytest.fixture(
    params=[{}, {"KB_HOST": "0.0.0.0", "KB_ALLOWED_HOSTS": "kunskapsbanken.example"}], ids=["here", "public"]
)
def server(data: Path, request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[str]"]:
    started = started_server(data, **request.param)
    yield started
    started.send_signal(signal.SIGTERM)
    said(started)


def test_the_command_asks_the_server_and_brings_documents_in_beside_it(
    server: "subprocess.Popen[str]", data: Path, tmp_path: Path
) -> None:
    code, text = said(kb(data, "search", "unga"))
    assert (code, "Steget in" in text) == (0, True), text
    (tmp_path / "in" / "b.md").write_text("# Verkstan\n\nDeltagarna fick praktik i en bilverkstad.\n")
    code, text = said(kb(data, "ingest", str(tmp_path / "in")))
    assert (code, "1  files came in" in text) == (0, True), text
    code, text = said(kb(data, "search", "praktik i en bilverkstad"))
    assert (code, "Verkstan" in text) == (0, True), text
    code, text = said(kb(data, "serve", KB_PORT="0"))
    assert (code, f"number {server.pid}" in text) == (1, True), text


def test_a_server_with_an_index_of_another_model_says_so_and_builds_it_anew_when_asked(data: Path) -> None:
    (built,) = (data / "index").glob("g*/built.json")
    built.write_text(json.dumps(json.loads(built.read_text()) | {"model": "another"}))
    server = started_server(data)
    code, text = said(kb(data, "search", "unga"))
    assert (code, "kb reindex" in text) == (1, True), text
    code, text = said(kb(data, "reindex"))
    assert code == 0, text
    code, text = said(kb(data, "search", "unga"))
    assert (code, "Steget in" in text) == (0, True), text
    server.send_signal(signal.SIGTERM)
    _, text = said(server)
    assert "was built with another model" in " ".join(text.split())
