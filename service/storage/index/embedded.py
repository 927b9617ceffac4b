"""The embedded index: Qdrant Edge, the Qdrant engine inside this process.

Measured for version 0.9.0 and the reason for the choices here:

- The write-ahead log stays on: with it ``kill -9`` loses nothing that was acknowledged and a second process is refused;
  without it two processes write over each other in silence.
- No graph is ever built: exact search over float16 vectors takes 10 ms at 200 000 points, which is far beyond what one
  centre collects.
- ``optimize()`` holds the interpreter lock from start to end, so nothing calls it that answers readers meanwhile: only
  :meth:`EmbeddedIndex.compact`. It is worth calling: points as they were written keep their words in an index that is
  built in memory whenever the folder is opened, compacted points read theirs from a mapped file. At 44 000 points
  opening takes 0.15 s instead of 1.0 and 30 MB of memory of its own instead of 225; compacting them took 3.5 s.
- A NaN is accepted in silence and repeated term ids make the engine panic, so vectors are checked before.
- Removed and replaced points count in the IDF until the folder is opened again, compacted ones until they are compacted
  anew (known in Qdrant: issue 6735). With one document in 24 removed, scores were at most 5 % off at 600 points; the
  order of words' weights hardly moves.
- Every failure is a bare ``Exception``, so it is translated here.
"""

import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, cast
from uuid import UUID

import numpy as np
from qdrant_edge import (
    CountRequest,
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    EdgeVectorParams,
    FieldCondition,
    Filter,
    HasIdCondition,
    HnswIndexConfig,
    MatchAny,
    MatchValue,
    Memory,
    Modifier,
    PayloadSchemaType,
    Query,
    QueryRequest,
    ScoredPoint,
    SparseVector,
    UpdateOperation,
    VectorStorageDatatype,
)
from qdrant_edge import Point as EdgePoint

from service.domain.searching import Filters
from service.domain.vectors import Candidate, Dense, Point, Sparse
from service.errors import IndexUnavailable, InUse
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

WORTH_COMPACTING_KB = 10_000
"""Vectors in kilobytes from which on compacting pays: about 4 000 points, which open in a tenth of a second as they are."""
NEVER_KB = 1_000_000_000
"""Size in kilobytes that no segment reaches: below it every vector is compared, never a graph followed."""
MOST_SEGMENTS = 6
"""Compacted parts that may lie side by side. With fewer, a small ingest has to write a large index anew."""
MOST_RUBBISH = 0.05
"""Share of removed and replaced points from which on a compacted part is compacted anew."""
UPSERT_BATCH = 1_000


class _Found(NamedTuple):
    """A point that the engine found. It makes its id anew whenever it is asked: once is enough."""

    id: UUID
    point: ScoredPoint


