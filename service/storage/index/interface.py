"""What every vector index must do. The contract tests in ``tests/service/storage/index`` run on each implementation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from service.domain.searching import Filters
from service.domain.vectors import Candidate, Dense, Point, Sparse

DENSE = "dense"
LEXICAL = "lexical"
KEYWORDS = ("document_id", "project_id", "language", "document_type", "finding_type")
"""Fields of a point that can be filtered on."""
KEPT = (*KEYWORDS, "wording")
"""Fields of a point that are kept with it."""
SHOWN = ("document_id", "language", "wording")
"""Fields of a point that a candidate needs."""


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

    def compact(self) -> None:
        """Put what was written into the form that opens and answers fastest; no answer changes.

        May stop this process for seconds: never called while readers wait. Killed midway, everything is still there.
        """

    def close(self) -> None:
        """Release the folder or the connection."""


def conditions_of(filters: Filters) -> tuple[tuple[str, str], ...]:
    """Return the payload fields and values that the filters ask for."""
    return tuple((name, value) for name, value in asdict(filters).items() if value)


def payload_of(point: Point) -> dict[str, Any]:
    """Return what is kept of a point beside its vectors; a field with several values is a list, and matches each of them."""
    values = {key: getattr(point, key) for key in KEPT}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def union(
    found: Iterable[tuple[Any, str, Mapping[str, Any]]], meaning: Mapping[Any, float], words: Mapping[Any, float]
) -> list[Candidate]:
    """Return points with the scores of both legs; 0 where a leg knows nothing of a point.

    Args:
        found: what tells each point apart here, its id as text, and its fields.
        meaning: scores by what tells points apart.
        words: the same.
    """
    return [
        Candidate(
            name,
            fields["document_id"],
            fields["language"],
            meaning.get(key, 0.0),
            words.get(key, 0.0),
            fields.get("wording", ""),
        )
        for key, name, fields in found
    ]
