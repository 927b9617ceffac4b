"""The catalogue's questions and answers, in the words of the domain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from service.domain.documents import Document, DocumentState, Page, Passage, Reason
from service.domain.projects import Project
from service.errors import CatalogueUnavailable, NotFound
from service.storage.catalogue import rows
from service.storage.catalogue.opening import open_engine
from service.storage.catalogue.tables import documents, pages, passages, projects

MOST_PARAMETERS = 500
"""Values in one ``IN (…)``; longer lists are asked for in parts."""

Reading = tuple[Document, Sequence[Page], Sequence[Passage], Sequence[Project]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of everything."""

    by_state: Mapping[str, int]
    by_reason: Mapping[str, int]
    projects: int
    passages: int


class Catalogue:
    """Documents, pages, passages and projects. Safe to call from several threads and several processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> "Catalogue":
        """Open the catalogue at an SQLAlchemy URL, making or migrating it when needed. Raises CatalogueUnavailable."""
        return cls(open_engine(url))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # Writing.

    def receive(self, arrived: Sequence[Document]) -> list[Document]:
        """Add documents that are not there yet; return those that were new. Known ones stay as they are."""
        unique = {document.id: document for document in arrived}
        with self._writing() as connection:
            known = set(_in_parts(connection, select(documents.c.id), documents.c.id, list(unique)))
            new = [document for key, document in unique.items() if (key,) not in known]
            if new:
                connection.execute(insert(documents), [rows.document_row(document) for document in new])
        return new

    def save_readings(self, readings: Sequence[Reading]) -> None:
        """Record documents that have been read, in one transaction: what was there before is replaced."""
        if not readings:
            return
        with self._writing() as connection:
            ids = [document.id for document, *_ in readings]
            for table in (pages, passages):
                connection.execute(delete(table).where(table.c.document_id.in_(ids)))
            connection.execute(delete(projects).where(projects.c.source_document_id.in_(ids)))
            _insert(connection, pages, [rows.page_row(d.id, page) for d, found, _, _ in readings for page in found])
            _insert(connection, passages, [rows.passage_row(p) for _, _, found, _ in readings for p in found])
            _replace_projects(connection, [(d.id, project) for d, _, _, found in readings for project in found])
            for document, *_ in readings:
                values = rows.document_row(document) | {"state": DocumentState.READ.value, "reason": None, "detail": ""}
                connection.execute(update(documents).where(documents.c.id == document.id).values(values))

    def set_aside(self, document_id: str, reason: Reason, detail: str) -> None:
        """Note that a document cannot be read, and drop what an earlier reading gave."""
        with self._writing() as connection:
            for table in (pages, passages):
                connection.execute(delete(table).where(table.c.document_id == document_id))
            connection.execute(
                update(documents)
                .where(documents.c.id == document_id)
                .values(state=DocumentState.SET_ASIDE.value, reason=reason.value, detail=detail)
            )

    def mark_searchable(self, document_ids: Sequence[str]) -> None:
        """Note that these documents are in the index."""
        with self._writing() as connection:
            connection.execute(
                update(documents)
                .where(documents.c.id.in_(document_ids), documents.c.state == DocumentState.READ.value)
                .values(state=DocumentState.SEARCHABLE.value)
            )

    def remove(self, document_id: str) -> None:
        """Remove a document with its pages, passages and the projects that were read from it."""
        with self._writing() as connection:
            connection.execute(delete(documents).where(documents.c.id == document_id))

    # Reading.

    def document(self, document_id: str) -> Document:
        """Return a document. Raises NotFound."""
        try:
            return self.documents([document_id])[document_id]
        except KeyError:
            raise NotFound(kind="document", id=document_id) from None

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        """Return documents by id; unknown ids are left out."""
        with self._reading() as connection:
            found = _in_parts(connection, select(documents), documents.c.id, document_ids)
        return {row.id: rows.document(row) for row in found}

    def in_state(self, state: DocumentState, limit: int) -> list[Document]:
        """Return the documents in a state, oldest first."""
        wanted = select(documents).where(documents.c.state == state.value)
        with self._reading() as connection:
            found = connection.execute(wanted.order_by(documents.c.received_at, documents.c.id).limit(limit)).all()
        return [rows.document(row) for row in found]

    def set_aside_documents(self, limit: int = 1_000) -> list[Document]:
        """Return the documents that were set aside, oldest first."""
        return self.in_state(DocumentState.SET_ASIDE, limit)

    def pages(self, document_id: str) -> list[Page]:
        """Return the pages of a document in order."""
        with self._reading() as connection:
            wanted = select(pages).where(pages.c.document_id == document_id).order_by(pages.c.number)
            return [rows.page(row) for row in connection.execute(wanted)]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in order."""
        return self.passages_of_all([document_id]).get(document_id, [])

    def passages_of_all(self, document_ids: Sequence[str]) -> dict[str, list[Passage]]:
        """Return the passages of several documents, each in order, by document id."""
        with self._reading() as connection:
            found = _in_parts(connection, select(passages), passages.c.document_id, document_ids)
        ordered = sorted(found, key=lambda row: (row.document_id, row.ordinal))
        return {key: [rows.passage(row) for row in group] for key, group in groupby(ordered, lambda r: r.document_id)}

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return passages by id; unknown ids are left out."""
        with self._reading() as connection:
            found = _in_parts(connection, select(passages), passages.c.id, passage_ids)
        return {row.id: rows.passage(row) for row in found}

    def passage(self, passage_id: str) -> Passage:
        """Return a passage. Raises NotFound."""
        try:
            return self.passages([passage_id])[passage_id]
        except KeyError:
            raise NotFound(kind="passage", id=passage_id) from None

    def page_labels(self, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the printed labels of pages given as (document id, page number)."""
        place = tuple_(pages.c.document_id, pages.c.number)
        with self._reading() as connection:
            found = _in_parts(
                connection, select(pages.c.document_id, pages.c.number, pages.c.label), place, list(set(places))
            )
        return {(row.document_id, row.number): row.label for row in found}

    def project(self, project_id: str) -> Project:
        """Return a project by id or diary number. Raises NotFound."""
        wanted = select(projects).where(or_(projects.c.id == project_id, projects.c.dnr == project_id))
        with self._reading() as connection:
            row = connection.execute(wanted.limit(1)).first()
        if row is None:
            raise NotFound(kind="project", id=project_id)
        return rows.project(row)

    def projects(self, project_ids: Sequence[str]) -> dict[str, Project]:
        """Return projects by id; unknown ids are left out."""
        with self._reading() as connection:
            found = _in_parts(connection, select(projects), projects.c.id, project_ids)
        return {row.id: rows.project(row) for row in found}

    def documents_of(self, project_id: str) -> list[Document]:
        """Return the documents tied to a project, newest first."""
        wanted = select(documents).where(
            documents.c.project_id == project_id,
            documents.c.state.in_([DocumentState.READ.value, DocumentState.SEARCHABLE.value]),
        )
        newest = wanted.order_by(documents.c.year.is_(None), documents.c.year.desc(), documents.c.title, documents.c.id)
        with self._reading() as connection:
            return [rows.document(row) for row in connection.execute(newest)]

    def counts(self) -> Counts:
        """Return how many of everything."""
        with self._reading() as connection:
            return Counts(
                by_state=_tally(connection, documents.c.state),
                by_reason=_tally(connection, documents.c.reason),
                projects=connection.execute(select(func.count()).select_from(projects)).scalar_one(),
                passages=connection.execute(select(func.sum(documents.c.passage_count))).scalar() or 0,
            )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            _translated(self._engine),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise CatalogueUnavailable(where=where, problem=type(error).__name__) from error


def _in_parts(connection: Connection, wanted: Select[Any], column: Any, values: Sequence[Any]) -> list[Any]:
    """Return the rows whose column is among the values, asking in parts."""
    found: list[Any] = []
    for start in range(0, len(values), MOST_PARAMETERS):
        part = wanted.where(column.in_(values[start : start + MOST_PARAMETERS]))
        found.extend(connection.execute(part).all())
    return found


def _insert(connection: Connection, table: Table, values: list[dict[str, Any]]) -> None:
    if values:
        connection.execute(insert(table), values)


def _replace_projects(connection: Connection, found: Sequence[tuple[str, Project]]) -> None:
    """The newest record of a project wins."""
    newest = {project.id: rows.project_row(project, document_id) for document_id, project in found}
    keys = list(newest)
    for start in range(0, len(keys), MOST_PARAMETERS):
        connection.execute(delete(projects).where(projects.c.id.in_(keys[start : start + MOST_PARAMETERS])))
    _insert(connection, projects, list(newest.values()))


def _tally(connection: Connection, column: Any) -> dict[str, int]:
    wanted = select(column, func.count()).where(column.is_not(None)).group_by(column)
    return {row[0]: row[1] for row in connection.execute(wanted)}
