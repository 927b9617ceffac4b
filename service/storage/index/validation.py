"""What an engine would store in silence and answer nonsense from, refused before it gets there.

Measured with Qdrant Edge 0.9.0: NaN in either vector is stored and breaks every score it touches; a number beyond
float16 becomes infinite; term ids that repeat, or weights fewer than ids, make the engine panic with the batch already
in its write-ahead log.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from service.domain.vectors import Dense, Point, Sparse
from service.errors import IndexUnavailable

LARGEST = float(np.finfo(np.float16).max)
"""Vectors are kept as float16."""


def refuse_nonsense(points: Sequence[Point], width: int, where: str) -> None:
    """Refuse points that cannot be kept as they are.

    Raises:
        IndexUnavailable: a dense vector of another width, a number that is not finite, term ids that are not
            ascending, or an id that is no UUID.
    """
    for point in points:
        problem = _problem_of_numbers(point.dense, point.sparse, width) or _problem_of_id(point.id)
        if problem:
            raise IndexUnavailable(where=where, problem=problem)


def refuse_nonsense_question(dense: Dense, sparse: Sparse, width: int, where: str) -> None:
    """Refuse a question's vectors on the same grounds. Raises IndexUnavailable."""
    problem = _problem_of_numbers(dense, sparse, width)
    if problem:
        raise IndexUnavailable(where=where, problem=problem)


def _problem_of_numbers(dense: Dense, sparse: Sparse, width: int) -> str:
    if dense.shape != (width,):
        return f"width {dense.shape} instead of {width}"
    # Written so that a NaN, for which every comparison is false, is caught as well.
    if not (np.abs(dense) <= LARGEST).all() or not np.isfinite(sparse.weights).all():
        return "not a finite number"
    if sparse.ids.shape != sparse.weights.shape:
        return f"{len(sparse.ids)} term ids with {len(sparse.weights)} weights"
    if not (sparse.ids[1:] > sparse.ids[:-1]).all():
        return "term ids not ascending"
    return ""


def _problem_of_id(identity: str) -> str:
    try:
        UUID(identity)
    except ValueError:
        return f"id {identity!r} is no UUID"
    return ""
