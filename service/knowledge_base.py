"""The one object that every door holds. It composes the rooms below it and holds no detail."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from service.domain.documents import (
    SPLITTER,
    Document,
    DocumentState,
    Page,
    Passage,
    Reason,
    document_id,
    passage_id,
)
from service.domain.findings import Finding
from service.domain.projects import Project
from service.domain.searching import Answer, PassageView, Query, Status
from service.encoding.bridge import Bridge
from service.encoding.dense import Encoder, open_encoder
from service.encoding.prompts import Prompts
from service.encoding.terms import TERMS
from service.errors import IndexUnavailable, KnowledgeBaseError, NotFound
from service.indexing import points_of, project_ids
from service.search.retrieval import Retriever
from service.settings import Settings
from service.storage.catalogue.catalogue import LAST_PAGE, Catalogue, Counts
from service.storage.index.interface import VectorIndex
from service.storage.index.readers import Readers
from service.storage.index.shelf import Built, IndexShelf
from service.storage.originals import Originals

Opened = TypeVar("Opened")
INDEX_BATCH_DOCUMENTS = 64
MODEL_SETTINGS = ("model", "query_prompt", "passage_prompt")
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".htm": "text/html",
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}


Cut = Callable[[str, Sequence[Page]], Sequence[Passage]]
Tell = Callable[[Sequence[Passage], str], Sequence[Finding]]
"""Cuts the pages of a document, given with its id, into passages."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it arrives. ``project_id`` is empty unless the person who brings it says which project it is about."""

    name: str
    data: bytes
    project_id: str = ""


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """A document after reading, with everything found in it."""

    document: Document
    pages: Sequence[Page]
    passages: Sequence[Passage]
    projects: Sequence[Project] = ()
    findings: Sequence[Finding] = ()


