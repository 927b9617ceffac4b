"""The training texts: pairs that mean the same, by source, with weights and filters.

Translation pairs alone make a translation matcher. What makes a retriever is the pairs of a short and a long text:
title and window of the same document, two windows of the same document, titles and abstracts across languages.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Encode = Callable[[list[str]], list[Ids]]

PARALLEL_WEIGHTS = {
    "eu_gov": 3.0,
    "tatoeba": 1.0,
    "dict": 1.0,
    "gettext": 1.0,
    "ui": 1.0,
    "ud": 1.0,
    "web": 0.5,
    "docs_md": 0.35,
}
"""Weight by source family. ``docs_md`` is product documentation, mostly machine-translated; its PowerShell part stays out."""
TITLE_TO_WINDOW = 2.0
WINDOW_TO_WINDOW = 2.0
SWECRIS_TITLES = 1.5
SWECRIS_ABSTRACTS = 1.5
WINDOW_PIECES = 160
SHORTEST_WINDOW = 40


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of pair: two lists of the same length, and how each side is cut when it is drawn."""

    name: str
    weight: float
    left: list[Ids]
    right: list[Ids]
    window_left: bool = False
    window_right: bool = False

    def draw(self, rng: np.random.Generator, size: int) -> tuple[list[Ids], list[Ids]]:
        """Return ``size`` pairs, no text twice, fewer when the source is smaller."""
        rows = rng.choice(len(self.left), min(size, len(self.left)), replace=False)
        return (
            [_cut(self.left[row], rng, window=self.window_left) for row in rows],
            [_cut(self.right[row], rng, window=self.window_right) for row in rows],
        )


def parallel_lines(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (English, Swedish, source family) of the pairs that are used."""
    with gzip.open(data / "parallel" / "train.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            english, swedish, source = line.rstrip("\n").split("\t")
            if "powershell" not in source and _sound(english, swedish):
                yield english, swedish, source.split("/")[0]


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sources(data: Path, encode: Encode) -> list[Source]:
    """Return every source of pairs as piece ids."""
    return [*_parallel(data, encode), *_government(data, encode), *_swecris(data, encode)]


def _parallel(data: Path, encode: Encode) -> list[Source]:
    families: dict[str, tuple[list[str], list[str]]] = {}
    for english, swedish, family in parallel_lines(data):
        left, right = families.setdefault(family, ([], []))
        left.append(english)
        right.append(swedish)
    return [
        Source(family, PARALLEL_WEIGHTS[family] * len(left) ** 0.5, encode(left), encode(right))
        for family, (left, right) in sorted(families.items())
        if family in PARALLEL_WEIGHTS
    ]


def _government(data: Path, encode: Encode) -> list[Source]:
    rows = json_lines(data / "government" / "train.jsonl.gz")
    titles = encode([row["title"] for row in rows])
    # The title must not stand in the text that it is matched with.
    bodies = encode([row["text"].replace(row["title"], " ") for row in rows])
    kept = [(title, body) for title, body in zip(titles, bodies, strict=True) if len(body) >= SHORTEST_WINDOW]
    long = [body for _, body in kept if len(body) >= 2 * SHORTEST_WINDOW]
    scale = len(rows) ** 0.5
    return [
        Source("title-window", TITLE_TO_WINDOW * scale, [t for t, _ in kept], [b for _, b in kept], window_right=True),
        Source("window-window", WINDOW_TO_WINDOW * scale, long, long, window_left=True, window_right=True),
    ]


def _swecris(data: Path, encode: Encode) -> list[Source]:
    rows = json_lines(data / "swecris" / "train.jsonl.gz")
    rows = [row for row in rows if all(row[f"{kind}_{lang}"] for kind in ("title", "abstract") for lang in ("sv", "en"))]
    texts = {name: encode([row[name] for row in rows]) for name in ("title_sv", "title_en", "abstract_sv", "abstract_en")}
    scale = len(json_lines(data / "government" / "train.jsonl.gz")) ** 0.5
    crossings = [
        Source(
            f"title_{a}-abstract_{b}",
            SWECRIS_TITLES * scale / 4,
            texts[f"title_{a}"],
            texts[f"abstract_{b}"],
            window_right=True,
        )
        for a in ("sv", "en")
        for b in ("sv", "en")
    ]
    abstracts = Source("abstract-abstract", SWECRIS_ABSTRACTS * scale, texts["abstract_sv"], texts["abstract_en"])
    return [*crossings, abstracts]


def _cut(ids: Ids, rng: np.random.Generator, *, window: bool) -> Ids:
    if len(ids) <= WINDOW_PIECES:
        if not window or len(ids) < 2 * SHORTEST_WINDOW:
            return ids
        length = int(rng.integers(SHORTEST_WINDOW, len(ids)))
    else:
        length = WINDOW_PIECES if not window else int(rng.integers(SHORTEST_WINDOW, WINDOW_PIECES + 1))
    start = int(rng.integers(0, len(ids) - length + 1)) if window else 0
    return ids[start : start + length]


def _sound(english: str, swedish: str) -> bool:
    """Keep pairs whose lengths could be a translation, and that are not the same text twice."""
    if not english or not swedish or english == swedish:
        return False
    return 0.4 < (len(english) + 10) / (len(swedish) + 10) < 2.5
