"""``python -m bench.ingest --data DIR``: whole ingest of text documents, beside encoding and inserting alone.

The documents go the whole way: files on disk, originals forced to disk, reading in limited child processes, passages,
catalogue, vectors, index. The limit is what one process needs only to encode the same passages and insert them.

Twice the same texts: as they are, short pages of one or two passages, and as the chapters of documents as long as a report.
The first shows what a document costs, the second what a passage costs.
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench.figures import Row, report
from bench.government import write_files
from bench.running import Cost, cost_of
from service.domain.documents import DocumentState
from service.encoding.dense import open_encoder
from service.indexing import points_of, project_ids
from service.settings import BUNDLED_MODEL, Settings
from service.storage.catalogue.catalogue import Catalogue
from service.storage.index.embedded import EmbeddedIndex

CHAPTERS = 20
"""Texts in one long document: about 30 passages."""


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with government/")
    parser.add_argument("--documents", type=int, default=0, help="at most this many; 0 means all")
    parser.add_argument("--keep", type=Path, help="folder to keep the short documents in, for the other benchmarks")
    arguments = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        for kind, per_file in (("short", 1), ("long", CHAPTERS)):
            files = Path(temporary) / kind
            kept = arguments.keep if arguments.keep and kind == "short" else Path(temporary) / f"kb-{kind}"
            documents = write_files(arguments.data, files, arguments.documents, per_file)
            cost = cost_of(kept, "ingest", str(files))
            rows += _rows(kept, kind, documents, cost)
            again = cost_of(kept, "ingest", str(files))
            rows.append(Row(f"{kind}: the same folder again", round(again.seconds, 1), "s"))
    report("ingest", rows)


def _rows(kept: Path, kind: str, documents: int, cost: Cost) -> list[Row]:
    catalogue = Catalogue.open(Settings(data=kept).catalogue_url)
    counts = catalogue.counts()
    alone = _encode_and_insert_alone(catalogue)
    disk = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file()) / 1e6
    return [
        Row(f"{kind}: documents", documents, "documents"),
        *(Row(f"{kind}: {state}", number, "documents") for state, number in sorted(counts.by_state.items())),
        *(
            Row(f"{kind}: set aside, {reason}", number, "documents")
            for reason, number in sorted(counts.by_reason.items())
        ),
        Row(f"{kind}: passages", counts.passages, "passages"),
        Row(f"{kind}: whole ingest", round(counts.passages / cost.seconds), "passages/s", round(alone)),
        Row(f"{kind}: whole ingest", round(documents / cost.seconds), "documents/s"),
        Row(f"{kind}: time", round(cost.seconds, 1), "s", round(counts.passages / alone, 1)),
        Row(f"{kind}: most memory of the parent", round(cost.megabytes), "MB"),
        Row(f"{kind}: disk", round(disk), "MB"),
    ]


def _encode_and_insert_alone(catalogue: Catalogue, most: int = 2_000) -> float:
    """Return passages a second for encoding and inserting, on a sample of documents."""
    encoder = open_encoder(BUNDLED_MODEL)
    documents = catalogue.in_state(DocumentState.SEARCHABLE, most)
    passages = catalogue.passages_of_all([document.id for document in documents])
    projects = catalogue.projects(sorted(project_ids(documents, passages)))
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex.open(Path(folder) / "points", encoder.width)
        began, number = time.monotonic(), 0
        for start in range(0, len(documents), 64):
            points = points_of(documents[start : start + 64], passages, projects, encoder, {})
            index.upsert(points)
            number += len(points)
        seconds = time.monotonic() - began
        index.close()
    return number / seconds


if __name__ == "__main__":
    main()
