"""The index on a Qdrant server or cluster. The client is heavy (0.9 s) and imported when needed."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from service.domain.searching import Filters
from service.domain.vectors import Candidate, Dense, Point, Sparse
from service.errors import IndexUnavailable
from service.settings import Settings
from service.storage.index.interface import (
    DENSE,
    KEYWORDS,
    LEXICAL,
    SHOWN,
    conditions_of,
    payload_of,
    union,
)
from service.storage.index.validation import refuse_nonsense, refuse_nonsense_question

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

UPSERT_BATCH = 500
TIMEOUT_SECONDS = 30
"""For one try."""
DEADLINE_SECONDS = 60
"""For all tries of one call together: no new one begins later."""
PAUSES = (0.2, 0.8, 2.0)
"""Seconds to wait before each new try of a call that failed for a passing reason."""
PASSING_STATUS = frozenset({429, 500, 502, 503, 504})

Result = TypeVar("Result")


class ServerIndex:
    """One collection. Writes wait until they are applied, so that what is acknowledged is there."""

    def __init__(
        self,
        client: "QdrantClient",
        collection: str,
        width: int,
        where: str,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        """Hold a connection. ``turn`` is entered for every call; by default calls go side by side."""
        self._client = client
        self._turn = turn or nullcontext()
        self._collection = collection
        self._width = width
        self._where = where

    @classmethod
    def connect(cls, settings: Settings, collection: str, width: int) -> "ServerIndex":
        """Connect to the server of the settings and make the collection if it is not there.

        Raises:
            IndexUnavailable: the server cannot be reached or refuses.
        """
        index = cls(_client(settings), collection, width, _without_secrets(settings.qdrant_url))
        index._make(settings.qdrant_shards, settings.qdrant_replicas)
        return index

    @classmethod
    def in_memory(cls, width: int) -> "ServerIndex":
        """Return an index on the client's own in-memory mode: the same code path without a server, for small tests."""
        from qdrant_client import QdrantClient

        # The in-memory mode is not made for threads: it iterates over what another thread is changing.
        index = cls(QdrantClient(":memory:"), "memory", width, ":memory:", threading.Lock())
        index._make(None, None)
        return index

    @classmethod
    def drop(cls, settings: Settings, collection: str) -> None:
        """Delete a collection; one that is not there is no error."""
        client = _client(settings)
        _tried(lambda: client.delete_collection(collection), _without_secrets(settings.qdrant_url))
        client.close()

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        refuse_nonsense(points, self._width, self._where)
        for start in range(0, len(points), UPSERT_BATCH):
            batch = [_point_struct(point) for point in points[start : start + UPSERT_BATCH]]
            self._call(lambda batch=batch: self._client.upsert(self._collection, batch, wait=True))  # type: ignore[misc]

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Remove every point of these documents."""
        from qdrant_client import models

        wanted = list(document_ids)
        if not wanted:
            return
        condition = models.Filter(
            must=[models.FieldCondition(key="document_id", match=models.MatchAny(any=wanted))],
        )
        selector = models.FilterSelector(filter=condition)
        self._call(lambda: self._client.delete(self._collection, selector, wait=True))

    def candidates(self, dense: Dense, sparse: Sparse, depth: int, filters: Filters) -> list[Candidate]:
        """Return the union of both legs, each with both scores, in at most two round trips."""
        refuse_nonsense_question(dense, sparse, self._width, self._where)
        condition = _filter(filters)
        near, shared = self._query(_legs(dense, sparse, depth, condition, list(SHOWN)), words=bool(len(sparse.ids)))
        meaning, words = _scores_of(near), _scores_of(shared)
        lacking = sorted(meaning.keys() ^ words.keys())
        if lacking:
            more_near, more_shared = self._query(
                _legs(dense, sparse, len(lacking), _among(lacking), False), words=bool(len(sparse.ids))
            )
            meaning |= _scores_of(more_near)
            words |= _scores_of(more_shared)
        return union(((key, key, point.payload or {}) for key, point in {**near, **shared}.items()), meaning, words)

    def count(self) -> int:
        """Return the number of points."""
        return int(self._call(lambda: self._client.count(self._collection, exact=True)).count)

    def flush(self) -> None:
        """Nothing to do: every write has been waited for."""

    def compact(self) -> None:
        """Nothing to do: a server does so by itself."""

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _make(self, shards: int | None, replicas: int | None) -> None:
        from qdrant_client import models

        if self._call(lambda: self._client.collection_exists(self._collection)):
            return
        self._call(
            lambda: self._client.create_collection(
                self._collection,
                vectors_config={
                    DENSE: models.VectorParams(
                        size=self._width, distance=models.Distance.DOT, datatype=models.Datatype.FLOAT16
                    )
                },
                sparse_vectors_config={LEXICAL: models.SparseVectorParams(modifier=models.Modifier.IDF)},
                shard_number=shards,
                replication_factor=replicas,
            )
        )
        if shards is not None:
            for key in KEYWORDS:
                self._call(
                    lambda key=key: self._client.create_payload_index(  # type: ignore[misc]
                        self._collection, key, models.PayloadSchemaType.KEYWORD, wait=True
                    )
                )

    def _query(
        self, legs: "list[models.QueryRequest]", *, words: bool
    ) -> "tuple[Mapping[str, models.ScoredPoint], Mapping[str, models.ScoredPoint]]":
        asked = legs if words else legs[:1]
        answers = self._call(lambda: self._client.query_batch_points(self._collection, asked))
        near, *shared = ({str(point.id): point for point in answer.points} for answer in answers)
        return near, shared[0] if words else {}

    def _call(self, call: Callable[[], Result]) -> Result:
        with self._turn:
            return _tried(call, self._where)


def _scores_of(found: "Mapping[str, models.ScoredPoint]") -> dict[str, float]:
    return {key: point.score for key, point in found.items()}


def _client(settings: Settings) -> "QdrantClient":
    from qdrant_client import QdrantClient

    return QdrantClient(
        url=settings.qdrant_url,
        api_key=settings.qdrant_api_key or None,
        timeout=TIMEOUT_SECONDS,
        check_compatibility=False,
    )


def _without_secrets(url: str) -> str:
    """Return an address as it may be shown: without a user and password, and without parameters."""
    parsed = urlsplit(url)
    return f"{parsed.scheme}://{parsed.netloc.rpartition('@')[2]}"


def _tried(call: Callable[[], Result], where: str) -> Result:
    """Make a call, trying again only after failures that pass by themselves, and not for longer than the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    for pause in (*PAUSES, None):
        try:
            return call()
        except _client_errors() as error:
            if pause is None or not _is_passing(error) or time.monotonic() + pause > deadline:
                raise IndexUnavailable(where=where, problem=_problem(error)) from error
            time.sleep(pause)
    raise AssertionError  # the last pause is None


