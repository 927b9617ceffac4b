"""No question that a page asks reads a whole table (seen: labels of 20 pages read every page's text)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from service.domain.documents import Document, DocumentState
from service.storage.catalogue.catalogue import Catalogue
from service.storage.catalogue.opening import open_engine

QUESTIONS: dict[str, Callable[[Catalogue], object]] = {
    "document": lambda c: c.documents(["a", "b"]),
    "state": lambda c: c.in_state(DocumentState.READ, 10),
    "pages": lambda c: c.pages("a"),
    "views": lambda c: c.views(["a", "b"]),
    "passages": lambda c: c.passages(["a", "b"]),
    "passages of documents": lambda c: c.passages_of_all(["a", "b"]),
    "project": lambda c: c.projects(["a"]),
    "documents of a project": lambda c: c.documents_of("a"),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_question_is_answered_by_an_index(tmp_path: Path, ask: Callable[[Catalogue], object]) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'c.sqlite'}")
    catalogue = Catalogue(engine)
    catalogue.receive([Document("a", "a", "a.pdf", "application/pdf", 1, datetime(2026, 1, 1, tzinfo=UTC))])
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    ask(catalogue)
    questions = [(words, values) for words, values in asked if words.startswith("SELECT")]
    assert questions
    with engine.connect() as connection:
        for words, values in questions:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
            assert not [step for step in plan if step.startswith("SCAN")], (words, plan)
    catalogue.close()
