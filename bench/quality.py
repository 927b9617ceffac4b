"""``python -m bench.quality --data DIR``: how good the answers are, through the product's own search path.

For every set: nDCG@10, recall@10 and MRR (each × 100) of meaning alone, of words alone, and of what the reader gets. With
``--queries FILE --documents FILE`` any set given as JSON lines is measured alone, and no file is written.
"""

import argparse
import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import write_results
from bench.question_sets import FilledSet, Question, own_set, public_sets, sample_library, sample_questions, sample_sets
from service.domain.searching import Filters, Query
from service.domain.vectors import Candidate
from service.encoding.dense import open_encoder
from service.knowledge_base import KnowledgeBase
from service.search.question import interpret
from service.search.retrieval import DEPTH
from service.search.vectors import vectors_of
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
        samples = sample_library(folder / "samples")
        sets = chain(public_sets(arguments.data, folder), sample_sets(samples))
        figures = {found.name: measured(found) for found in sets}
        unanswerable = told_apart(samples)
    _print(figures)
    Console().print("Unanswerable questions:", unanswerable)
    fingerprint = open_encoder(BUNDLED_MODEL).fingerprint
    write_results("quality", {"model": fingerprint, "sets": figures, "unanswerable": unanswerable})


def measured(filled: FilledSet) -> Figures:
    """Return the mean of each measure × 100 for each way of answering."""
    sums = {way: dict.fromkeys(MEASURES, 0.0) for way in WAYS}
    for question in filled.questions:
        for way, results in _answers(filled, question.text):
            for measure, value in judged(results, question).items():
                sums[way][measure] += value
    number = len(filled.questions)
    return {way: {name: round(100 * value / number, 1) for name, value in found.items()} for way, found in sums.items()}


def judged(results: Sequence[str], question: Question) -> dict[str, float]:
    """Return nDCG@10, recall@10 and reciprocal rank of results, best first, each result once.

    What a result gains is its grade. The ideal, and what recall is a share of, is the best list that search can show.
    """
    ranked = [question.grades.get(result, 0) for result in results if result not in question.ignored]
    first = next((rank for rank, grade in enumerate(ranked, 1) if grade), 0)
    return {
        "ndcg@10": _gain(ranked) / _gain(question.best),
        "recall@10": sum(map(bool, ranked[:AT])) / len(question.best),
        "mrr": 1 / first if first else 0.0,
    }


def told_apart(kb: KnowledgeBase) -> dict[str, float]:
    """Return how well the best scores tell questions apart that the sample library can and cannot answer.

    ``cosine_above`` and ``words_above`` are the share in per cent of all pairs of an unanswerable and an answerable everyday
    question in which the unanswerable one has the higher best score: 0 tells them apart always, 50 is luck.
    """
    best: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for row in sample_questions():
        if row["kind"] in {"question", "unanswerable"}:
            candidates = _candidates(kb, row["text"])
            scores = max(c.dense for c in candidates), max(c.lexical for c in candidates)
            best[bool(row["answers"])].append(scores)
    cosine, words = (_above([s[leg] for s in best[False]], [s[leg] for s in best[True]]) for leg in (0, 1))
    return {"questions": len(best[False]), "cosine_above": cosine, "words_above": words}


def _above(scores: Sequence[float], others: Sequence[float]) -> float:
    pairs = [score > other for score in scores for other in others]
    return round(100 * sum(pairs) / len(pairs), 1)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades[:AT], 1))


def _answers(filled: FilledSet, text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each way of answering with its results, best first."""
    candidates = _candidates(filled.kb, text)
    for way in ("dense", "lexical"):
        ranked = sorted(candidates, key=lambda candidate: (-getattr(candidate, way), candidate.id))
        yield way, _results(filled, list(_capped([c for c in ranked if getattr(c, way) > 0], filled.per_document)))
    answer = filled.kb.search(Query(text, limit=SHOWN, per_document=filled.per_document))
    # A document that repeats the text of a hit is named with it.
    found = [(hit.passage, *(repeat.passage for repeat in hit.repeats)) for hit in answer.hits]
    yield "fused", _results(filled, [passage.id for passages in found for passage in passages])


def _capped(candidates: Sequence[Candidate], most: int) -> Iterator[str]:
    """Yield the passages of a leg, at most so many of one document, as search does."""
    taken: Counter[str] = Counter()
    for candidate in candidates:
        taken[candidate.document_id] += 1
        if taken[candidate.document_id] <= most:
            yield candidate.id


def _candidates(kb: KnowledgeBase, text: str) -> list[Candidate]:
    # The legs alone are below the door that everybody else uses.
    encoder, index, bridge = kb._open_encoder(), kb._open_index(), kb._open_bridge()  # noqa: SLF001
    return index.candidates(*vectors_of(interpret(text, bridge), encoder), DEPTH, Filters())


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
