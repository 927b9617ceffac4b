"""The figures of ``bench.findings`` on answers worked out by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import findings
from training.findings.labelled import TYPES, load, own, splits


def test_figures_of_one_type() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.4, 0.1], np.float32)
    has = np.array([True, False, True, True, False])
    found = findings.of_type(confidence, has)
    assert (found["precision"], found["recall"], found["f1"], found["support"]) == (0.667, 0.667, 0.667, 3)
    assert found["precision_at_recall_0.9"] == 0.75


def test_types_that_a_set_lacks_do_not_count() -> None:
    confidence, has = np.zeros((2, 18), np.float32), np.zeros((2, 18), bool)
    has[0, 0] = confidence[0, 0] = True
    assert findings.macro(findings.measured(confidence, has)) == 1.0


def test_any_labelled_set_can_be_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labelled.jsonl"
    lines = [
        {"text": "Vi rekommenderar att kommunen utser en ansvarig.", "types": ["recommendation"], "language": "sv"},
        {"text": "Kommunen har 31 000 invånare.", "labels": [], "heading": "Bakgrund", "lang": "sv"},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["bench.findings", "--labelled", str(file)])
    monkeypatch.setattr(findings, "write_results", lambda *_: pytest.fail("another set's figures are not ours"))
    findings.main()
    assert "2 passages" in capsys.readouterr().out


def test_types_go_by_code_or_name(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"text": "x", "types": ["Hinder", "lesson learned", "cost"]}', encoding="utf-8")
    assert load(file)[0].types == {"obstacle", "lesson", "cost"}


def test_our_own_set_is_large_divided_by_document_and_sound() -> None:
    everything = own("train", "dev", "test")
    assert len(everything) >= 600
    assert sum(one.passage.language == "sv" for one in everything) >= len(everything) * 0.55
    assert {one.passage.document_id for one in everything} == set(splits())
    assert all(core in one.passage.text for one in everything for core in one.core.values())
    assert all(set(one.core) == {kind.value for kind in one.types} for one in everything)
    assert {kind for one in own("test") for kind in one.types} == set(TYPES)
