"""Reading in child processes with limits, so that an evil or broken file harms nothing but its own reading."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.reader_process import AnswerTooLarge, Died, ReaderProcess, TooSlow
from ingest.readers.reading import ReadingFailed
from ingest.serialization import Malformed, decode_answer
from ingest.understanding import ReadDocument
from service.domain.documents import SPLITTER, Passage, Reason, passage_id
from service.settings import Settings

WAITING_PER_READER = 8
"""Documents taken from the requests ahead of the answers, so that children work while the caller does."""
DOCUMENTS_PER_PROCESS = 500
DOCUMENTS_PER_LOOK = 10
"""Answers between two looks at how much memory a child holds."""
ANSWER_OVERHEAD = 4
"""Largest answer, as a multiple of the most text: text comes as pages and as passages, with JSON around it."""
SMALLEST_ANSWER_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A document to read. ``path`` is that of its original."""

    document_id: str
    file_name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document could not be read; ``detail`` is a short fact for the developer."""

    reason: Reason
    detail: str


Outcome = ReadDocument | Failure


class ReaderPool:
    """Child processes that read documents. A context manager: leaving it ends every child."""

    def __init__(self, settings: Settings, command: Sequence[str] | None = None) -> None:
        """Prepare; the first child starts with the first document.

        Args:
            settings: number of readers and their limits.
            command: another program to run as a child, for tests.
        """
        self._settings = settings
        self._command = command
        self._idle: deque[ReaderProcess] = deque()
        self._busy: set[ReaderProcess] = set()
        self._closing = False
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(settings.readers, thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closing = True
            for process in (*self._busy, *self._idle):
                process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._idle:
            process.end()
        self._idle.clear()

    def read_all(self, requests: Iterable[ReadRequest]) -> Iterator[tuple[ReadRequest, Outcome]]:
        """Yield each request with what became of it, in the order in which they finish.

        Requests are pulled in the caller's thread, a few ahead of what is yielded.
        """
        source = iter(requests)
        waiting: set[Future[tuple[ReadRequest, Outcome]]] = set()
        try:
            while True:
                while len(waiting) < WAITING_PER_READER * self._settings.readers:
                    request = next(source, None)
                    if request is None:
                        break
                    waiting.add(self._threads.submit(self._read, request))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()

    def _read(self, request: ReadRequest) -> tuple[ReadRequest, Outcome]:
        try:
            size = request.path.stat().st_size
            if size > self._settings.max_file_bytes:
                return request, Failure(Reason.TOO_LARGE, f"{size} > {self._settings.max_file_bytes}")
            data = request.path.read_bytes()
        except OSError as error:
            return request, Failure(Reason.UNREADABLE, error.strerror or type(error).__name__)
        return request, self._ask_child(request, data)

    def _ask_child(self, request: ReadRequest, data: bytes) -> Outcome:
        process = self._take()
        try:
            answer = process.ask(request.document_id, request.file_name, data)
        except TooSlow:
            return self._lost(process, Failure(Reason.OUT_OF_TIME, f"{self._settings.reader_wall_seconds} s"))
        except AnswerTooLarge as error:
            return self._lost(process, Failure(Reason.TOO_MUCH_TEXT, str(error)))
        except Died:
            return self._lost(process, None)
        outcome = _outcome(request, answer)
        self._give_back(process, outcome)
        return outcome

    def _take(self) -> ReaderProcess:
        process = self._idle_process() or ReaderProcess(self._settings, _answer_limit(self._settings), self._command)
        with self._lock:
            self._busy.add(process)
            if self._closing:
                process.kill()
        return process

    def _idle_process(self) -> ReaderProcess | None:
        """Return a waiting child, if one is there that has not died meanwhile."""
        while True:
            with self._lock:
                process = self._idle.pop() if self._idle else None
            if process is None or process.is_alive():
                return process
            process.end()

    def _give_back(self, process: ReaderProcess, outcome: Outcome) -> None:
        spoiled = isinstance(outcome, Failure) and outcome.reason in {Reason.OUT_OF_MEMORY, Reason.READER_CRASHED}
        # The system's answer takes as long as reading a page of text, so it is not asked for after every document.
        looked_at = process.answered % DOCUMENTS_PER_LOOK == 0
        grown = looked_at and process.peak_memory() > self._settings.reader_memory // 2
        spent = spoiled or grown or process.answered >= DOCUMENTS_PER_PROCESS
        with self._lock:
            self._busy.discard(process)
            if not spent:
                self._idle.append(process)
        if spent:
            process.end()

    def _lost(self, process: ReaderProcess, failure: Failure | None) -> Failure:
        """End a child that did not answer; without a given failure, its own end tells what happened."""
        with self._lock:
            self._busy.discard(process)
        if failure:
            process.kill()
        reason, detail = process.end()
        return failure or Failure(reason, detail)


def _answer_limit(settings: Settings) -> int:
    return max(ANSWER_OVERHEAD * settings.max_text_bytes, SMALLEST_ANSWER_LIMIT)


def _outcome(request: ReadRequest, answer: bytes) -> Outcome:
    try:
        document = decode_answer(answer)
    except ReadingFailed as failure:
        return Failure(failure.reason, failure.detail)
    except Malformed as error:
        return Failure(Reason.READER_CRASHED, f"malformed answer: {error}")
    if not all(_belongs(passage, request.document_id) for passage in document.passages):
        return Failure(Reason.READER_CRASHED, "passages of another document")
    lengths = {passage.id: len(passage.text) for passage in document.passages}
    if not all(0 <= one.start <= one.end <= lengths.get(one.passage_id, -1) for one in document.findings):
        return Failure(Reason.READER_CRASHED, "findings without a passage")
    if not all(one.document_id == request.document_id for one in document.findings):
        return Failure(Reason.READER_CRASHED, "findings of another document")
    return document


def _belongs(passage: Passage, document_id: str) -> bool:
    return passage.document_id == document_id and passage.id == passage_id(document_id, SPLITTER, passage.ordinal)
