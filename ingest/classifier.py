"""The trained part of finding: one logistic regression for each type, over sentences and over passages.

A sentence is seen as its vector in the bundled static model, that of its passage, the cues in it and around it, and a few marks of
its form; a passage as the mean of its sentences and the most of their cues. Headings are never seen: they are weighed in afterwards
(``ingest.findings``). Loading and predicting need numpy and the model's tokenizer only. ``training/findings`` makes the weights.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ingest.sentences import Sentence
from service.domain.findings import FindingType
from service.encoding.static import StaticEncoder
from service.settings import BUNDLED_MODEL

Floats = NDArray[np.float32]
"""float32; shapes are told where they are used."""

TYPES = tuple(FindingType)
LEVELS = ("individ", "organisation", "struktur")
POLARITIES = ("fungerade", "blandat", "fungerade_inte")
FACETS = (*LEVELS, *POLARITIES)
THEMES = (*("org", "people", "staff", "we", "self", "count", "negation", "cause", "past", "modal", "time", "describe"),)
"""What sentences are about beside the types: organisations, people, numbers, causes …"""
CUES = (
    *(("type", kind.value) for kind in TYPES),
    *(("polarity", code) for code in POLARITIES),
    *(("level", code) for code in LEVELS),
    *(("criterion", code) for code in ("goal", "effect", "relevance", "efficiency", "sustainability", "scalability")),
    *(("evidence", code) for code in "bcde"),
    *(("stage", code) for code in ("start", "scale", "sustain")),
    *(("benefit", code) for code in ("instrumental", "conceptual", "developmental")),
    *(("theme", code) for code in THEMES),
    ("obstacle", ""),
    ("target", ""),
    ("addressee", ""),
)
"""Cues that the classifier sees, by list and code; an empty code is any of the list."""
_PLACE = {cue: number for number, cue in enumerate(CUES)}
_LISTS = frozenset(name for name, _ in CUES)
TERMS = 4_096
"""Numbers that words are dealt out to; some share one."""
BEGINNING = 5
TERM_SCALE = 5.0
FORMS = 8
MOST = 1.5
"""Weight of the cues of one kind in one sentence at most."""
VECTOR_SCALE = 3.0
"""What vectors are multiplied by: their 384 numbers are small beside the weights of cues, and penalties make no difference."""
NOTHING = -6.0
"""Logit of a passage without sentences: a probability of 0.002."""
WEIGHTS = Path(__file__).parent / "findings_model" / "weights.safetensors"
MADE_WITH = "encoder"
"""Name of the entry that tells the fingerprint of the encoder."""


class Features(NamedTuple):
    """What is seen: of the sentences, shape (n, …), of the passages, shape (m, …), and which passage each sentence is of, (n,).

    The words of the sentences stand for themselves as well: ``terms`` holds their numbers, one sentence's after the other's, each
    sentence's from ``starts`` on, and ``weights`` what each counts for.
    """

    sentences: Floats
    passages: Floats
    owners: NDArray[np.intp]
    terms: NDArray[np.intp]
    starts: NDArray[np.intp]
    weights: Floats


class Classifier(NamedTuple):
    """Weights, as ``training/findings`` leaves them. Features are as wide as :func:`features_of` makes them.

    ``mix`` holds what the heaviest sentence, the passage, the rules and the headings count for, shape (4,). ``bias`` is such that a
    type is found from a logit of 0 on. ``alone_mix``, shape (2,), and ``alone_bias`` are for a verdict without rules and headings.
    ``facet_weights`` tell the levels and polarities of :data:`FACETS`.
    """

    term_weights: Floats
    sentence_weights: Floats
    sentence_bias: Floats
    passage_weights: Floats
    passage_bias: Floats
    mix: Floats
    bias: Floats
    alone_mix: Floats
    alone_bias: Floats
    facet_weights: Floats
    facet_bias: Floats

    def of_sentences(self, features: Features) -> Floats:
        """Return the logit of each type for each sentence, shape (n, 18)."""
        of_words = self.term_weights[features.terms] * features.weights[:, None]
        heard = np.add.reduceat(of_words, features.starts, axis=0)
        return features.sentences @ self.sentence_weights + heard + self.sentence_bias

    def of_passages(self, features: Features) -> Floats:
        """Return the logit of each type for each passage, shape (m, 18)."""
        return features.passages @ self.passage_weights + self.passage_bias

    def of_facets(self, features: Features) -> Floats:
        """Return the logit of each level and polarity for each passage, shape (m, 6)."""
        return features.passages @ self.facet_weights + self.facet_bias


def features_of(sentences: Sequence[Sentence], passages: int) -> Features:
    """Return the features of the sentences of so many passages; every passage has at least one sentence or zeros."""
    owners = np.array([sentence.passage for sentence in sentences], np.intp)
    vectors = encoder().encode_passages([sentence.text for sentence in sentences])
    cues = _cues(sentences)
    forms = _forms(sentences)
    means = gathered(np.add, vectors, owners, passages)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    np.divide(means, norms, out=means, where=norms > 0)
    most, total = (gathered(how, cues, owners, passages) for how in (np.maximum, np.add))
    some = gathered(np.maximum, forms, owners, passages)
    before, after = _neighbours(cues, owners)
    of_sentences = np.hstack([VECTOR_SCALE * vectors, means[owners], cues, np.maximum(before, after), forms])
    of_passages = np.hstack([VECTOR_SCALE * means, most, np.minimum(total, 2 * MOST), some])
    return Features(of_sentences, of_passages, owners, *_terms(sentences))


def _terms(sentences: Sequence[Sentence]) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the numbers of the words and beginnings of words of each sentence, where each begins, and their weights."""
    numbers = [sorted(set(chain.from_iterable(map(_numbers, sentence.words)))) or [0] for sentence in sentences]
    lengths = np.array([len(some) for some in numbers], np.intp)
    starts = np.cumsum(lengths) - lengths
    # Each sentence's weights have the same length, as vectors have.
    weights = np.repeat(TERM_SCALE / np.sqrt(lengths), lengths).astype(np.float32)
    return np.array(list(chain.from_iterable(numbers)), np.intp), starts, weights


