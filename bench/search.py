"""``python -m bench.search --kb FOLDER --data DIR``: answering at 1 000, 10 000 and 50 000 real passages.

FOLDER is a knowledge base that ``bench.ingest --keep FOLDER`` filled. Where it holds less than is asked for, the texts
below DIR come in once more, as the chapters of reports. The limit of each figure is the bare query of the embedded
engine, both legs, on the same points.
"""

import argparse
import http.client
import json
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

from bench.figures import Row, percentile, report
from bench.government import texts
from bench.ingest import CHAPTERS
from bench.question_sets import Text, reading_of
from bench.running import cost_of, serving
from service.domain.documents import DocumentState
from service.domain.searching import Filters
from service.encoding.dense import open_encoder
from service.encoding.terms import encode_question
from service.knowledge_base import KnowledgeBase, ReadingResult
from service.search.retrieval import DEPTH
from service.settings import BUNDLED_MODEL, Settings

SIZES = (1_000, 10_000, 50_000)
QUESTIONS = 200
BATCH = 500


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--kb", type=Path, required=True, help="a filled knowledge base")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with government/: its dev titles are the questions"
    )
    parser.add_argument(
        "--peers", type=Path, help='JSON lines of other libraries at 50 000 passages: {"peer", "p50_ms", "p95_ms"}'
    )
    arguments = parser.parse_args()
    questions = [title[:300] for _, title, _ in islice(texts(arguments.data, "dev"), QUESTIONS)]
    rows: list[Row] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            peers = _peers(arguments.peers) if arguments.peers and size == SIZES[-1] else {}
            points = _fill(Path(folder), chain(_kept(arguments.kb), _reports(arguments.data)), size)
            rows += _at_size(Path(folder), points, questions, peers)
    report("search", rows)


def _at_size(folder: Path, points: int, questions: Sequence[str], peers: Mapping[str, str]) -> list[Row]:
    bare = _bare(folder, questions)
    rows = []
    with serving(folder) as server:
        rows.append(Row(f"kb serve ready, {points} passages", round(server.seconds, 2), "s"))
        for name, path in (("API", "/api/v1/search"), ("page", "/search")):
            times = _asked(server.address, path, questions)
            for share, label in ((0.5, "p50"), (0.95, "p95")):
                limit = percentile(bare, share)
                measure = f"{name} {label}, {points} passages"
                rows.append(Row(measure, percentile(times, share), "ms", limit, peers.get(label)))
        rows.append(Row(f"memory of kb serve, {points} passages", round(server.megabytes), "MB"))
    cold = cost_of(folder, "search", questions[0])
    rows.append(Row(f"kb search cold, {points} passages", round(cold.seconds, 2), "s"))
    rows.append(Row(f"memory of kb search, {points} passages", round(cold.megabytes), "MB"))
    return rows


def _peers(path: Path) -> dict[str, str]:
    """Return in words what other libraries took, by percentile."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = [row for row in rows if "p50_ms" in row]
    return {label: ", ".join(f"{row['peer']} {row[f'{label}_ms']:g}" for row in asked) for label in ("p50", "p95")}


def _kept(source: Path) -> Iterator[ReadingResult]:
    """Yield the documents of a knowledge base."""
    kb = KnowledgeBase(Settings(data=source), owns_index=False)
    for document in kb.in_state(DocumentState.SEARCHABLE):
        yield ReadingResult(document, kb.pages(document.id), kb.passages(document.id))
    kb.close()


def _reports(data: Path) -> Iterator[ReadingResult]:
    """Yield the texts below a data folder as the chapters of documents as long as a report."""
    found = texts(data)
    while chapters := list(islice(found, CHAPTERS)):
        name, title, _ = chapters[0]
        yield reading_of(Text(f"report {name}", title, "\n\n".join(f"{head}\n\n{text}" for _, head, text in chapters)))


def _fill(folder: Path, readings: Iterator[ReadingResult], size: int) -> int:
    """Put documents into a fresh knowledge base until it holds about ``size`` passages; return how many it holds."""
    kb = KnowledgeBase(Settings(data=folder))
    total = 0
    batch: list[ReadingResult] = []
    for reading in readings:
        if total + len(reading.passages) > size:
            break
        total += len(reading.passages)
        batch.append(reading)
        if len(batch) == BATCH:
            _save(kb, batch)
            batch = []
    _save(kb, batch)
    # As ``kb ingest`` leaves it.
    kb.flush()
    kb.compact()
    kb.close()
    return total


def _save(kb: KnowledgeBase, batch: Sequence[ReadingResult]) -> None:
    kb._catalogue.receive([result.document for result in batch])  # noqa: SLF001 - these have no original
    kb.save_readings(batch)
    kb.index_waiting()


def _bare(folder: Path, questions: Sequence[str]) -> list[float]:
    kb = KnowledgeBase(Settings(data=folder))
    encoder = open_encoder(BUNDLED_MODEL)
    encoded = [(encoder.encode_question(text), encode_question(text, "sv")) for text in questions]
    index = kb._open_index()  # noqa: SLF001 - the benchmark looks under the floor on purpose
    times = [_timed(lambda d=d, s=s: index.candidates(d, s, DEPTH, Filters())) for d, s in encoded]  # type: ignore[misc]
    kb.close()
    return times


def _asked(address: str, path: str, questions: Sequence[str]) -> list[float]:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))

    def ask(question: str) -> None:
        connection.request("GET", f"{path}?{urllib.parse.urlencode({'q': question})}")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise SystemExit(f"{response.status} {body[:200]!r}")

    for question in questions[:20]:
        ask(question)
    return [_timed(lambda q=q: ask(q)) for q in questions]  # type: ignore[misc]


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
