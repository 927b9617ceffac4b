"""Contrastive training and distillation of the rows.

Two kinds of steps in random order. A *pair step* draws the two texts of each pair together and apart from the other
pairs of the batch (symmetric InfoNCE, temperature 0.05). A *teacher step* draws the English and the Swedish text of a
translation to the teacher's vector of the English one, by the same loss and by cosine. Both are measured on all 384
dimensions and in turn on the first 256 and 128 (Kusupati et al. 2022, "Matryoshka representation learning").
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, embedding_bag, normalize

from training.bags import Vectors, bags_of
from training.pairs import Batch, Kind, epoch
from training.row_adam import RowAdam

UNKNOWN_ID = 0
WARM_UP = 0.05
# Scores of pairs that are equal and must not be pushed apart: far below any cosine over the temperature.
LEFT_OUT = -1e4


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how strongly to train.

    ``rate`` is the step size of Adam: it rises over the first twentieth of the steps and falls linearly to zero. A
    fifth of the size of a number in the starting rows has proved right. ``pairs`` and ``labelled`` are the sizes of
    the two kinds of batches, ``longest`` the number of pieces at which a text is cut.
    """

    epochs: int = 3
    pairs: int = 2048
    labelled: int = 1024
    rate: float = 1e-2
    temperature: float = 0.05
    widths: tuple[int, ...] = (384, 256, 128)
    cosine: float = 2.0
    longest: int = 160
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Labelled:
    """Translations with the teacher's (centred, rotated, unit) vectors of the English side, shape (texts, width).

    ``axes`` is the rotation, shape (width, width).
    """

    english: list[str]
    swedish: list[str]
    vectors: Vectors
    axes: Vectors


Step = Batch | NDArray[np.int64]


def train(
    rows: Vectors, tokenizer: Tokenizer, mix: Sequence[Kind], labelled: Labelled, plan: Plan, work: Path
) -> Vectors:
    """Train the rows and return them, shape (pieces, dimensions).

    State is kept in ``work`` after each epoch; a stopped run goes on from there.
    """
    run = _Run(rows, tokenizer, labelled, plan, work / "state.pt")
    while run.epoch < plan.epochs:
        steps = _steps(mix, len(labelled.english), plan, run.epoch)
        run.total = run.total or plan.epochs * len(steps)
        run.one_epoch(steps)
    return run.finished()


