"""Stand-ins with a memory: they do what the real ones promise, by brute force."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from service.domain.documents import Document, Passage
from service.domain.projects import Project
from service.domain.searching import Filters, PassageView
from service.domain.vectors import Candidate, Dense, Point, Sparse


class MemoryIndex:
    """A vector index that compares with every point."""

    def __init__(self) -> None:
        self.points: dict[str, Point] = {}

    def upsert(self, points: Sequence[Point]) -> None:
        self.points.update({point.id: point for point in points})

    def remove_documents(self, document_ids: Iterable[str]) -> None:
        gone = set(document_ids)
        self.points = {name: point for name, point in self.points.items() if point.document_id not in gone}

    def candidates(self, dense: Dense, sparse: Sparse, depth: int, filters: Filters) -> list[Candidate]:
        wanted = [point for point in self.points.values() if _matches(point, filters)]
        found = [
            Candidate(p.id, p.document_id, p.language, float(p.dense @ dense), self._words(p, sparse), p.wording)
            for p in wanted
        ]
        near = sorted(found, key=lambda one: -one.dense)[:depth]
        shared = sorted((one for one in found if one.lexical > 0), key=lambda one: -one.lexical)[:depth]
        return list({one.id: one for one in (*near, *shared)}.values())

    def count(self) -> int:
        return len(self.points)

    def flush(self) -> None:
        """Nothing to write out."""

    def compact(self) -> None:
        """Nothing to put in order."""

    def close(self) -> None:
        """Nothing to release."""

    def _words(self, point: Point, sparse: Sparse) -> float:
        terms, left, right = np.intersect1d(point.sparse.ids, sparse.ids, return_indices=True)
        holding = np.array([sum(term in other.sparse.ids for other in self.points.values()) for term in terms])
        idf = np.log((len(self.points) - holding + 0.5) / (holding + 0.5) + 1)
        return float((point.sparse.weights[left] * sparse.weights[right] * idf).sum())


class MemoryLibrary:
    """What an answer is filled in from."""

    def __init__(self) -> None:
        self.kept: dict[str, Passage] = {}
        self.held: dict[str, Document] = {}
        self.known: dict[str, Project] = {}
        self.labels: dict[tuple[str, int], str] = {}

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        return {name: self.kept[name] for name in passage_ids if name in self.kept}

    def documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        return {name: self.held[name] for name in document_ids if name in self.held}

    def views(self, passage_ids: Sequence[str]) -> dict[str, PassageView]:
        return {key: self._view(one) for key, one in self.passages(passage_ids).items() if one.document_id in self.held}

    def _view(self, passage: Passage) -> PassageView:
        document = self.held[passage.document_id]
        project = self.known.get(passage.project_id or document.project_id or "")
        return PassageView(passage, document, project, self.labels.get((passage.document_id, passage.page_from), ""))


def document(name: str, title: str = "", project: str | None = None, kind: str = "") -> Document:
    """Return a document with an id and a title."""
    return Document(
        id=name,
        sha256=name * 4,
        file_name=f"{name}.pdf",
        media_type="application/pdf",
        size=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        title=title,
        document_type=kind,
        project_id=project,
    )


def _matches(point: Point, filters: Filters) -> bool:
    return all(
        not wanted or getattr(point, name) == wanted
        for name, wanted in (
            ("language", filters.language),
            ("project_id", filters.project_id),
            ("document_id", filters.document_id),
            ("document_type", filters.document_type),
        )
    )
