"""The training texts, read from the data folder. Held-out (dev) texts are read here only to keep them out."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Translation:
    """One English–Swedish pair; ``source`` is ``family/part``, for example ``eu_gov/eforms_sdk``."""

    english: str
    swedish: str
    source: str

    @property
    def family(self) -> str:
        """First half of the source: what a weight is given to."""
        return self.source.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Project:
    """A research project described in both languages."""

    title_sv: str
    title_en: str
    abstract_sv: str
    abstract_en: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the Swedish Government's site: Markdown text under a title."""

    title: str
    text: str


@dataclass(frozen=True)
class Corpus:
    """Everything that may be trained on, read on first use.

    Args:
        data: folder with ``parallel/``, ``swecris/`` and ``government/``.

    Raises:
        FileNotFoundError: one of the files is missing.
    """

    data: Path

    @cached_property
    def translations(self) -> list[Translation]:
        """All translation pairs, without those that also stand in a held-out set."""
        rows = (line.rstrip("\n").split("\t") for line in _lines(self.data / "parallel/train.tsv.gz"))
        pairs = (Translation(*row) for row in rows if len(row) == 3)
        return [p for p in pairs if not {_key(p.english), _key(p.swedish)} & self._held_out]

    @cached_property
    def projects(self) -> list[Project]:
        """Projects with both titles; an abstract may be empty."""
        return [_project(row) for row in read_json_lines(self.data / "swecris/train.jsonl.gz")]

    @cached_property
    def pages(self) -> list[Page]:
        """Government pages that hold some text below their title and do not return in the held-out part."""
        rows = read_json_lines(self.data / "government/train.jsonl.gz")
        pages = (Page(row["title"].strip(), without_title(row["title"], row["text"])) for row in rows)
        return [p for p in pages if p.title and p.text and _key(p.text[:300]) not in self._held_out]

    @cached_property
    def _held_out(self) -> frozenset[str]:
        return frozenset(_key(text) for text in _held_out_texts(self.data) if len(text) > 20)


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read a gzipped JSON-lines file, one object at a time."""
    return (json.loads(line) for line in _lines(path))


def without_title(title: str, text: str) -> str:
    """Cut a title that the text repeats at its start, so that title → text is not a copy."""
    body = text.strip()
    return body[len(title) :].strip() if title and body.startswith(title) else body


def _project(row: dict[str, Any]) -> Project:
    return Project(*(" ".join((row[name] or "").split()) for name in Project.__slots__))


def _held_out_texts(data: Path) -> Iterator[str]:
    for row in _present(data / "parallel/dev_flores.jsonl.gz"):
        yield from (row["en"], row["sv"])
    for row in _present(data / "swecris/dev.jsonl.gz"):
        yield from (row[name] or "" for name in Project.__slots__)
    for row in _present(data / "government/dev.jsonl.gz"):
        yield without_title(row["title"], row["text"])[:300]


def _present(path: Path) -> Iterator[dict[str, Any]]:
    return read_json_lines(path) if path.exists() else iter(())


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _key(text: str) -> str:
    return " ".join(text.lower().split())
