"""One file's story: bytes, a safe original, pages and passages, searchable. Every step is recorded before the next.

    received ──▶ read ──▶ searchable
        └──────────┴────▶ set aside, with a reason

Killed at any moment, the next run goes on from the states in the catalogue: nothing is done twice, nothing is lost.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from io import BufferedReader
from itertools import chain
from typing import TypeVar

from ingest.sandbox import Failure, ReaderPool, ReadRequest
from ingest.sources import CHUNK, Skipped, SourceFile, open_source
from ingest.understanding import ReadDocument
from service.domain.documents import Document, DocumentState, Reason
from service.domain.projects import project_id
from service.knowledge_base import Arrival, KnowledgeBase, ReadingResult
from service.settings import Settings

T = TypeVar("T")

BATCH_FILES = 64
BATCH_BYTES = 32_000_000
BATCH_PASSAGES = 1_000


@dataclass(slots=True)
class Summary:
    """What became of the given files. ``set_aside`` holds (file name, reason, detail)."""

    given: int = 0
    added: int = 0
    known: int = 0
    pages: int = 0
    passages: int = 0
    set_aside: list[tuple[str, Reason, str]] = field(default_factory=list)

    @property
    def finished(self) -> int:
        """Files that have ended, one way or another."""
        return self.added + self.known + len(self.set_aside)


Watcher = Callable[[Summary], None]
"""Told after every file, so that a progress bar can move."""


class Pipeline:
    """Brings files in. Only one may run on a data folder: the caller holds the lock "ingest"."""

    def __init__(self, kb: KnowledgeBase, settings: Settings, watcher: Watcher = lambda _: None) -> None:
        self._kb = kb
        self._settings = settings
        self._watcher = watcher
        self._summary = Summary()
        self._being_read: dict[str, Document] = {}
        self._taken_up: set[str] = set()

    def ingest(self, sources: Iterable[SourceFile | Skipped], *, project: str = "", retry: bool = False) -> Summary:
        """Bring files in, after finishing what an interrupted run left.

        Args:
            sources: what :func:`ingest.sources.walk` yields.
            project: diary number of the project that all these files belong to; empty means that each file tells.
            retry: read files again that were set aside before.
        """
        self._kb.index_waiting()
        with ReaderPool(self._settings) as pool, ThreadPoolExecutor(1) as receiving, ThreadPoolExecutor(1) as indexing:
            requests = chain(self._interrupted(), self._received(sources, project_id(project), receiving, retry=retry))
            indexed = indexing.submit(int)
            for batch in _in_batches(self._read(pool.read_all(requests))):
                self._kb.save_readings(batch)
                # One batch is indexed while the next is read. Waiting for it here keeps readers from running ahead.
                indexed.result()
                indexed = indexing.submit(self._kb.index_waiting)
            indexed.result()
        self._kb.flush()
        return self._summary

    def _interrupted(self) -> Iterator[ReadRequest]:
        for document in self._kb.in_state(DocumentState.RECEIVED):
            self._summary.given += 1
            self._taken_up.add(document.id)
            yield self._request(document)

    def _received(
        self, sources: Iterable[SourceFile | Skipped], project: str, receiving: Executor, *, retry: bool
    ) -> Iterator[ReadRequest]:
        for batch in _one_ahead(map(self._kb.receive, self._arrivals(sources, project)), receiving):
            for document, is_new in batch:
                if document.id in self._taken_up:
                    # The same command again after an interruption: the file counts once.
                    self._taken_up.remove(document.id)
                    self._summary.given -= 1
                elif is_new or (retry and document.state == DocumentState.SET_ASIDE):
                    yield self._request(document)
                else:
                    self._count_known(document)

    def _arrivals(self, sources: Iterable[SourceFile | Skipped], project: str) -> Iterator[list[Arrival]]:
        batch: list[Arrival] = []
        for source in sources:
            self._summary.given += 1
            data = self._bytes_of(source)
            if data is not None:
                batch.append(Arrival(source.name, data, project))
            if len(batch) >= BATCH_FILES or sum(len(arrival.data) for arrival in batch) >= BATCH_BYTES:
                yield batch
                batch = []
        yield batch

    def _bytes_of(self, source: SourceFile | Skipped) -> bytes | None:
        if isinstance(source, Skipped):
            self._count_set_aside(source.name, source.reason, source.detail)
            return None
        try:
            with os.fdopen(open_source(source), "rb") as handle:
                if os.fstat(handle.fileno()).st_size > self._settings.max_file_bytes:
                    self._refuse_too_large(source, handle)
                    return None
                return handle.read()
        except OSError as error:
            self._count_set_aside(source.name, Reason.UNREADABLE, error.strerror or "")
            return None

    def _refuse_too_large(self, source: SourceFile, handle: BufferedReader) -> None:
        digest, size = hashlib.sha256(), 0
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
        detail = f"{size} > {self._settings.max_file_bytes}"
        self._kb.refuse(source.name, digest.hexdigest(), size, Reason.TOO_LARGE, detail)
        self._count_set_aside(source.name, Reason.TOO_LARGE, detail)

    def _request(self, document: Document) -> ReadRequest:
        self._being_read[document.id] = document
        return ReadRequest(document.id, document.file_name, self._kb.original_path(document))

    def _read(self, outcomes: Iterable[tuple[ReadRequest, ReadDocument | Failure]]) -> Iterator[ReadingResult]:
        for request, outcome in outcomes:
            if isinstance(outcome, ReadDocument) and outcome.passages:
                yield self._result(request, outcome)
            elif isinstance(outcome, ReadDocument):
                self._set_aside(request, Failure(Reason.NO_TEXT, ""))
            else:
                self._set_aside(request, outcome)

    def _result(self, request: ReadRequest, read: ReadDocument) -> ReadingResult:
        document = self._being_read.pop(request.document_id)
        self._summary.added += 1
        self._summary.pages += len(read.pages)
        self._summary.passages += len(read.passages)
        self._watcher(self._summary)
        return ReadingResult(_with_facts(document, read), read.pages, read.passages, read.projects, read.findings)

    def _set_aside(self, request: ReadRequest, failure: Failure) -> None:
        del self._being_read[request.document_id]
        self._kb.set_aside(request.document_id, failure.reason, failure.detail)
        self._count_set_aside(request.file_name, failure.reason, failure.detail)

    def _count_known(self, document: Document) -> None:
        if document.state == DocumentState.SET_ASIDE and document.reason:
            self._count_set_aside(document.file_name, document.reason, document.detail)
        else:
            self._summary.known += 1
            self._watcher(self._summary)

    def _count_set_aside(self, name: str, reason: Reason, detail: str) -> None:
        self._summary.set_aside.append((name, reason, detail))
        self._watcher(self._summary)


def _one_ahead(items: Iterator[T], executor: Executor) -> Iterator[T]:
    """Yield the items; each is made in the executor while the one before it is in use."""
    coming = executor.submit(next, items, None)
    while (item := coming.result()) is not None:
        coming = executor.submit(next, items, None)
        yield item


def _in_batches(results: Iterable[ReadingResult]) -> Iterator[list[ReadingResult]]:
    """Group results so that one transaction and one index write carry enough to be cheap."""
    batch: list[ReadingResult] = []
    passages = 0
    for result in results:
        batch.append(result)
        passages += len(result.passages)
        if passages >= BATCH_PASSAGES or len(batch) >= BATCH_FILES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _with_facts(document: Document, read: ReadDocument) -> Document:
    facts = read.facts
    return replace(
        document,
        title=facts.title,
        document_type=facts.document_type,
        year=facts.year,
        language=read.language,
        project_id=document.project_id or _project_of(read),
        page_count=len(read.pages),
        passage_count=len(read.passages),
        metadata=facts.metadata,
    )


def _project_of(read: ReadDocument) -> str | None:
    """Return the one project that a document is about: the one it records, or the only one that it names."""
    if len(read.projects) == 1:
        return read.projects[0].id
    if read.projects or not read.diary_number:
        return None
    return project_id(read.diary_number)
