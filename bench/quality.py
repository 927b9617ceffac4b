"""``python -m bench.quality --data DIR``: how good the answers are, through the product's own search path.

For every set: nDCG@10, recall@10 and MRR (each × 100) of meaning alone, of words alone, and of what the reader gets. With
``--queries FILE --documents FILE`` any set given as JSON lines is measured alone, and no file is written.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import write_results
from bench.question_sets import FilledSet, own_set, public_sets, sample_sets
from service.domain.searching import Filters, Query
from service.encoding.dense import open_encoder
from service.encoding.terms import encode_question
from service.search.question import interpret
from service.search.retrieval import DEPTH
from service.settings import BUNDLED_MODEL

AT = 10
SHOWN = 100
"""Results looked at for the reciprocal rank."""
WAYS = ("dense", "lexical", "fused")
MEASURES = ("ndcg@10", "recall@10", "mrr")

Figures = dict[str, dict[str, float]]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with swecris/, government/ and eval/")
    parser.add_argument("--queries", type=Path, help='JSON lines: {"id", "text", "relevant": [ids], "lang"}')
    parser.add_argument("--documents", type=Path, help='JSON lines: {"id", "text", "title", "lang"}')
    arguments = parser.parse_args()
    if bool(arguments.queries) != bool(arguments.documents):
        parser.error("--queries and --documents belong together")
    if not (arguments.data or arguments.queries):
        parser.error("give --data, or --queries and --documents")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if arguments.queries:
            own = own_set(arguments.documents, arguments.queries, folder)
            _print({own.name: measured(own)})
            return
        sets = chain(public_sets(arguments.data, folder), sample_sets(folder / "samples"))
        figures = {found.name: measured(found) for found in sets}
    _print(figures)
    write_results("quality", {"model": open_encoder(BUNDLED_MODEL).fingerprint, "sets": figures})


def measured(filled: FilledSet) -> Figures:
    """Return the mean of each measure × 100 for each way of answering."""
    sums = {way: dict.fromkeys(MEASURES, 0.0) for way in WAYS}
    for question in filled.questions:
        for way, results in _answers(filled, question.text):
            for measure, value in judged(results, question.relevant).items():
                sums[way][measure] += value
    number = len(filled.questions)
    return {way: {name: round(100 * value / number, 1) for name, value in found.items()} for way, found in sums.items()}


def judged(results: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Return nDCG@10, recall@10 and reciprocal rank of results, best first, each result once. Every right one is worth the same."""
    gained = [1 / math.log2(rank + 1) for rank, result in enumerate(results[:AT], 1) if result in relevant]
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(AT, len(relevant)) + 1))
    first = next((rank for rank, result in enumerate(results, 1) if result in relevant), 0)
    return {
        "ndcg@10": sum(gained) / ideal,
        "recall@10": len(gained) / len(relevant),
        "mrr": 1 / first if first else 0.0,
    }


def _answers(filled: FilledSet, text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each way of answering with its results, best first."""
    # The legs alone are below the door that everybody else uses.
    encoder, index = filled.kb._open_encoder(), filled.kb._open_index()  # noqa: SLF001
    question = interpret(text)
    vectors = encoder.encode_question(question.text), encode_question(question.text, question.language)
    candidates = index.candidates(*vectors, DEPTH, Filters())
    for way in ("dense", "lexical"):
        ranked = sorted(candidates, key=lambda candidate: (-getattr(candidate, way), candidate.id))
        yield way, _results(filled, [c.id for c in ranked if getattr(c, way) > 0])
    answer = filled.kb.search(Query(text, limit=SHOWN, per_document=filled.per_document))
    # A document that repeats the text of a hit is named with it.
    found = [(hit.passage, *(repeat.passage for repeat in hit.repeats)) for hit in answer.hits]
    yield "fused", _results(filled, [passage.id for passages in found for passage in passages])


def _results(filled: FilledSet, passages: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filled.result_of[passage] for passage in passages))


def _print(figures: Mapping[str, Figures]) -> None:
    table = Table(title="nDCG@10 · recall@10 · MRR, each × 100", title_justify="left")
    table.add_column("set")
    for way in WAYS:
        table.add_column(way, justify="right")
    for name, found in figures.items():
        table.add_row(name, *(" · ".join(f"{found[way][measure]:5.1f}" for measure in MEASURES) for way in WAYS))
    Console().print(table)


if __name__ == "__main__":
    main()
