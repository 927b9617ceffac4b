"""Telling anew, on a knowledge base from before there were findings."""

from pathlib import Path

from ingest.findings import find
from ingest.passages import split
from ingest.pipeline import Pipeline
from ingest.sources import walk
from service.domain.documents import DocumentState
from service.domain.searching import Filters, Query
from service.knowledge_base import KnowledgeBase
from service.settings import Settings


def test_what_documents_tell_is_told_anew_by_a_reindex(tmp_path: Path) -> None:
    report = tmp_path / "in" / "rapport.txt"
    report.parent.mkdir()
    report.write_text("Vi rekommenderar att kommunen utser en ansvarig för arbetet.", encoding="utf-8")
    settings = Settings(data=tmp_path / "data", readers=1)
    kb = KnowledgeBase(settings)
    Pipeline(kb, settings).ingest(walk([report]))
    (document,) = kb.in_state(DocumentState.SEARCHABLE)
    first = kb.findings(document.id)
    assert [one.type for one in first] == ["recommendation"]
    kb.reindex(tell=lambda _passages, _type: ())
    query = Query("kommunen", Filters(finding_type="recommendation"))
    assert kb.findings(document.id) == []
    assert kb.search(query).hits == ()
    kb.reindex()
    assert kb.findings(document.id) == []
    kb.reindex(cut=split, tell=find)
    assert kb.findings(document.id) == first
    assert [hit.findings for hit in kb.search(query).hits] == [tuple(first)]
    kb.close()