class KnowledgeBase:
    """Everything that can be asked of the knowledge base. Safe to call from several threads.

    The index and the model are opened when they are first needed: most verbs need neither.
    With ``owns_index=False`` the index belongs to another process (a running server), and nothing is indexed here.
    """

    def __init__(self, settings: Settings, *, owns_index: bool = True) -> None:
        """Open the catalogue and the originals.

        Raises:
            CatalogueUnavailable
        """
        settings.data.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._owns_index = owns_index
        self._catalogue = Catalogue.open(settings.catalogue_url)
        self._originals = Originals(settings.data / "originals")
        self._shelf = IndexShelf(settings)
        self._opening = threading.RLock()
        self._encoder: Encoder | None = None
        self._index: VectorIndex | None = None
        self._bridge: Bridge | None = None
        self._readers = Readers()
        self._retriever: Retriever | None = None

    def close(self) -> None:
        """Let go of the index and the catalogue."""
        with self._opening:
            if self._index is not None:
                self._index.close()
            self._index = self._retriever = None
        self._catalogue.close()

    # Asking.

    def search(self, query: Query) -> Answer:
        """Answer a question.

        Raises:
            InvalidQuestion, IndexUnavailable, ModelUnavailable, InUse, SettingInvalid (the term bridge)
        """
        with self._reading(self._open_retriever) as retriever:
            answer = retriever.search(query)
        found = self._catalogue.findings_of_passages([hit.passage.id for hit in answer.hits])
        hits = tuple(replace(hit, findings=tuple(found.get(hit.passage.id, ()))) for hit in answer.hits)
        return replace(answer, hits=hits)

    def document(self, document_id: str) -> Document:
        """Return a document in any state. Raises NotFound."""
        return self._catalogue.document(document_id)

    def pages(self, document_id: str, first: int = 1, last: int = LAST_PAGE) -> Sequence[Page]:
        """Return the pages of a document in order, or some of them by number. Raises NotFound."""
        self._catalogue.document(document_id)
        return self._catalogue.pages(document_id, first, last)

    def passages(self, document_id: str, first: int = 1, last: int = LAST_PAGE) -> Sequence[Passage]:
        """Return the passages of a document in order, or those that begin on some of its pages. Raises NotFound."""
        self._catalogue.document(document_id)
        return self._catalogue.passages_of(document_id, first, last)

    def passage(self, passage_id: str) -> PassageView:
        """Return a passage with its document and project. Raises NotFound."""
        view = self._catalogue.view(passage_id)
        return replace(view, findings=tuple(self._catalogue.findings_of_passages([passage_id]).get(passage_id, ())))

    def passages_by_id(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return passages by id; unknown ids are left out."""
        return self._catalogue.passages(list(dict.fromkeys(passage_ids)))

    def findings(self, document_id: str) -> Sequence[Finding]:
        """Return the findings of a document in reading order. Raises NotFound."""
        self._catalogue.document(document_id)
        return self._catalogue.findings_of(document_id)

    def original(self, document_id: str) -> Path:
        """Return the path of the file as received.

        Raises:
            NotFound: no such document, or its file was refused and never kept.
        """
        path = self.original_path(self._catalogue.document(document_id))
        if not path.is_file():
            raise NotFound(kind="original", id=document_id)
        return path

    def original_path(self, document: Document) -> Path:
        """Return where the file of a document is kept, whether or not it is there."""
        return self._originals.path(document.sha256)

    def project(self, project_id: str) -> Project:
        """Return a project by id or diary number. Raises NotFound."""
        return self._catalogue.project(project_id)

    def documents_of(self, project_id: str) -> Sequence[Document]:
        """Return the documents tied to a project, newest first."""
        return self._catalogue.documents_of(project_id)

    def project_of(self, document: Document) -> Project | None:
        """Return the project that a document is tied to; None when its record is not here, or there is none."""
        if not document.project_id:
            return None
        return self._catalogue.projects([document.project_id]).get(document.project_id)

    def counts(self) -> Counts:
        """Return how many of everything there is: cheap enough for every page."""
        return self._catalogue.counts()

    def status(self) -> Status:
        """Return counts by state and reason, and the documents that were set aside. Looks at every original."""
        counts = self.counts()
        return Status(
            documents=sum(counts.by_state.values()),
            projects=counts.projects,
            passages=counts.passages,
            by_state=dict(counts.by_state),
            by_reason=dict(counts.by_reason),
            set_aside=tuple(self._catalogue.set_aside_documents()),
            model=self._settings.model,
            originals_bytes=self._originals.total_bytes(),
        )

    def problems(self) -> tuple[str, ...]:
        """Return what keeps the knowledge base from answering: "catalogue", "index", "model", "term_bridge"; empty when ready."""
        return tuple(self.failures())

    def failures(self) -> dict[str, KnowledgeBaseError]:
        """Return what keeps the knowledge base from answering, each with its error."""
        checks: tuple[tuple[str, Callable[[], object]], ...] = (
            ("catalogue", self._catalogue.counts),
            ("model", self._open_encoder),
            ("index", self._count),
            ("term_bridge", self._open_bridge),
        )
        return {name: error for name, check in checks if (error := _failure(check))}

    # Bringing in.

    def receive(self, arrivals: Sequence[Arrival]) -> list[tuple[Document, bool]]:
        """Keep the files as they came, then note them in the catalogue.

        Returns:
            Each file's document and whether it is new, in the order given. A file that was here already, under any
            name, is not new.
        """
        digests = self._originals.put_all([arrival.data for arrival in arrivals])
        documents = [_document(arrival, digest) for arrival, digest in zip(arrivals, digests, strict=True)]
        new = {document.id for document in self._catalogue.receive(documents)}
        known = self._catalogue.documents([document.id for document in documents])
        first = {document.id: number for number, document in reversed(list(enumerate(documents)))}
        # The same bytes twice in one batch are new once.
        return [(known[d.id], d.id in new and first[d.id] == number) for number, d in enumerate(documents)]

    def refuse(self, name: str, sha256: str, size: int, reason: Reason, detail: str) -> None:
        """Note a file that is not even kept (it is too large), so that it stands in the status."""
        document = _document(Arrival(name, b""), sha256, size)
        self._catalogue.receive([document])
        self._catalogue.set_aside(document.id, reason, detail)

    def set_aside(self, document_id: str, reason: Reason, detail: str) -> None:
        """Note that a document cannot be read, and why."""
        self._catalogue.set_aside(document_id, reason, detail)

    def save_readings(self, results: Sequence[ReadingResult]) -> None:
        """Record documents that have been read, all in one transaction."""
        self._catalogue.save_readings([(r.document, r.pages, r.passages, r.projects, r.findings) for r in results])

    def in_state(self, state: DocumentState, limit: int = 100_000) -> Sequence[Document]:
        """Return the documents in a state, oldest first."""
        return self._catalogue.in_state(state, limit)

    def index_waiting(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Make every document that has been read searchable; return how many. Does nothing without the index."""
        done = 0
        while self._owns_index and not stop():
            documents = self._catalogue.in_state(DocumentState.READ, INDEX_BATCH_DOCUMENTS)
            if not documents:
                break
            self._put_in(self._open_index(), documents, self._open_encoder())
            self._catalogue.mark_searchable([document.id for document in documents])
            done += len(documents)
        return done

    def flush(self) -> None:
        """Write the index out, if it is ours and open."""
        if self._index is not None:
            self._index.flush()

    def compact(self) -> None:
        """Put the index, if it is ours and open, into the form that opens fastest.

        Takes seconds in which nothing else runs in this process, so only those call it who answer nobody (any more).
        """
        if self._index is not None:
            self._index.compact()

    # Taking away and rebuilding.

    def remove(self, document_id: str) -> Document:
        """Remove a document, its passages, its original and its points. Raises NotFound.

        When another process owns the index, a note is left for it; until it is taken up the points lead nowhere,
        because answers are filled in from the catalogue.
        """
        document = self._catalogue.document(document_id)
        self._shelf.note_removal(document_id)
        self._catalogue.remove(document_id)
        self._originals.remove(document.sha256)
        self.drain_removals()
        return document

    def drain_removals(self) -> None:
        """Take the points of removed documents out of the index, if it is ours."""
        if not self._owns_index:
            return
        noted = self._shelf.noted_removals()
        if noted:
            self._open_index().remove_documents(noted)
            self._shelf.forget_removals(noted)

    def request_reindex(self) -> None:
        """Ask the process that owns the index to rebuild it with the model of these settings. Raises ModelUnavailable."""
        self._open_encoder()
        folder = Path(self._settings.model)
        choice = {name: str(getattr(self._settings, name)) for name in MODEL_SETTINGS}
        # The other process may have been started in another folder.
        self._shelf.request_rebuild(choice | ({"model": str(folder.absolute())} if folder.is_dir() else {}))

    def reindex_requested(self) -> bool:
        """Return whether somebody asked for a rebuild that is not finished."""
        return self._shelf.rebuild_requested() is not None

    def give_up_reindex(self) -> None:
        """Take back the request for a rebuild that cannot be carried out."""
        self._shelf.rebuild_finished()

    def generation(self) -> str:
        """Return the name of the current index: another one after each rebuild."""
        return self._shelf.current() or ""

    def reindex(
        self,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
        cut: Cut = lambda _id, _pages: (),
        tell: Tell | None = None,
    ) -> int:
        """Build the index anew from the catalogue beside the old one, then swap; return the number of points.

        Search goes on with the old index and its model meanwhile. The model is that of the request, if there is one, else
        that of the settings. It is opened first: when it is no good the old index is untouched.

        Args:
            progress: told how many documents of how many are done.
            cut: what cuts the passages of documents anew that were cut by other rules than today's.
            tell: what tells the findings of every document anew, from its passages and its type; None leaves them as they are.

        Raises:
            ModelUnavailable, IndexUnavailable, InUse
        """
        asked = self._shelf.rebuild_requested() or {}
        settings = replace(self._settings, **{name: asked[name] for name in MODEL_SETTINGS if name in asked})  # type: ignore[arg-type]
        encoder = _encoder_of(settings)
        self._cut_anew(cut)
        if tell is not None:
            self._tell_anew(tell)
        documents = self._catalogue.in_state(DocumentState.SEARCHABLE, 10_000_000)
        fresh = self._shelf.begin(_built(encoder, settings))
        try:
            for start in range(0, len(documents), INDEX_BATCH_DOCUMENTS):
                self._put_in(fresh, documents[start : start + INDEX_BATCH_DOCUMENTS], encoder)
                progress(min(start + INDEX_BATCH_DOCUMENTS, len(documents)), len(documents))
            fresh.flush()
        except BaseException:
            fresh.close()
            raise
        with self._opening:
            self._shelf.swap()
            old, self._index, self._retriever = self._index, fresh, None
            self._encoder, self._settings = encoder, settings
            readers, self._readers = self._readers, Readers()
        # Whoever asked before the swap is answered by the old one; then it goes.
        readers.wait_until_gone()
        if old is not None:
            old.close()
        self._shelf.clear_away()
        self._shelf.rebuild_finished()
        return fresh.count()

    def _cut_anew(self, cut: Cut) -> None:
        """Cut the documents anew whose passages were cut by other rules: a passage's id tells which."""
        for state in (DocumentState.READ, DocumentState.SEARCHABLE):
            documents = self._catalogue.in_state(state, 10_000_000)
            first = {document.id: passage_id(document.id, SPLITTER, 0) for document in documents}
            for identity in self._catalogue.without_passages(first):
                if passages := cut(identity, self._catalogue.pages(identity)):
                    self._catalogue.replace_passages(identity, passages)

    def _tell_anew(self, tell: Tell) -> None:
        for state in (DocumentState.READ, DocumentState.SEARCHABLE):
            documents = self._catalogue.in_state(state, 10_000_000)
            for start in range(0, len(documents), INDEX_BATCH_DOCUMENTS):
                types = {one.id: one.document_type for one in documents[start : start + INDEX_BATCH_DOCUMENTS]}
                passages = self._catalogue.passages_of_all(list(types))
                told = [finding for key, found in passages.items() for finding in tell(found, types[key])]
                self._catalogue.save_findings(list(types), told)

    def _put_in(self, index: VectorIndex, documents: Sequence[Document], encoder: Encoder) -> None:
        passages = self._catalogue.passages_of_all([document.id for document in documents])
        projects = self._catalogue.projects(sorted(project_ids(documents, passages)))
        finding_types = self._catalogue.finding_types([document.id for document in documents])
        points = points_of(documents, passages, projects, encoder, finding_types)
        # Points of an earlier, killed attempt have the same ids and are replaced.
        index.upsert(points)

    def _open_encoder(self) -> Encoder:
        with self._opening:
            if self._encoder is None:
                self._encoder = _encoder_of(self._settings)
            return self._encoder

    def _open_index(self) -> VectorIndex:
        with self._opening:
            if not self._owns_index:
                raise IndexUnavailable(where=str(self._settings.data), problem="owned_by_server")
            if self._index is None:
                self._index = self._shelf.open(_built(self._open_encoder(), self._settings))
                if not self._index.count() and self.counts().passages:
                    # The index is lost (its folder was deleted, a server started anew): everything is put in again.
                    self._catalogue.mark_read_again()
            return self._index

    def _open_bridge(self) -> Bridge:
        with self._opening:
            if self._bridge is None:
                self._bridge = Bridge.open(self._settings.term_bridge)
            return self._bridge

    @contextmanager
    def _reading(self, opened: Callable[[], Opened]) -> Iterator[Opened]:
        """Hand out what reads the index; the index stays open until the block is left, whatever takes its place."""
        with ExitStack() as stack:
            with self._opening:
                reader = opened()
                stack.enter_context(self._readers)
            yield reader

    def _count(self) -> int:
        with self._reading(self._open_index) as index:
            return index.count()

    def _open_retriever(self) -> Retriever:
        with self._opening:
            if self._retriever is None:
                index, encoder, bridge = self._open_index(), self._open_encoder(), self._open_bridge()
                self._retriever = Retriever(index, encoder, self._catalogue, bridge)
            return self._retriever


def _encoder_of(settings: Settings) -> Encoder:
    prompts = Prompts(settings.query_prompt, settings.passage_prompt)
    return open_encoder(settings.model, prompts, settings.data / "models")


def _built(encoder: Encoder, settings: Settings) -> Built:
    return Built(
        model=encoder.fingerprint,
        width=encoder.width,
        terms=TERMS,
        tokenizer=encoder.tokenizer,
        splitter=SPLITTER,
        name=settings.model,
    )


def _document(arrival: Arrival, sha256: str, size: int | None = None) -> Document:
    return Document(
        id=document_id(sha256),
        sha256=sha256,
        file_name=arrival.name,
        media_type=MEDIA_TYPES.get(Path(arrival.name).suffix.lower(), "application/octet-stream"),
        size=len(arrival.data) if size is None else size,
        received_at=datetime.now(UTC),
        project_id=arrival.project_id or None,
    )


def _failure(check: Callable[[], object]) -> KnowledgeBaseError | None:
    try:
        check()
    except KnowledgeBaseError as error:
        return error
    return None
