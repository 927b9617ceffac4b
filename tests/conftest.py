"""A knowledge base of a few small documents, and one of the whole sample library, both made the way a user makes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from ingest.pipeline import Pipeline, Summary
from ingest.sources import walk
from service.knowledge_base import KnowledgeBase
from service.settings import Settings

# A busy machine is no defect: what a test may take is never measured.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SAMPLES = Path(__file__).parent.parent / "samples" / "library"


def filled(data: Path, *sources: Path, project: str = "") -> tuple[KnowledgeBase, Summary]:
    """Return a knowledge base in a folder with everything under the sources brought in, and what became of the files."""
    chosen = Settings(data=data)
    kb = KnowledgeBase(chosen)
    return kb, Pipeline(kb, chosen).ingest(walk(sources), project=project)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """An empty knowledge base of its own."""
    made = KnowledgeBase(Settings(data=tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The sample library. Shared by all tests: do not change it."""
    made, summary = filled(tmp_path_factory.mktemp("library"), SAMPLES)
    assert not summary.set_aside
    yield made
    made.close()