@lru_cache(maxsize=100_000)
def _numbers(word: str) -> tuple[int, ...]:
    """Return the numbers of a word and of its beginning, which its other forms share; figures have none."""
    if word[0].isdigit():
        return ()
    forms = (f"w{word}", f"p{word[:BEGINNING]}") if len(word) > BEGINNING else (f"w{word}",)
    return tuple(crc32(form.encode()) % TERMS for form in forms)


def _cues(sentences: Sequence[Sentence]) -> Floats:
    """Return the cues of each kind in each sentence, summed, shape (n, kinds)."""
    found = np.zeros((len(sentences), len(CUES)), np.float32)
    for row, sentence in enumerate(sentences):
        for match in sentence.matches:
            place = _PLACE.get((match.list, match.code), _PLACE.get((match.list, ""), -1))
            if place >= 0:
                found[row, place] = min(MOST, found[row, place] + match.weight)
    return found


def _forms(sentences: Sequence[Sentence]) -> Floats:
    """Return marks of form, shape (n, 8): digits, percent, question, quotation, first and last of the passage, short and long."""
    rows = []
    for number, sentence in enumerate(sentences):
        first = number == 0 or sentences[number - 1].passage != sentence.passage
        last = number + 1 == len(sentences) or sentences[number + 1].passage != sentence.passage
        text, length = sentence.text, len(sentence.words)
        quoted = text[0] in '”"“»–'
        percent = "%" in text or "procent" in text or "per cent" in text
        digits = any(map(str.isdigit, text))
        rows.append((digits, percent, "?" in text, quoted, first, last, length < 8, length > 25))
    return np.array(rows, np.float32).reshape(len(sentences), FORMS)


def _neighbours(cues: Floats, owners: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the cues of the sentence before and of the one after, zeros where it is of another passage."""
    before, after = np.zeros_like(cues), np.zeros_like(cues)
    if len(owners) > 1:
        same = (owners[1:] == owners[:-1])[:, None]
        before[1:] = cues[:-1] * same
        after[:-1] = cues[1:] * same
    return before, after


def gathered(how: np.ufunc, values: Floats, owners: NDArray[np.intp], passages: int, nothing: float = 0.0) -> Floats:
    """Return the rows of each passage's sentences as one, shape (passages, width); ``owners`` is ascending."""
    found = np.full((passages, values.shape[1]), nothing, np.float32)
    if len(owners):
        starts = np.concatenate(([0], np.flatnonzero(owners[1:] != owners[:-1]) + 1))
        found[owners[starts]] = how.reduceat(values, starts, axis=0)
    return found


def heaviest(values: Floats, owners: NDArray[np.intp], passages: int) -> Floats:
    """Return the highest value of each type among the sentences of each passage, shape (passages, 18); low where it has none."""
    return gathered(np.maximum, values, owners, passages, NOTHING)


@cache
def classifier() -> Classifier | None:
    """Return the weights that are shipped; None when the bundled model is not the one they were made with.

    Weights of another model would be silent nonsense; rules go on without them.
    """
    from safetensors import safe_open

    with safe_open(str(WEIGHTS), framework="numpy") as tensors:
        if tensors.metadata().get(MADE_WITH) != encoder().fingerprint:
            return None
        return Classifier(*(tensors.get_tensor(name).astype(np.float32) for name in Classifier._fields))


@cache
def encoder() -> StaticEncoder:
    """Return the bundled model, whatever model the index is built with: the weights belong to it."""
    return StaticEncoder(BUNDLED_MODEL)
