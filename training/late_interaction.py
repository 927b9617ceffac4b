"""Training of the second table, which compares a question with a passage piece by piece (``service/encoding/late_interaction.py``).

A row for each piece, of 128 dimensions, and a weight. A question's closeness to a passage is the weighted mean, over its pieces, of
the largest cosine with any piece of the passage (MaxSim: Khattab & Zaharia 2020, arXiv 2004.12832). Rows start from the first
dimensions of the finished model, weights from idf times the length of its rows, and both are drawn by symmetric InfoNCE over
the pairs of a batch. In the second stage most batches hold pairs that lie close together, so that telling them apart takes
single words: that is what the table is used for, among candidates that are all about the same.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, normalize, softplus

from service.encoding.late_interaction import FILE, LARGEST
from training.bags import Bags, Vectors, bags_of, encode, unit
from training.evaluate import Encode
from training.pairs import Batch, Kind, epoch

PASSES = {
    "translation-eu_gov": 0.5,
    "translation-tatoeba": 0.3,
    "translation-dict": 0.3,
    "title-window": 1.0,
    "heading-section": 1.0,
    "sentence-passage": 1.0,
    "title-sv-abstract-sv": 2.0,
    "title-sv-abstract-en": 2.0,
    "title-en-abstract-sv": 2.0,
    "title-en-abstract-en": 2.0,
    "sentence-sv-abstract-en": 1.5,
    "sentence-en-abstract-sv": 1.5,
}
"""Passes of an epoch over each kind of pairs; the others are left out. A little translation keeps words of both languages together."""
WARM_UP = 30
"""Steps in which the step size rises at the start of a stage."""
TIMES = (1.0, 10.0, 3.0)
"""Step sizes of rows, weights and sharpness, in step sizes of the stage: a weight has one number where a row has 128."""
NOWHERE = -2.0
"""Stands for the likeness of a place without a piece: less than any cosine."""
TOGETHER = 16
"""Passages compared at a time: their likenesses fit into the processor's cache."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training: its steps, the step size of Adam at its start, and the share of batches of close pairs."""

    steps: int
    rate: float
    close: float


