"""Texts as bags of pieces, and the plain arithmetic of a static model: mean of rows, unit length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bags:
    """Piece ids of many texts, end to end; text ``i`` starts at ``offsets[i]`` and may be empty."""

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of pieces of each text."""
        return np.diff(self.offsets, append=len(self.ids))


def bags_of(tokenizer: Tokenizer, texts: Sequence[str], longest: int | None = None) -> Bags:
    """Cut texts into pieces, at most ``longest`` of each."""
    pieces = [e.ids[:longest] for e in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
    lengths = np.array([len(p) for p in pieces], dtype=np.int64)
    ids = np.fromiter((i for p in pieces for i in p), dtype=np.int64, count=int(lengths.sum()))
    return Bags(ids, np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64))


def encode(rows: Vectors, tokenizer: Tokenizer, texts: Sequence[str], longest: int | None = None) -> Vectors:
    """Encode texts by plain numpy in float32: mean of rows, then unit length.

    Args:
        rows: shape (pieces, dimensions).

    Returns:
        Shape (texts, dimensions); a text without any piece has a zero vector.
    """
    parts = [_mean(rows, bags_of(tokenizer, texts[i : i + 512], longest)) for i in range(0, len(texts), 512)]
    return unit(np.concatenate(parts)) if parts else np.zeros((0, rows.shape[1]), np.float32)


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; zero rows stay."""
    lengths: Vectors = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    scaled: Vectors = vectors / lengths
    return scaled


def _mean(rows: Vectors, bags: Bags) -> Vectors:
    sums = np.zeros((len(bags.offsets), rows.shape[1]), dtype=np.float32)
    held = bags.lengths > 0
    if held.any():
        sums[held] = np.add.reduceat(rows[bags.ids], bags.offsets[held], axis=0)
    counts: Vectors = np.maximum(bags.lengths, 1).astype(np.float32)
    means: Vectors = np.divide(sums, counts[:, None], dtype=np.float32)
    return means
