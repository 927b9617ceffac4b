"""Labelled passages as JSON lines, and how they are divided."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.documents import Passage
from service.domain.findings import FindingType
from service.domain.labels import labels

FOLDER = Path(__file__).parent
PASSAGES = FOLDER / "passages.jsonl"
SPLITS = FOLDER / "splits.csv"
SENTENCES = FOLDER / "sentences.tsv"
TYPES = tuple(FindingType)
Truth = NDArray[np.bool_]
"""Shape (passages, 18)."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with its types, and the core sentence of each as it stands in the text."""

    passage: Passage
    types: frozenset[FindingType]
    core: Mapping[str, str] = field(default_factory=dict)
    document_type: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Everything that the line says."""


def load(path: Path) -> list[Labelled]:
    """Return the labelled passages of a file.

    Only ``text`` and ``types`` (or ``labels``, ``type``) are needed; types are codes or their names in either language.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_labelled(number, json.loads(line)) for number, line in enumerate(lines) if line.strip()]


def splits() -> dict[str, str]:
    """Return "train", "dev" or "test" for each document of our own set."""
    with SPLITS.open(encoding="utf-8", newline="") as handle:
        return {row["document"]: row["split"] for row in csv.DictReader(handle, delimiter=";")}


def own(*wanted: str) -> list[Labelled]:
    """Return the passages of our own set that are in these parts."""
    parts = splits()
    return [one for one in load(PASSAGES) if parts[one.passage.document_id] in wanted]


def sentences() -> list[Labelled]:
    """Return the plain sentences, each as a passage of its own: the way reports usually say things, for training alone."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [_alone(number, *line.split("\t")) for number, line in enumerate(lines)]


def truth(labelled: Sequence[Labelled]) -> Truth:
    """Return which types each passage has."""
    return np.array([[kind in one.types for kind in TYPES] for one in labelled], bool).reshape(
        len(labelled), len(TYPES)
    )


def _labelled(number: int, line: Mapping[str, Any]) -> Labelled:
    given = line.get("types", line.get("labels", line.get("type", [])))
    headings = line.get("heading_path", line.get("headings", line.get("heading", [])))
    passage = Passage(
        id=str(line.get("id", number)),
        document_id=str(line.get("document", line.get("document_id", number))),
        ordinal=number,
        text=line["text"],
        heading_path=(headings,) if isinstance(headings, str) else tuple(headings or ()),
        page_from=1,
        page_to=1,
        start=0,
        end=len(line["text"]),
        language=line.get("language", line.get("lang", "und")),
    )
    types = frozenset(_type(name) for name in ([given] if isinstance(given, str) else given or ()) if name)
    return Labelled(passage, types, line.get("core") or {}, line.get("document_type") or "", line)


def _alone(number: int, code: str, language: str, text: str) -> Labelled:
    passage = Passage(f"sentence-{number}", f"sentence-{number}", 0, text, (), 1, 1, 0, len(text), language)
    return Labelled(passage, frozenset({FindingType(code)} if code else ()), {code: text} if code else {})


def _type(name: str) -> FindingType:
    wanted = name.strip().lower()
    for code, names in labels("finding_types").items():
        if wanted in {code, names.sv.lower(), names.en.lower()}:
            return FindingType(code)
    return FindingType(wanted)