@dataclass(frozen=True, slots=True)
class LatePlan:
    """How to train the table; ``question`` and ``passage`` are the most different pieces of each that are looked at."""

    stages: tuple[Stage, ...] = (Stage(800, 3e-3, 0.0), Stage(450, 1.5e-3, 0.7))
    pairs: int = 160
    width: int = 128
    sharpness: float = 20.0
    question: int = 32
    passage: int = 110
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Unit rows, shape (pieces, width), and the weight of each piece, shape (pieces,)."""

    rows: Vectors
    weights: Vectors


def train_table(
    rows: Vectors, tokenizer: Tokenizer, mix: Sequence[Kind], texts: Bags, plan: LatePlan, state: Path
) -> Table:
    """Train the table of a finished model.

    Args:
        rows: the model's rows, shape (pieces, dimensions).
        mix: kinds of pairs; those of ``PASSES`` are used.
        texts: passages in which pieces are counted for their idf.
        state: file that is kept after each stage; a stopped run goes on from there.
    """
    run = _Run(start(rows, texts, plan.width), tokenizer, plan, state)
    chosen = [replace(kind, passes=PASSES[kind.name]) for kind in mix if kind.name in PASSES]
    for number, stage in list(enumerate(plan.stages))[run.done :]:
        batches = _batches(chosen, plan, stage, lambda some: encode(rows, tokenizer, some, plan.passage), number)
        run.one_stage(stage, islice(batches, stage.steps))
    return run.table()


def start(rows: Vectors, texts: Bags, width: int) -> Table:
    """Return the table before training."""
    held = np.unique(np.repeat(np.arange(len(texts.offsets)), texts.lengths) * len(rows) + texts.ids) % len(rows)
    idf = np.log((1 + len(texts.offsets)) / (1 + np.bincount(held, minlength=len(rows))))
    weights = idf * np.linalg.norm(rows, axis=1)
    return Table(unit(rows[:, :width]), np.maximum(weights / weights.mean(), 0.02).astype(np.float32))


def write_table(table: Table, folder: Path) -> None:
    """Write the table beside the model, its rows in int8."""
    tensors: dict[str, NDArray[Any]] = {"rows": np.rint(table.rows * LARGEST).astype(np.int8), "weights": table.weights}
    save_file(tensors, str(folder / FILE))


class _Run:
    """Table, optimiser and clock of one training run."""

    def __init__(self, table: Table, tokenizer: Tokenizer, plan: LatePlan, state: Path) -> None:
        self.tokenizer, self.plan, self.state = tokenizer, plan, state
        self.rows = torch.from_numpy(table.rows.copy()).requires_grad_()
        # Weights are kept positive: softplus of these.
        self.weights = torch.from_numpy(np.log(np.expm1(table.weights))).requires_grad_()
        self.sharpness = torch.tensor(plan.sharpness).log().requires_grad_()
        self.done = 0
        if state.exists():
            self._resume()

    def one_stage(self, stage: Stage, batches: Iterable[Batch]) -> None:
        adam = torch.optim.Adam([{"params": [p]} for p in self._parameters()], betas=(0.9, 0.98))
        losses: list[float] = []
        for step, batch in enumerate(batches):
            rate = stage.rate * min(1.0, (step + 1) / WARM_UP, max(0.02, 1 - step / stage.steps))
            for group, times in zip(adam.param_groups, TIMES, strict=True):
                group["lr"] = times * rate
            losses.append(self._take(batch, adam))
            if len(losses) % 50 == 0:
                print(
                    f"late interaction: step {len(losses)} of {stage.steps}, loss {sum(losses[-50:]) / 50:.3f}",
                    flush=True,
                )
        self.done += 1
        torch.save({"parameters": self._parameters(), "done": self.done}, self.state)

    def table(self) -> Table:
        rows: Vectors = normalize(self.rows.detach(), dim=1).numpy()
        weights: Vectors = softplus(self.weights.detach()).numpy()
        return Table(rows, weights)

    def _parameters(self) -> list[Tensor]:
        return [self.rows, self.weights, self.sharpness]

    def _take(self, batch: Batch, adam: torch.optim.Optimizer) -> float:
        left, right = self._padded(batch.left, self.plan.question), self._padded(batch.right, self.plan.passage)
        scores = closeness(self.rows, softplus(self.weights), left, right) * self.sharpness.exp()
        own = torch.arange(len(scores))
        loss = (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        return loss.item()

    def _padded(self, texts: list[str], longest: int) -> Tensor:
        """Return the different pieces of each text, shape (texts, most pieces), -1 where there is none."""
        bags = bags_of(self.tokenizer, texts)
        ends = bags.offsets + bags.lengths
        pieces = [
            list(dict.fromkeys(bags.ids[a:b].tolist()))[:longest] for a, b in zip(bags.offsets, ends, strict=True)
        ]
        padded = torch.full((len(texts), max(1, *map(len, pieces))), -1)
        for number, ids in enumerate(pieces):
            padded[number, : len(ids)] = torch.tensor(ids)
        return padded

    def _resume(self) -> None:
        kept = torch.load(self.state, weights_only=True)
        with torch.no_grad():
            for parameter, value in zip(self._parameters(), kept["parameters"], strict=True):
                parameter.copy_(value)
        self.done = kept["done"]
        print(f"late interaction: going on after stage {self.done}", flush=True)


def closeness(rows: Tensor, weights: Tensor, questions: Tensor, passages: Tensor) -> Tensor:
    """Return the closeness of each question to each passage, shape (questions, passages).

    Which piece is the most like needs no gradient: it is sought first, and only the pairs that were found are multiplied again.

    Args:
        questions, passages: ids of pieces, shape (texts, pieces), -1 where there is none.
    """
    met = _most_alike(rows.detach(), questions, passages)
    asked = questions.clamp(min=0)[:, :, None].expand_as(met)
    pairs, places = torch.unique(asked * len(rows) + met, return_inverse=True)
    cosines = cosine_similarity(rows[pairs // len(rows)], rows[pairs % len(rows)], dim=1).clamp(min=0)
    shares = weights[questions.clamp(min=0)] * (questions >= 0)
    shares = shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-6)
    return (cosines[places] * shares[:, :, None]).sum(dim=1)


@torch.no_grad()
def _most_alike(rows: Tensor, questions: Tensor, passages: Tensor) -> Tensor:
    """Return the piece of each passage that is most like each piece of each question, shape (questions, pieces, passages)."""
    asked = normalize(rows[questions.clamp(min=0)], dim=-1).flatten(end_dim=1)
    found = []
    for start in range(0, len(passages), TOGETHER):
        some = passages[start : start + TOGETHER]
        held = normalize(rows[some.clamp(min=0)], dim=-1).flatten(end_dim=1)
        likeness = (asked @ held.T).view(len(asked), *some.shape).masked_fill_(some < 0, NOWHERE)
        found.append(some.clamp(min=0)[torch.arange(len(some)), likeness.argmax(dim=2)])
    return torch.cat(found, dim=1).view(*questions.shape, len(passages))


def _batches(mix: Sequence[Kind], plan: LatePlan, stage: Stage, encoded: Encode, number: int) -> Iterator[Batch]:
    """Yield batches without end: some of close pairs, the others of pairs at random."""
    for seed in count(5000 * plan.seed + 100 * number):
        rng = random.Random(seed)
        close = list(_close_batches(mix, plan.pairs, encoded, seed)) if stage.close else []
        rng.shuffle(close)
        others = epoch(mix, plan.pairs, seed)
        chosen = round(stage.close * len(others))
        batches = [*close[:chosen], *others[chosen:]]
        if not batches:
            return
        rng.shuffle(batches)
        yield from batches


def _close_batches(mix: Sequence[Kind], size: int, encoded: Encode, seed: int) -> Iterator[Batch]:
    rng = random.Random(seed)
    for kind in mix:
        pairs = kind.draw(rng)
        vectors = encoded([right for _, right in pairs])
        for part in _neighbourhoods(np.arange(len(pairs)), vectors, size, rng):
            if len(part) >= size / 4:
                yield Batch(kind.name, [pairs[i][0] for i in part], [pairs[i][1] for i in part])


def _neighbourhoods(
    numbers: NDArray[np.int64], vectors: Vectors, size: int, rng: random.Random
) -> Iterator[NDArray[np.int64]]:
    """Cut in halves along the line between two of them, until each part holds at most ``size``."""
    if len(numbers) <= size:
        yield numbers
        return
    one, other = rng.sample(range(len(numbers)), 2)
    order = numbers[np.argsort(vectors[numbers] @ (vectors[numbers[one]] - vectors[numbers[other]]))]
    middle = size * max(1, len(order) // 2 // size)
    for part in (order[:middle], order[middle:]):
        yield from _neighbourhoods(part, vectors, size, rng)
