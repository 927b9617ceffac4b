"""The part of the server that takes up waiting work: documents to read or index, removals, a new index."""

import logging
import threading

from ingest.findings import find
from ingest.passages import split
from ingest.pipeline import Pipeline
from service.domain.documents import DocumentState
from service.errors import InUse, KnowledgeBaseError
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from service.storage.presence import holding

PAUSE_SECONDS = 0.5
PAUSE_AFTER_FAILURE_SECONDS = 5.0
LOG = logging.getLogger("kunskapsbanken.worker")


class Worker:
    """A thread beside the site. Safe to kill at any point: all it knows is in the catalogue."""

    def __init__(self, kb: KnowledgeBase, settings: Settings) -> None:
        self._kb = kb
        self._settings = settings
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def stop(self, seconds: float = 20.0) -> None:
        """Finish the piece in hand and stop; give up waiting after some seconds."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        pause, told = PAUSE_SECONDS, ""
        while not self._stopping.wait(pause):
            try:
                self._take_up_work()
                pause, told = PAUSE_SECONDS, ""
            except KnowledgeBaseError as error:
                # The next round tries again; /readyz tells what is wrong meanwhile.
                if told != str(error):
                    LOG.error("work failed: %s: %s", type(error).__name__, error)  # noqa: TRY400 - it tells all in one line
                pause, told = PAUSE_AFTER_FAILURE_SECONDS, str(error)

    def _take_up_work(self) -> None:
        # First of all: an index of another model can do nothing else until it is built anew.
        if self._kb.reindex_requested():
            self._reindex()
        self._kb.drain_removals()
        self._kb.index_waiting(stop=self._stopping.is_set)
        self._read_what_an_interrupted_ingest_left()

    def _reindex(self) -> None:
        try:
            self._kb.reindex(cut=split, tell=find)
        except KnowledgeBaseError:
            # Whoever asked is waiting: a request that stays would be tried, and fail, for ever.
            self._kb.give_up_reindex()
            raise

    def _read_what_an_interrupted_ingest_left(self) -> None:
        if not self._kb.in_state(DocumentState.RECEIVED, limit=1):
            return
        try:
            with holding(self._settings.data, "ingest"):
                Pipeline(self._kb, self._settings).ingest([])
        except InUse:
            # An ingest is at work and will read them itself.
            return
