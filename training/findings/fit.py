"""Fitting the classifier: logistic regression over sentences and passages, then the mix of all witnesses.

The mix and the thresholds are fitted on what the parts say of passages that they were not trained on (cross-validation by document),
so that a part which only remembers is not believed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from ingest.classifier import FACETS, TERMS, Classifier, Features, Floats, features_of, heaviest
from ingest.findings import Evidence, evidence_of, witnesses_of
from training.findings.labelled import TYPES, Labelled, Truth, truth

FOLDS = 6
SENTENCE_PENALTY = 1.0
PASSAGE_PENALTY = 3.0
"""What squared weights cost, beside the summed loss of the examples. Chosen by cross-validation inside train and dev."""
FACET_PENALTY = 5.0
MIX_PENALTY = 0.3
POSITIVES = 4.0
"""Weight of an example that has the type; most have not."""
SHRINKAGE = 6.0
"""Positive passages by which a threshold of its own is trusted as much as the common one."""

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Examples:
    """Passages with everything that fitting looks at."""

    labelled: Sequence[Labelled]
    evidence: Evidence
    features: Features
    truth: Truth
    core: Mask
    """Which sentences are the core of which type, shape (n, 18)."""
    used: Mask
    """Which sentences teach which type: of a passage that has it, only the core does."""


def examples_of(labelled: Sequence[Labelled]) -> Examples:
    """Return the examples."""
    evidence = evidence_of([one.passage for one in labelled])
    features = features_of(evidence.sentences, len(labelled))
    has, core = truth(labelled), _core(labelled, evidence)
    return Examples(labelled, evidence, features, has, core, core | ~has[features.owners])


def fit(examples: Examples, alone: Examples) -> Classifier:
    """Return the classifier, fitted on all examples; the mix is fitted across folds.

    Args:
        examples: passages.
        alone: single sentences, which teach the part that looks at sentences and nothing else.
    """
    blind = across_folds(examples, alone)
    mix, bias = _mixed(blind, examples.truth, (0, 1, 2, 3))
    alone_mix, alone_bias = _mixed(blind, examples.truth, (0, 1))
    everything = np.ones(len(examples.labelled), bool)
    facets = facet_part(examples, everything)
    of_sentences, sentence_bias = _sentence_part(examples, everything, alone)
    weights = (of_sentences[:TERMS], of_sentences[TERMS:], sentence_bias, *_passage_part(examples, everything))
    return Classifier(*(value.astype(np.float32) for value in (*weights, mix, bias, alone_mix, alone_bias, *facets)))


def across_folds(examples: Examples, alone: Examples) -> Floats:
    """Return the witnesses of each passage, shape (m, 18, 4), by parts that have not seen its document."""
    folds = np.array([crc32(one.passage.document_id.encode()) % FOLDS for one in examples.labelled])
    count = len(examples.labelled)
    of_sentences = np.zeros((len(examples.features.owners), len(TYPES)), np.float32)
    of_passages = np.zeros((count, len(TYPES)), np.float32)
    for fold in range(FOLDS):
        seen = folds != fold
        weights, bias = _sentence_part(examples, seen, alone)
        hidden = ~seen[examples.features.owners]
        of_sentences[hidden] = whole(examples.features)[hidden] @ weights + bias
        weights, bias = _passage_part(examples, seen)
        of_passages[~seen] = examples.features.passages[~seen] @ weights + bias
    return witnesses_of(examples.evidence, heaviest(of_sentences, examples.features.owners, count), of_passages)


def _sentence_part(examples: Examples, seen: Mask, alone: Examples) -> tuple[Numbers, Numbers]:
    among = seen[examples.features.owners]
    features = np.vstack([whole(examples.features)[among], whole(alone.features)])
    core, used = np.vstack([examples.core[among], alone.core]), np.vstack([examples.used[among], alone.used])
    return regression(features, core, used, SENTENCE_PENALTY)


def whole(features: Features) -> Floats:
    """Return the features of sentences with their words spread out, shape (n, 4096 + …)."""
    words = np.zeros((len(features.owners), TERMS), np.float32)
    lengths = np.diff(features.starts, append=len(features.terms))
    words[np.repeat(np.arange(len(lengths)), lengths), features.terms] = features.weights
    return np.hstack([words, features.sentences])


def _passage_part(examples: Examples, seen: Mask) -> tuple[Numbers, Numbers]:
    has = examples.truth[seen]
    return regression(examples.features.passages[seen], has, np.ones_like(has), PASSAGE_PENALTY)


def facet_part(examples: Examples, seen: Mask) -> tuple[Numbers, Numbers]:
    """Return weights and biases of levels and polarities, taught by the passages that tell something."""
    values = [one.values for one in examples.labelled]
    has = np.array([[code in (value.get("level"), value.get("polarity")) for code in FACETS] for value in values])
    telling = examples.truth.any(axis=1) & seen
    used = np.ones_like(has[telling])
    return regression(examples.features.passages[telling], has[telling], used, FACET_PENALTY)


def regression(features: Floats, has: Mask, used: Mask, penalty: float) -> tuple[Numbers, Numbers]:
    """Return weights, shape (width, types), and biases of one logistic regression for each column of ``has``."""
    shape = (features.shape[1] + 1, has.shape[1])
    sign = np.where(has, 1.0, -1.0)
    worth = np.where(has, POSITIVES, 1.0) * used
    wide = np.hstack([features, np.ones((len(features), 1), np.float32)])

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights = flat.reshape(shape)
        margins = sign * (wide @ weights.astype(np.float32))
        slope = -sign * worth / (1 + np.exp(np.clip(margins, -30, 30)))
        kept = weights.copy()
        kept[-1] = 0
        value = (worth * np.logaddexp(0, -margins)).sum() + penalty / 2 * (kept**2).sum()
        return float(value), (wide.T @ slope.astype(np.float32) + penalty * kept).ravel()

    weights = _minimum(loss, np.zeros(shape).ravel()).reshape(shape)
    return weights[:-1], weights[-1]


def _mixed(witnesses: Floats, has: Truth, wanted: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """Return what each witness counts for, the same for all types, and a bias for each type that makes 0 the threshold."""
    seen = witnesses[:, :, wanted].astype(np.float64)
    sign = np.where(has, 1.0, -1.0)
    width = len(wanted)

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        margins = sign * (seen @ flat[:width] + flat[width:])
        slope = -sign / (1 + np.exp(np.clip(margins, -30, 30)))
        value = np.logaddexp(0, -margins).sum() + MIX_PENALTY / 2 * (flat**2).sum()
        gradient = np.concatenate([np.einsum("mt,mtw->w", slope, seen), slope.sum(axis=0)])
        return float(value), gradient + MIX_PENALTY * flat

    flat = _minimum(loss, np.zeros(width + has.shape[1]))
    logits = seen @ flat[:width] + flat[width:]
    common = best_threshold(logits.ravel(), has.ravel())
    shifts = []
    for kind in range(has.shape[1]):
        trusted = has[:, kind].sum() / (has[:, kind].sum() + SHRINKAGE)
        shifts.append(trusted * best_threshold(logits[:, kind], has[:, kind]) + (1 - trusted) * common)
    return flat[:width], flat[width:] - np.array(shifts)


def best_threshold(logits: Numbers, has: NDArray[np.bool_]) -> float:
    """Return the threshold of the best F1, in the middle of the thresholds that are nearly as good."""
    if not has.any():
        return float(logits.max()) + 1
    order = np.sort(np.unique(logits))
    between = np.concatenate([(order[1:] + order[:-1]) / 2, [order[-1] + 0.1]])
    found = logits[None, :] >= between[:, None]
    right = (found & has).sum(axis=1)
    scores = 2 * right / (found.sum(axis=1) + has.sum())
    good = between[scores >= scores.max() - 0.005]
    return float(np.median(good))


def _core(labelled: Sequence[Labelled], evidence: Evidence) -> Mask:
    core = np.zeros((len(evidence.sentences), len(TYPES)), bool)
    for row, sentence in enumerate(evidence.sentences):
        one = labelled[sentence.passage]
        for column, kind in enumerate(TYPES):
            place = one.passage.text.find(one.core[kind]) if one.core.get(kind) else -1
            core[row, column] = place >= 0 and sentence.start < place + len(one.core[kind]) and place < sentence.end
    return core


def _minimum(loss: Callable[[Numbers], tuple[float, Numbers]], start: Numbers) -> Numbers:
    found: Numbers = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    return found
