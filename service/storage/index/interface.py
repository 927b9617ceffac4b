"""What every vector index must do. The contract tests in ``tests/service/storage/index`` run on each implementation."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Protocol

import numpy as np

from service.domain.searching import Filters
from service.domain.vectors import Candidate, Dense, Point, Sparse
from service.errors import IndexUnavailable


class VectorIndex(Protocol):
    """Passages by vector. Writes are idempotent: the same id replaces. Safe to call from several threads."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points; when the call returns they survive ``kill -9``.

        Raises:
            IndexUnavailable: the index cannot be reached, or a vector has the wrong width or holds NaN.
        """

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Remove every point of these documents; unknown ids are no error."""

    def candidates(self, dense: Dense, sparse: Sparse, depth: int, filters: Filters) -> list[Candidate]:
        """Return the union of the ``depth`` nearest points of each leg, each with the scores of *both* legs.

        Neither leg gates the other: a point found by one leg gets its score of the other looked up. Sparse weights
        are multiplied by the corpus IDF at query time. No particular order.
        """

    def count(self) -> int:
        """Return the number of points."""

    def flush(self) -> None:
        """Write everything out (called at the end of an ingest)."""

    def close(self) -> None:
        """Release the folder or the connection."""


def conditions_of(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Return the payload fields and values that the filters ask for."""
    return tuple((name, value) for name, value in asdict(filters).items() if value)


def checked(points: Sequence[Point], width: int, where: str) -> None:
    """Refuse vectors that an engine would store in silence and answer nonsense from.

    Raises:
        IndexUnavailable: a dense vector of another width, or a number that is not finite.
    """
    for point in points:
        if point.dense.shape != (width,):
            raise IndexUnavailable(where=where, problem=f"width {point.dense.shape} instead of {width}")
    if points and not np.isfinite(np.stack([point.dense for point in points])).all():
        raise IndexUnavailable(where=where, problem="not a finite number")
