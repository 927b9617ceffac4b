"""Initialise from the teacher, then train with in-batch contrast and distillation."""

import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from training.pairs import Ids, Source

WIDTH = 384
PREFIXES = (384, 256, 128)
"""Matryoshka: the first 256 and 128 numbers must do the work alone as well (Kusupati et al. 2022)."""
TEMPERATURE = 0.05
BATCH = 2_048
DISTILLATION_SHARE = 0.25
COSINE_WEIGHT = 2.0


def initial_rows(
    vocabulary: int, sentences: Sequence[tuple[Sequence[Ids], NDArray[np.float16]]], seed: int
) -> NDArray[np.float32]:
    """Return one row for each piece, shape (vocabulary, 384).

    A piece starts as the mean of the centred teacher vectors of the sentences that hold it, each sentence sharing its
    weight among its pieces, scaled down for frequent pieces (smooth inverse frequency, Arora et al. 2017).
    Pieces that no sentence holds start near zero.
    """
    from scipy.sparse import csr_array

    total = np.zeros((vocabulary, WIDTH), np.float32)
    seen = np.zeros(vocabulary, np.float32)
    for texts, vectors in sentences:
        centred = vectors.astype(np.float32) - vectors.astype(np.float32).mean(axis=0)
        lengths = np.array([len(ids) for ids in texts])
        pieces = np.concatenate(texts)
        row = np.repeat(np.arange(len(texts)), lengths)
        share = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
        total += csr_array((share, (pieces, row)), shape=(vocabulary, len(texts))) @ centred
        seen += np.bincount(pieces, minlength=vocabulary).astype(np.float32)
    norms = np.linalg.norm(total, axis=1, keepdims=True)
    rare = 1e-3 / (1e-3 + seen / seen.sum())
    noise = np.random.default_rng(seed).normal(0, 0.02, total.shape).astype(np.float32)
    return np.where(norms > 0, total / np.maximum(norms, 1e-9) * (0.2 + rare[:, None]), noise) + noise * 0.5


class Trainer:
    """One EmbeddingBag and its optimiser."""

    def __init__(self, rows: NDArray[np.float32], steps: int, rate: float) -> None:
        self.bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(rows.copy()), freeze=False, mode="mean")
        self.optimiser = torch.optim.Adam(self.bag.parameters(), lr=rate)
        warm = max(1, steps // 20)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: min((step + 1) / warm, max(0.02, 1 - step / steps))
        )

    def vectors(self, texts: Sequence[Ids]) -> torch.Tensor:
        """Return the mean rows of some texts, shape (n, 384), not normalised."""
        lengths = torch.tensor([0, *[len(ids) for ids in texts[:-1]]])
        return self.bag(torch.from_numpy(np.concatenate(texts).astype(np.int64)), lengths.cumsum(0))  # type: ignore[no-any-return]

    def step(self, loss: torch.Tensor) -> float:
        """Take one step against a loss."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.schedule.step()
        return float(loss.detach())


def contrast(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the symmetric in-batch contrastive loss, averaged over the Matryoshka prefixes."""
    labels = torch.arange(len(left))
    losses = []
    for width in PREFIXES:
        a = functional.normalize(left[:, :width], dim=1)
        b = functional.normalize(right[:, :width], dim=1)
        scores = a @ b.T / TEMPERATURE
        losses.append(functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels))
    return torch.stack(losses).mean()


def train(
    rows: NDArray[np.float32],
    sources: Sequence[Source],
    distillation: tuple[Sequence[Ids], Sequence[Ids], NDArray[np.float16]],
    *,
    steps: int,
    rate: float = 1e-2,
    seed: int = 1,
) -> NDArray[np.float32]:
    """Return trained rows, shape (vocabulary, 384).

    Each step draws a batch from one source, chosen by weight, or one of teacher sentences.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    weights = np.array([source.weight for source in sources])
    trainer = Trainer(rows, steps, rate)
    began, recent = time.monotonic(), []
    for number in range(steps):
        if rng.random() < DISTILLATION_SHARE:
            loss = _distil(trainer, distillation, rng)
        else:
            left, right = sources[rng.choice(len(sources), p=weights / weights.sum())].draw(rng, BATCH)
            kept = [row for row in range(len(left)) if len(left[row]) and len(right[row])]
            loss = contrast(trainer.vectors([left[r] for r in kept]), trainer.vectors([right[r] for r in kept]))
        recent.append(trainer.step(loss))
        if (number + 1) % 50 == 0:
            speed = (number + 1) / (time.monotonic() - began)
            print(f"step {number + 1}/{steps} loss {np.mean(recent[-50:]):.3f} {speed:.2f} steps/s", flush=True)
    return trainer.bag.weight.detach().numpy()


def _distil(
    trainer: Trainer, pairs: tuple[Sequence[Ids], Sequence[Ids], NDArray[np.float16]], rng: np.random.Generator
) -> torch.Tensor:
    english, swedish, teacher = pairs
    chosen = rng.choice(len(english), min(BATCH, len(english)), replace=False)
    chosen = np.array([row for row in chosen if len(english[row]) and len(swedish[row])])
    target = torch.from_numpy(teacher[chosen].astype(np.float32))
    a, b = trainer.vectors([english[r] for r in chosen]), trainer.vectors([swedish[r] for r in chosen])
    cosine = (1 - functional.cosine_similarity(a, target)).mean() + (1 - functional.cosine_similarity(b, target)).mean()
    return (contrast(a, target) + contrast(b, target) + contrast(a, b)) / 3 + COSINE_WEIGHT * cosine