class EmbeddedIndex:
    """One folder, one process, one lock around reads and writes."""

    def __init__(self, folder: Path, shard: EdgeShard, width: int) -> None:
        self._folder = folder
        self._shard = shard
        self._width = width
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, width: int) -> "EmbeddedIndex":
        """Open the index in a folder, or make one for vectors of ``width`` numbers.

        Who may open it is settled before, by the lock "index" of the whole data folder, which names the process that
        holds it. The engine's own lock stands behind that one and names nobody.

        Raises:
            InUse: it is open already, here or in another process.
            IndexUnavailable: the folder is damaged, or holds vectors of another width.
        """
        with _translated(folder):
            shard = _load(folder, width) if (folder / "segments").is_dir() else _create(folder, width)
        return cls(folder, shard, width)

    def upsert(self, points: Sequence[Point]) -> None:
        """Add or replace points."""
        refuse_nonsense(points, self._width, str(self._folder))
        for start in range(0, len(points), UPSERT_BATCH):
            batch = [_edge_point(point) for point in points[start : start + UPSERT_BATCH]]
            with self._at_work():
                self._shard.update(UpdateOperation.upsert_points(batch))

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        """Remove every point of these documents."""
        wanted = list(document_ids)
        if not wanted:
            return
        condition = Filter(must=[FieldCondition(key="document_id", match=MatchAny(wanted))])
        with self._at_work():
            self._shard.update(UpdateOperation.delete_points_by_filter(condition))

    def candidates(self, dense: Dense, sparse: Sparse, depth: int, filters: Filters) -> list[Candidate]:
        """Return the union of both legs, each with both scores."""
        refuse_nonsense_question(dense, sparse, self._width, str(self._folder))
        must = [FieldCondition(key=key, match=MatchValue(value)) for key, value in conditions_of(filters)]
        condition = Filter(must=list(must)) if must else None
        by_meaning = Query.Nearest(dense, using=DENSE)  # type: ignore[arg-type]  # rows of numpy are taken as they are
        by_words = Query.Nearest(SparseVector(sparse.ids.tolist(), sparse.weights.tolist()), using=LEXICAL)
        with self._at_work():
            near = self._asked(_request(by_meaning, depth, condition))
            shared = self._asked(_request(by_words, depth, condition)) if len(sparse.ids) else {}
            meaning, words = _scores_of(near), _scores_of(shared)
            if len(sparse.ids):
                words |= self._scores(by_words, {point.id for key, point in near.items() if key not in shared})
            meaning |= self._scores(by_meaning, {point.id for key, point in shared.items() if key not in near})
        found = {**near, **shared}
        return union(((key, str(one.id), one.point.payload or {}) for key, one in found.items()), meaning, words)

    def count(self) -> int:
        """Return the number of points."""
        with self._at_work():
            return int(self._shard.count(CountRequest(exact=True)))

    def flush(self) -> None:
        """Write everything out."""
        with self._at_work():
            self._shard.flush()

    def compact(self) -> None:
        """Put what was written into the form that opens fast. Stops this whole process for as long as it takes."""
        with self._at_work():
            self._shard.optimize()
            self._shard.flush()

    def close(self) -> None:
        """Release the folder. Closing twice is no error."""
        with self._at_work():
            self._shard.close()

    def _asked(self, request: QueryRequest) -> dict[int, _Found]:
        """Return points by the number that their id is."""
        asked = (_Found(cast("UUID", point.id), point) for point in self._shard.query(request))
        return {one.id.int: one for one in asked}

    def _scores(self, query: Query, ids: set[int | UUID | str]) -> dict[int, float]:
        """Return the scores that a leg gives to certain points."""
        if not ids:
            return {}
        among = Filter(must=[HasIdCondition(ids)])
        return _scores_of(self._asked(_request(query, len(ids), among, payload=False)))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock, _translated(self._folder):
            yield


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if "WouldBlock" in str(error) or "open WAL" in str(error):
            raise InUse(what="index", path=str(folder), pid=0) from error
        raise IndexUnavailable(where=str(folder), problem=str(error)) from error


def _config(width: int) -> EdgeConfig:
    return EdgeConfig(
        vectors={DENSE: EdgeVectorParams(width, Distance.Dot, datatype=VectorStorageDatatype.Float16)},
        # Cold: of the words' index only what a question asks for is read.
        sparse_vectors={LEXICAL: EdgeSparseVectorParams(modifier=Modifier.Idf, memory=Memory.Cold)},
        # Compacted vectors are called a graph by the engine; without a single edge it compares them all.
        hnsw_config=HnswIndexConfig(m=0, payload_m=0, ef_construct=4, full_scan_threshold=NEVER_KB),
        optimizers=EdgeOptimizersConfig(
            indexing_threshold=WORTH_COMPACTING_KB,
            default_segment_number=MOST_SEGMENTS,
            max_segment_size=NEVER_KB,
            deleted_threshold=MOST_RUBBISH,
            vacuum_min_vector_number=1,
        ),
        # Handing a search to other threads and back costs more than they save on so few segments.
        max_search_threads=1,
        wal_enabled=True,
    )


def _load(folder: Path, width: int) -> EdgeShard:
    # What a compacting that was killed had written by then: the engine leaves it lying.
    shutil.rmtree(folder / "temp_segments", ignore_errors=True)
    # Given the configuration, the engine refuses vectors of another width.
    return EdgeShard.load(str(folder), _config(width))


def _create(folder: Path, width: int) -> EdgeShard:
    folder.mkdir(parents=True, exist_ok=True)
    shard = EdgeShard.create(str(folder), _config(width))
    for key in KEYWORDS:
        shard.update(UpdateOperation.create_field_index(key, PayloadSchemaType.Keyword))
    return shard


def _edge_point(point: Point) -> EdgePoint:
    return EdgePoint(
        point.id,
        {
            DENSE: np.ascontiguousarray(point.dense, dtype=np.float32),  # type: ignore[dict-item]
            LEXICAL: SparseVector(point.sparse.ids.tolist(), point.sparse.weights.tolist()),
        },
        payload_of(point),
    )


def _scores_of(found: Mapping[int, _Found]) -> dict[int, float]:
    return {key: one.point.score for key, one in found.items()}


def _request(query: Query, limit: int, condition: Filter | None, *, payload: bool = True) -> QueryRequest:
    return QueryRequest(limit=limit, query=query, filter=condition, with_payload=list(SHOWN) if payload else False)
