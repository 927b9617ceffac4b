"""``python -m bench.findings``: how well types of findings are told, on labelled passages.

Precision, recall and F1 of each type for rules alone, the classifier alone, and both as the product has them; and the precision that
is left at a recall of 0.9. By default the test part of our own set; ``--labelled FILE`` measures any other set and writes no file.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bench.figures import write_results
from ingest.classifier import encoder
from ingest.findings import FOUND, Verdict, by_rules, evidence_of, judge
from training.findings.labelled import TYPES, Labelled, Truth, load, own, truth

RECALL = 0.9

Confidence = NDArray[np.float32]
"""Shape (passages, 18)."""
Figures = dict[str, float]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.findings", description=__doc__)
    parser.add_argument("--labelled", type=Path, help='JSON lines: {"text", "types", "heading_path", "language"}')
    arguments = parser.parse_args()
    labelled = load(arguments.labelled) if arguments.labelled else own("test")
    ways = confidences(labelled)
    figures = {way: measured(found, truth(labelled)) for way, found in ways.items()}
    macros = {way: macro(found) for way, found in figures.items()}
    _print(len(labelled), figures, macros)
    results = {"passages": len(labelled), "macro_f1": macros["both"], "types": figures["both"]}
    if not arguments.labelled:
        alone = {way: {"macro_f1": macros[way], "types": figures[way]} for way in ("rules", "model")}
        cores = core_accuracy(labelled)
        write_results("findings", {"encoder": encoder().fingerprint, **results, "core_sentence": cores, "alone": alone})


def confidences(labelled: list[Labelled]) -> dict[str, Confidence]:
    """Return how sure each way is of each type of each passage."""
    evidence = evidence_of([one.passage for one in labelled])
    both = judge(evidence)
    return {"rules": by_rules(evidence).passages, "model": both.model, "both": both.passages}


def measured(confidence: Confidence, has: Truth) -> dict[str, Figures]:
    """Return the figures of each type."""
    return {kind.value: of_type(confidence[:, column], has[:, column]) for column, kind in enumerate(TYPES)}


def of_type(confidence: NDArray[np.float32], has: NDArray[np.bool_]) -> Figures:
    """Return precision, recall and F1 at the product's threshold, support, and precision at a recall of 0.9."""
    found = confidence >= FOUND
    right, told, all_ = int((found & has).sum()), int(found.sum()), int(has.sum())
    return {
        "precision": _ratio(right, told),
        "recall": _ratio(right, all_),
        "f1": _ratio(2 * right, told + all_),
        "support": all_,
        "precision_at_recall_0.9": _precision_at_recall(confidence, has),
    }


def macro(figures: Mapping[str, Figures]) -> float:
    """Return the mean F1 of the types that the set holds."""
    present = [found["f1"] for found in figures.values() if found["support"]]
    return round(sum(present) / len(present), 3) if present else 0.0


def core_accuracy(labelled: list[Labelled]) -> float:
    """Return in how many passages that have a type the sentence chosen for it is the labelled one."""
    evidence = evidence_of([one.passage for one in labelled])
    verdict: Verdict = judge(evidence)
    owners = np.array([sentence.passage for sentence in evidence.sentences])
    right = [
        evidence.sentences[_best(verdict, owners, row, column)].text.strip() in one.core[kind]
        or one.core[kind] in evidence.sentences[_best(verdict, owners, row, column)].text
        for row, one in enumerate(labelled)
        for column, kind in enumerate(TYPES)
        if one.core.get(kind)
    ]
    return _ratio(sum(right), len(right))


def _best(verdict: Verdict, owners: NDArray[np.intp], row: int, column: int) -> int:
    rows = np.flatnonzero(owners == row)
    return int(rows[verdict.sentences[rows, column].argmax()])


def _precision_at_recall(confidence: NDArray[np.float32], has: NDArray[np.bool_]) -> float:
    order = np.argsort(-confidence)
    right = np.cumsum(has[order])
    enough = np.flatnonzero(right >= RECALL * has.sum())
    return _ratio(int(right[enough[0]]), int(enough[0]) + 1) if has.any() else 0.0


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


def _print(passages: int, figures: Mapping[str, dict[str, Figures]], macros: Mapping[str, float]) -> None:
    table = Table(title=f"{passages} passages: precision · recall · F1", title_justify="left")
    table.add_column("type")
    table.add_column("support", justify="right")
    for way in figures:
        table.add_column(way, justify="right")
    table.add_column("precision at recall 0.9", justify="right")
    for kind in TYPES:
        both = figures["both"][kind.value]
        cells = (
            " · ".join(f"{found[kind.value][name]:.2f}" for name in ("precision", "recall", "f1"))
            for found in figures.values()
        )
        table.add_row(kind.value, f"{both['support']:.0f}", *cells, f"{both['precision_at_recall_0.9']:.2f}")
    table.add_row("macro F1", "", *(f"{macros[way]:.3f}" for way in figures), "")
    Console().print(table)


if __name__ == "__main__":
    main()
