"""The catalogue's questions and answers, in the words of the domain."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from service.domain.documents import Document, DocumentState, Page, Passage, Reason
from service.domain.findings import Finding
from service.domain.projects import Project, merged
from service.domain.searching import PassageView
from service.errors import CatalogueUnavailable, NotFound
from service.storage.catalogue import rows
from service.storage.catalogue.opening import open_engine, without_secrets
from service.storage.catalogue.statements import found_among, insert_all, parts, tally, update_all
from service.storage.catalogue.tables import documents, findings, pages, passages, projects

# Made once: building a statement takes longer than running it.
PASSAGES = select(passages).where(passages.c.id.in_(bindparam("ids", expanding=True)))
"""Passages by id."""
VIEWS = (
    select(passages, documents, func.coalesce(pages.c.label, ""))
    .join(documents, documents.c.id == passages.c.document_id)
    .outerjoin(pages, and_(pages.c.document_id == passages.c.document_id, pages.c.number == passages.c.page_from))
    .where(passages.c.id.in_(bindparam("ids", expanding=True)))
)
"""Passages by id, each with its document and the label of its page."""
LAST_PAGE = 2**31 - 1
"""A page number that no document reaches and every database can hold."""

Reading = tuple[Document, Sequence[Page], Sequence[Passage], Sequence[Project], Sequence[Finding]]


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
            known = set(found_among(connection, select(documents.c.id), documents.c.id, list(unique)))
            new = [document for key, document in unique.items() if (key,) not in known]
            if new:
                connection.execute(insert(documents), [rows.document_row(document) for document in new])
        return new

    def save_readings(self, readings: Sequence[Reading]) -> None:
        """Record documents that have been read, in one transaction: what was there before is replaced.

        A document that was removed while it was being read stays removed.
        """
        with self._writing() as connection:
            ids = [document.id for document, *_ in readings]
            known = {row.id for row in found_among(connection, select(documents.c.id), documents.c.id, ids)}
            kept = {reading[0].id: reading for reading in readings if reading[0].id in known}.values()
            _forget_readings(connection, [document.id for document, *_ in kept])
            insert_all(connection, pages, [rows.page_row(d.id, page) for d, found, *_ in kept for page in found])
            insert_all(connection, passages, [rows.passage_row(p) for _, _, found, *_ in kept for p in found])
            insert_all(connection, projects, [row for d, _, _, found, _ in kept for row in _project_rows(d.id, found)])
            insert_all(connection, findings, [rows.finding_row(one) for *_, found in kept for one in found])
            update_all(connection, documents, [_row_once_read(reading) for reading in kept])

    def replace_passages(self, document_id: str, cut: Sequence[Passage]) -> None:
        """Put other passages in the place of a document's."""
        with self._writing() as connection:
            connection.execute(delete(passages).where(passages.c.document_id == document_id))
            insert_all(connection, passages, [rows.passage_row(passage) for passage in cut])
            connection.execute(update(documents).where(documents.c.id == document_id).values(passage_count=len(cut)))

    def save_findings(self, document_ids: Sequence[str], told: Sequence[Finding]) -> None:
        """Replace the findings of some documents; what belongs to a passage that is gone meanwhile is left out."""
        with self._writing() as connection:
            for part in parts(document_ids):
                connection.execute(delete(findings).where(findings.c.document_id.in_(part)))
            ids = [finding.passage_id for finding in told]
            known = {row.id for row in found_among(connection, select(passages.c.id), passages.c.id, ids)}
            insert_all(connection, findings, [rows.finding_row(one) for one in told if one.passage_id in known])

    def set_aside(self, document_id: str, reason: Reason, detail: str) -> None:
        """Note that a document cannot be read, and drop what an earlier reading gave."""
        values = {"state": DocumentState.SET_ASIDE.value, "reason": reason.value, "detail": detail}
        with self._writing() as connection:
            _forget_readings(connection, [document_id])
            connection.execute(
                update(documents)
                .where(documents.c.id == document_id)
                .values(values | {"page_count": 0, "passage_count": 0})
            )

    def mark_searchable(self, document_ids: Sequence[str]) -> None:
        """Note that these documents are in the index."""
        with self._writing() as connection:
            for part in parts(document_ids):
                connection.execute(
                    update(documents)
                    .where(documents.c.id.in_(part), documents.c.state == DocumentState.READ.value)
                    .values(state=DocumentState.SEARCHABLE.value)
                )

    def mark_read_again(self) -> int:
        """Note that no document is in the index, so that each is put in again; return how many were."""
        with self._writing() as connection:
            return connection.execute(
                update(documents)
                .where(documents.c.state == DocumentState.SEARCHABLE.value)
                .values(state=DocumentState.READ.value)
            ).rowcount

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
            found = found_among(connection, select(documents), documents.c.id, document_ids)
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

    def pages(self, document_id: str, first: int = 1, last: int = LAST_PAGE) -> list[Page]:
        """Return some pages of a document in order, the first and the last one by number."""
        wanted = select(pages).where(pages.c.document_id == document_id, pages.c.number.between(first, last))
        with self._reading() as connection:
            return [rows.page(row) for row in connection.execute(wanted.order_by(pages.c.number))]

    def passages_of(self, document_id: str, first: int = 1, last: int = LAST_PAGE) -> list[Passage]:
        """Return the passages that begin on some pages of a document, in order."""
        wanted = select(passages).where(
            passages.c.document_id == document_id, passages.c.page_from.between(first, last)
        )
        with self._reading() as connection:
            return [rows.passage(row) for row in connection.execute(wanted.order_by(passages.c.ordinal))]

    def passages_of_all(self, document_ids: Sequence[str]) -> dict[str, list[Passage]]:
        """Return the passages of several documents, each in order, by document id."""
        with self._reading() as connection:
            found = found_among(connection, select(passages), passages.c.document_id, document_ids)
        ordered = sorted(found, key=lambda row: (row.document_id, row.ordinal))
        return {key: [rows.passage(row) for row in group] for key, group in groupby(ordered, lambda r: r.document_id)}

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return passages by id; unknown ids are left out."""
        with self._reading() as connection:
            found = [row for part in parts(passage_ids) for row in connection.execute(PASSAGES, {"ids": part})]
        return {row.id: rows.passage(row) for row in found}

    def findings_of(self, document_id: str) -> list[Finding]:
        """Return the findings of a document in reading order, those of one passage as their sentences follow."""
        wanted = select(findings).join(passages).where(findings.c.document_id == document_id)
        with self._reading() as connection:
            found = connection.execute(wanted.order_by(passages.c.ordinal, findings.c.start, findings.c.type)).all()
        return [rows.finding(row) for row in found]

    def findings_of_passages(self, passage_ids: Sequence[str]) -> dict[str, list[Finding]]:
        """Return findings by passage id, the surest first; passages without any are left out."""
        with self._reading() as connection:
            found = found_among(connection, select(findings), findings.c.passage_id, passage_ids)
        ordered = sorted(found, key=lambda row: (row.passage_id, -row.confidence, row.type))
        return {key: [rows.finding(row) for row in group] for key, group in groupby(ordered, lambda r: r.passage_id)}

    def finding_types(self, document_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the types of findings of each passage of some documents, by passage id."""
        wanted = select(findings.c.passage_id, findings.c.type)
        with self._reading() as connection:
            found = sorted(map(tuple, found_among(connection, wanted, findings.c.document_id, document_ids)))
        return {key: tuple(kind for _, kind in group) for key, group in groupby(found, lambda pair: pair[0])}

    def without_passages(self, expected: Mapping[str, str]) -> list[str]:
        """Return the documents that lack the passage that each is expected to have; ids of passages by document."""
        with self._reading() as connection:
            wanted = select(passages.c.id)
            there = {row.id for row in found_among(connection, wanted, passages.c.id, list(expected.values()))}
        return [document_id for document_id, passage_id in expected.items() if passage_id not in there]

    def view(self, passage_id: str) -> PassageView:
        """Return a passage with what it belongs to. Raises NotFound."""
        try:
            return self.views([passage_id])[passage_id]
        except KeyError:
            raise NotFound(kind="passage", id=passage_id) from None

    def views(self, passage_ids: Sequence[str]) -> dict[str, PassageView]:
        """Return passages by id, each with its document, its project and the printed label of the page where it begins.

        Unknown ids are left out. Two questions to the database, one when no project is tied.
        """
        with self._reading() as connection:
            found = [rows.view(row) for part in parts(passage_ids) for row in connection.execute(VIEWS, {"ids": part})]
            tied = {project for passage, document, _ in found if (project := passage.project_id or document.project_id)}
            records = found_among(connection, _newest_last(), projects.c.id, list(tied)) if tied else []
        known = merged(map(rows.project, records))
        return {
            passage.id: PassageView(
                passage, document, known.get(passage.project_id or document.project_id or ""), label
            )
            for passage, document, label in found
        }

    def project(self, project_id: str) -> Project:
        """Return a project by id or diary number, as all its records together tell it. Raises NotFound."""
        wanted = _newest_last().where(or_(projects.c.id == project_id, projects.c.dnr == project_id))
        with self._reading() as connection:
            found = connection.execute(wanted).all()
        if not found:
            raise NotFound(kind="project", id=project_id)
        return merged(map(rows.project, found))[found[-1].id]

    def projects(self, project_ids: Sequence[str]) -> dict[str, Project]:
        """Return projects by id, each as all its records together tell it; unknown ids are left out."""
        with self._reading() as connection:
            found = found_among(connection, _newest_last(), projects.c.id, project_ids)
        return merged(map(rows.project, found))

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
                by_state=tally(connection, documents.c.state),
                by_reason=tally(connection, documents.c.reason),
                projects=connection.execute(select(func.count(projects.c.id.distinct()))).scalar_one(),
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
        raise CatalogueUnavailable(where=without_secrets(engine), problem=type(error).__name__) from error


def _forget_readings(connection: Connection, document_ids: Sequence[str]) -> None:
    for part in parts(document_ids):
        for column in (
            pages.c.document_id,
            findings.c.document_id,
            passages.c.document_id,
            projects.c.source_document_id,
        ):
            connection.execute(delete(column.table).where(column.in_(part)))


def _row_once_read(reading: Reading) -> dict[str, Any]:
    document, its_pages, its_passages, *_ = reading
    counted = {"page_count": len(its_pages), "passage_count": len(its_passages)}
    return rows.document_row(document) | counted | {"state": DocumentState.READ.value, "reason": None, "detail": ""}


def _project_rows(document_id: str, found: Sequence[Project]) -> list[dict[str, Any]]:
    """A project that one document records twice is there once."""
    return [rows.project_row(project, document_id) for project in merged(found).values()]


def _newest_last() -> Select[Any]:
    """Ask for records of projects, those of the newest documents last."""
    return select(projects).join(documents).order_by(documents.c.received_at, documents.c.id)