def _client_errors() -> tuple[type[Exception], ...]:
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    return ApiException, QdrantException, ValueError


def _is_passing(error: Exception) -> bool:
    """Return whether a failure may pass by itself: no connection, no answer in time, 429 or 5xx."""
    from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    if isinstance(error, UnexpectedResponse):
        return error.status_code in PASSING_STATUS
    # The client raises 429 with a Retry-After header as an exception of its own.
    return isinstance(error, ResponseHandlingException | ResourceExhaustedResponse)


def _problem(error: Exception) -> str:
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    if isinstance(error, UnexpectedResponse):
        return f"status {error.status_code}"
    if isinstance(error, ResponseHandlingException):
        return type(error.source).__name__
    return str(error) or type(error).__name__


def _point_struct(point: Point) -> "models.PointStruct":
    from qdrant_client import models

    sparse = models.SparseVector(indices=point.sparse.ids.tolist(), values=point.sparse.weights.tolist())
    return models.PointStruct(
        id=point.id,
        vector={DENSE: point.dense.tolist(), LEXICAL: sparse},
        payload=payload_of(point),
    )


def _legs(
    dense: Dense, sparse: Sparse, limit: int, condition: "models.Filter | None", payload: list[str] | bool
) -> "list[models.QueryRequest]":
    from qdrant_client import models

    words = models.SparseVector(indices=sparse.ids.tolist(), values=sparse.weights.tolist())
    return [
        models.QueryRequest(query=query, using=using, filter=condition, limit=limit, with_payload=payload)
        for query, using in ((dense.tolist(), DENSE), (words, LEXICAL))
    ]


def _filter(filters: Filters) -> "models.Filter | None":
    from qdrant_client import models

    wanted = conditions_of(filters)
    if not wanted:
        return None
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in wanted]
    )


def _among(ids: Sequence[str]) -> "models.Filter":
    from qdrant_client import models

    return models.Filter(must=[models.HasIdCondition(has_id=list(ids))])