class _Run:
    """Rows, optimiser and clock of one training run."""

    def __init__(self, rows: Vectors, tokenizer: Tokenizer, labelled: Labelled, plan: Plan, state: Path) -> None:
        self.tokenizer, self.labelled, self.plan, self.state = tokenizer, labelled, plan, state
        self.rows = torch.from_numpy(rows.copy()).requires_grad_()
        self.adam = RowAdam(self.rows)
        self.epoch = self.step = self.total = 0
        self.touched: list[Tensor] = []
        self.started = time.monotonic()
        if state.exists():
            self._resume()

    def one_epoch(self, steps: list[Step]) -> None:
        losses: list[float] = []
        for step in steps:
            losses.append(self._take(step))
            if self.step % 50 == 0:
                minutes = (time.monotonic() - self.started) / 60
                mean = sum(losses[-50:]) / len(losses[-50:])
                print(f"train: step {self.step} of about {self.total}, loss {mean:.3f}, {minutes:.1f} min", flush=True)
        self.epoch += 1
        self._save()

    def finished(self) -> Vectors:
        rows: Vectors = self.rows.detach().numpy().copy()
        # An unknown character says nothing: a zero row leaves the direction of the mean as it is.
        rows[UNKNOWN_ID] = 0
        return rows

    def _take(self, step: Step) -> float:
        self.touched.clear()
        loss = self._pair_step(step) if isinstance(step, Batch) else self._teacher_step(step)
        (gradient,) = torch.autograd.grad(loss, self.rows)
        self.adam.step(gradient, torch.unique(torch.cat(self.touched)), self._rate())
        self.step += 1
        return float(loss.item())

    def _rate(self) -> float:
        done = self.step / max(self.total, 1)
        return self.plan.rate * max(0.0, min((done + 1e-3) / WARM_UP, (1 - done) / (1 - WARM_UP)))

    def _widths(self) -> tuple[int, ...]:
        """All dimensions and, in turn, one of the narrower widths: a third of the work saved."""
        full, *narrower = self.plan.widths
        return full, narrower[self.step % len(narrower)]

    def _pair_step(self, batch: Batch) -> Tensor:
        left, right = self._encode(batch.left), self._encode(batch.right)
        return pair_loss(left, right, same(batch.left) | same(batch.right), self.plan.temperature, self._widths())

    def _teacher_step(self, chosen: NDArray[np.int64]) -> Tensor:
        english = [self.labelled.english[i] for i in chosen]
        swedish = [self.labelled.swedish[i] for i in chosen]
        target = torch.from_numpy(self.labelled.vectors[chosen])
        repeated = same(english) | same(swedish)
        return teacher_loss(self._encode(english), self._encode(swedish), target, repeated, self.plan, self._widths())

    def _encode(self, texts: list[str]) -> Tensor:
        bags = bags_of(self.tokenizer, texts, self.plan.longest)
        ids = torch.from_numpy(bags.ids)
        self.touched.append(ids)
        encoded: Tensor = embedding_bag(ids, self.rows, torch.from_numpy(bags.offsets), mode="mean")
        return encoded

    def _save(self) -> None:
        partial = self.state.with_suffix(".partial")
        torch.save({"adam": self.adam.state(), "at": (self.epoch, self.step, self.total)}, partial)
        partial.rename(self.state)

    def _resume(self) -> None:
        kept = torch.load(self.state, weights_only=True)
        self.adam.restore(kept["adam"])
        self.epoch, self.step, self.total = kept["at"]
        print(f"train: going on after epoch {self.epoch}", flush=True)


def same(texts: list[str]) -> Tensor:
    """Mark pairs of equal texts, shape (n, n), False on the diagonal: they must not be pushed apart."""
    numbers = torch.tensor([hash(text) for text in texts])
    return (numbers[:, None] == numbers[None, :]).fill_diagonal_(False)


def pair_loss(left: Tensor, right: Tensor, repeated: Tensor, temperature: float, widths: tuple[int, ...]) -> Tensor:
    """Symmetric InfoNCE of two batches of vectors, mean over the widths; pairs marked in ``repeated`` are left out."""
    losses = [_contrast(left[:, :width], right[:, :width], repeated, temperature) for width in widths]
    return torch.stack(losses).mean()


def teacher_loss(
    english: Tensor, swedish: Tensor, target: Tensor, repeated: Tensor, plan: Plan, widths: tuple[int, ...]
) -> Tensor:
    """InfoNCE student→teacher for both languages, between the languages, and cosine distance to the teacher."""
    loss = pair_loss(english, swedish, repeated, plan.temperature, widths)
    for student in (english, swedish):
        loss = loss + _contrast(student, target, repeated, plan.temperature)
        for width in widths:
            closeness = cosine_similarity(student[:, :width], target[:, :width]).mean()
            loss = loss + plan.cosine * (1 - closeness) / len(widths)
    return loss


def _contrast(left: Tensor, right: Tensor, repeated: Tensor, temperature: float) -> Tensor:
    # bf16 makes the product three times as fast; its error, 0.004 in a cosine, is small beside the temperature.
    scores = (normalize(left).bfloat16() @ normalize(right).bfloat16().T).float() / temperature
    scores = scores.masked_fill(repeated, LEFT_OUT)
    own = torch.arange(len(scores))
    return (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2


def _steps(mix: Sequence[Kind], labelled: int, plan: Plan, number: int) -> list[Step]:
    seed = 1000 * plan.seed + number
    order = np.random.default_rng(seed).permutation(labelled)
    steps: list[Step] = list(epoch(mix, plan.pairs, seed))
    steps += [order[start : start + plan.labelled] for start in range(0, labelled, plan.labelled)]
    random.Random(seed).shuffle(steps)
    return steps
