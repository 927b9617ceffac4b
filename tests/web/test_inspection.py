"""``kb inspect``: what it prints of a report, and of a file that cannot be read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import kb

REPORT = """# Slututvärdering av Nya dörrar

## Rekommendationer

Vi rekommenderar att kommunen utser en ansvarig för det fortsatta arbetet.
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("KB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KB_READERS", "1")
    return CliRunner()


def test_a_report_is_shown_with_structure_passages_and_reasons(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "rapport.md"
    file.write_text(REPORT, encoding="utf-8")
    answer = run.invoke(kb.app, ["inspect", str(file)])
    assert answer.exit_code == 0, answer.output
    for shown in ("Slututvärdering av Nya dörrar", "Rekommendationer", "Vi rekommenderar att", "rekommenderar", "%"):
        assert shown in answer.output
    assert not (tmp_path / "data").exists()


def test_a_file_that_cannot_be_read_tells_why(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "rapport.pdf"
    file.write_bytes(b"%PDF-1.4 broken")
    answer = run.invoke(kb.app, ["inspect", str(file)])
    assert answer.exit_code == 3
    assert answer.output.strip()
