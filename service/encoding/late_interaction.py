"""Late interaction: how well a passage meets each piece of a question somewhere.

A mean of rows tells what a text is about and forgets the single word. Here every piece of the question looks for the piece of
the passage that is most like it, whatever the language or the ending, and the likenesses are added by weight: MaxSim of
ColBERT (Khattab & Zaharia 2020) on rows that need no transformer. A shared word counts whole, a related one in part, so it is
between the two legs; it orders the candidates that they have found and finds none itself.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

FILE = "late_interaction.safetensors"
"""Lies beside the model: ``rows``, int8, shape (pieces, width), unit length but for rounding when divided by ``LARGEST``; ``weights``,
float32, shape (pieces,), not negative: what a piece of the question counts."""
LARGEST = 127.0


class LateInteraction:
    """The rows and weights of every piece of the vocabulary."""

    def __init__(self, rows: NDArray[np.int8], weights: NDArray[np.float32]) -> None:
        self._rows = rows
        self._weights = weights

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """Open the table that lies in the folder of a model; None when it has none."""
        from safetensors.numpy import load_file

        path = folder / FILE
        if not path.exists():
            return None
        tensors = load_file(path)
        return cls(tensors["rows"], tensors["weights"])

    def closeness(
        self, wordings: Sequence[NDArray[np.intp]], passages: Sequence[NDArray[np.intp]]
    ) -> NDArray[np.float32]:
        """Return how well each passage meets the pieces of a question in the wording that suits it best, 0 to 1, shape (n,).

        Args:
            wordings: the question in one or more wordings, each as ids of its pieces.
            passages: ids of the pieces of each.
        """
        lengths = np.array([len(ids) for ids in passages], np.intp)
        best = np.zeros(len(passages), np.float32)
        held = lengths > 0
        if not held.any():
            return best
        asked = np.concatenate(wordings)
        # Passages share most of their pieces: each is compared once.
        pieces, places = np.unique(np.concatenate(passages), return_inverse=True)
        starts = (np.cumsum(lengths) - lengths)[held]
        met = np.maximum.reduceat(self._likeness(pieces, asked)[places], starts, axis=0)
        for wording, columns in zip(
            wordings, np.split(met, np.cumsum([len(ids) for ids in wordings[:-1]]), 1), strict=True
        ):
            weights = self._weights[wording]
            if weights.sum() > 0:
                best[held] = np.maximum(best[held], columns @ (weights / weights.sum()))
        return best

    def _likeness(self, pieces: NDArray[np.intp], question: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the cosine of each piece with each piece of the question, nothing below 0, shape (pieces, question)."""
        left, right = (self._rows[ids].astype(np.float32) for ids in (pieces, question))
        likeness: NDArray[np.float32] = np.clip(left @ right.T / np.float32(LARGEST**2), 0, 1)
        return likeness
