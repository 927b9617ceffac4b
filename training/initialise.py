"""The rows before training, made from the teacher's vectors.

A piece gets the mean of the (centred) teacher vectors of the sentences that hold it, in both languages, each sentence
weighted by the share of its meaning that the piece carries: the piece's idf over the sum of idf in the sentence. The
vectors are rotated to their principal axes first, so that the first dimensions say most (they are used alone as
Matryoshka vectors). Rows are then scaled by smooth inverse frequency (Arora, Liang & Ma 2017): in a mean of rows the
length of a row is its weight.

Sources: Wada et al. 2025 (arXiv 2506.04624) for mean vectors and the axes over sentences of both languages.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scipy ships no types

from training.bags import Bags, Vectors, unit

SMOOTHING = 1e-3
# Weight, in sentences, of the text around a piece against its own labelled sentences.
AROUND = 1.0


def principal_axes(vectors: NDArray[np.float16]) -> Vectors:
    """Find the principal axes of vectors of shape (n, dimensions): columns of a rotation, largest variance first."""
    centred = vectors.astype(np.float32) - vectors.mean(axis=0, dtype=np.float32)
    _, axes = np.linalg.eigh((centred.T @ centred / len(vectors)).astype(np.float64))
    return np.ascontiguousarray(axes[:, ::-1], dtype=np.float32)


def turned(vectors: NDArray[np.float16], axes: Vectors) -> Vectors:
    """Centre vectors on their own mean, turn them to the axes and scale to unit length; shape stays."""
    if not len(vectors):
        return vectors.astype(np.float32)
    return unit((vectors.astype(np.float32) - vectors.mean(axis=0, dtype=np.float32)) @ axes)


def initial_rows(labelled: Bags, vectors: Vectors, unlabelled: Bags, pieces: int) -> Vectors:
    """Make one row per piece, shape (pieces, dimensions).

    Args:
        labelled: sentences that have a vector; ``vectors`` has a unit row for each.
        unlabelled: passages without one. They teach the pieces that no labelled sentence holds: such a piece gets the
            mean of the passages around it, whose vectors come from their other pieces.
    """
    idf = _idf([labelled, unlabelled], pieces)
    shares = _shares(labelled, idf, pieces)
    sums, weights = shares.T @ vectors, np.asarray(shares.sum(axis=0)).ravel()
    known = sums / np.maximum(weights, 1e-9)[:, None]
    around = _shares(unlabelled, idf, pieces)
    passages = unit(around @ known)
    # Per piece a mean of at most one sentence's weight: its own sentences count for more, where it has any.
    context = around.T @ passages / np.maximum(np.asarray(around.sum(axis=0)).ravel(), 1e-9)[:, None]
    context -= context.mean(axis=0)
    rows = unit((sums + AROUND * _mean_share(shares) * context).astype(np.float32))
    return rows * inverse_frequency([labelled, unlabelled], pieces)[:, None]


def inverse_frequency(texts: list[Bags], pieces: int) -> Vectors:
    """Weight of each piece, a / (a + its share of all pieces), shape (pieces,): 1 for a rare piece, near 0 for "och"."""
    counts = np.sum([np.bincount(bags.ids, minlength=pieces) for bags in texts], axis=0)
    frequency = counts / max(counts.sum(), 1)
    weights: Vectors = (SMOOTHING / (SMOOTHING + frequency)).astype(np.float32)
    return weights


def _idf(texts: list[Bags], pieces: int) -> Vectors:
    held = sum(np.bincount(np.unique(_keys(bags, pieces)) % pieces, minlength=pieces) for bags in texts)
    total = sum(len(bags.offsets) for bags in texts)
    return np.log((1 + total) / (1 + held)).astype(np.float32)


def _keys(bags: Bags, pieces: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(bags.offsets)), bags.lengths) * pieces + bags.ids


def _shares(bags: Bags, idf: Vectors, pieces: int) -> csr_matrix:
    """Sparse (texts, pieces): each row sums to 1, each piece by its idf."""
    ends = np.append(bags.offsets, len(bags.ids))
    matrix = csr_matrix((idf[bags.ids], bags.ids, ends), shape=(len(bags.offsets), pieces))
    matrix.sum_duplicates()
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    matrix.data /= np.repeat(np.maximum(totals, 1e-9), np.diff(matrix.indptr)).astype(matrix.data.dtype)
    return matrix


def _mean_share(shares: csr_matrix) -> float:
    return float(shares.data.mean()) if shares.nnz else 1.0
