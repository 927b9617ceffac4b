"""From passages to findings: rules and headings first, a trained classifier on top, and silence where neither is sure.

A passage has a type when the weighed sum of four witnesses is high enough: the classifier's view of the likeliest sentence, its view of
the passage, the cues of the rules, and the heading above. The core sentence is the likeliest one. What is said of a finding (level,
polarity, target groups …) is read from the core sentence first and from its passage after that.

Nothing is a finding in lists of references, annexes, forewords and the like, nor in records of projects and lists of operations.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ingest.classifier import FACETS, TYPES, Floats, classifier, features_of, gathered, heaviest
from ingest.cues import finder, words_of
from ingest.facets import facets_of
from ingest.sentences import Sentence, sentences_of
from service.domain.documents import Passage
from service.domain.findings import Finding, FindingType, Why

RECORD = "projektpost"
"""Type of a project's record, which tells what is planned and not what was found."""
FOUND = 0.5
"""Confidence from which a type is said."""
FOUND_OUTSIDE = 0.9
"""The same in a document that hardly speaks of projects, participants or evaluations: a press release recommends and costs too."""
OF_THE_FIELD = 0.25
"""Share of passages that speak of them in any report of the field."""
OUTER_HEADING = 0.5
"""What a heading counts for when another stands between it and the text."""
HEADING_SHARE = 0.6
"""What a heading's weight counts for beside the words of the text, for the rules alone."""
SHOWN_CUES = 4
_NUMBER = {kind.value: number for number, kind in enumerate(TYPES)}


class Heading(NamedTuple):
    """A heading cue: its words as they stand in the heading, and its weight."""

    words: str
    weight: float


class Evidence(NamedTuple):
    """What is known of some passages before anything is decided. n sentences, m passages, 18 types.

    ``rules`` (n, 18) and ``headings`` (m, 18) are weights of 0–1; ``named`` holds the heading cues of each passage by type.
    """

    sentences: list[Sentence]
    rules: Floats
    headings: Floats
    named: list[dict[str, Heading]]


class Verdict(NamedTuple):
    """What is decided of m passages with n sentences.

    Confidence of each type for each passage, shape (m, 18); how likely each sentence is, (n, 18); the model's view alone, (m, 18), and its
    logits of levels and polarities, (m, 6), with no rows when it was not asked.
    """

    passages: Floats
    sentences: Floats
    model: Floats
    facets: Floats


def find(passages: Sequence[Passage], document_type: str) -> tuple[Finding, ...]:
    """Return the findings of a document's passages, in their order."""
    if document_type == RECORD:
        return ()
    wanted = [passage for passage in passages if passage.project_id is None and not _is_left_out(passage)]
    if not wanted:
        return ()
    evidence = evidence_of(wanted)
    return tuple(_found(wanted, document_type, evidence, judge(evidence), _enough(evidence)))


def _enough(evidence: Evidence) -> float:
    """Return the confidence from which a type is said in this document."""
    speaking = {
        sentence.passage
        for sentence in evidence.sentences
        if any(match.list == "theme" and match.code == "field" for match in sentence.matches)
    }
    return FOUND if len(speaking) >= OF_THE_FIELD * len(evidence.named) else FOUND_OUTSIDE


def evidence_of(passages: Sequence[Passage]) -> Evidence:
    """Return what sentences and headings say."""
    sentences = sentences_of(passages)
    named = [_headings(passage) for passage in passages]
    weights = np.zeros((len(passages), len(TYPES)), np.float32)
    for row, headings in enumerate(named):
        for code, heading in headings.items():
            weights[row, _NUMBER[code]] = heading.weight
    return Evidence(sentences, _rules(sentences), weights, named)


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict of everything together; of rules and headings alone when there is no classifier for this encoder."""
    model = classifier()
    if model is None or not evidence.sentences:
        return by_rules(evidence)
    count = len(evidence.named)
    features = features_of(evidence.sentences, count)
    of_sentences, of_passages = model.of_sentences(features), model.of_passages(features)
    witnesses = witnesses_of(evidence, heaviest(of_sentences, features.owners, count), of_passages)
    alone = witnesses[:, :, :2] @ model.alone_mix + model.alone_bias
    both, likely = _chance(witnesses @ model.mix + model.bias), of_sentences + 2 * evidence.rules
    return Verdict(both, likely, _chance(alone), model.of_facets(features))


def by_rules(evidence: Evidence) -> Verdict:
    """Return the verdict of cues and headings."""
    strongest = strongest_rules(evidence)
    confidence = 1 - (1 - strongest) * (1 - HEADING_SHARE * evidence.headings)
    return Verdict(confidence, evidence.rules, np.zeros_like(confidence), np.zeros((0, len(FACETS)), np.float32))


def witnesses_of(evidence: Evidence, of_sentences: Floats, of_passages: Floats) -> Floats:
    """Return the four witnesses of each passage and type, shape (m, 18, 4)."""
    return np.stack([of_sentences, of_passages, strongest_rules(evidence), evidence.headings], axis=2)


def strongest_rules(evidence: Evidence) -> Floats:
    """Return what the strongest sentence of each passage has of cues, shape (m, 18)."""
    owners = np.array([sentence.passage for sentence in evidence.sentences], np.intp)
    return gathered(np.maximum, evidence.rules, owners, len(evidence.named))


def _rules(sentences: Sequence[Sentence]) -> Floats:
    """Return how sure the cues of each sentence are of each type: each cue leaves a part of the doubt, shape (n, 18)."""
    doubt = np.ones((len(sentences), len(TYPES)), np.float32)
    for row, sentence in enumerate(sentences):
        for match in sentence.matches:
            if match.list == "type":
                doubt[row, _NUMBER[match.code]] *= 1 - match.weight
    return 1 - doubt


def _headings(passage: Passage) -> dict[str, Heading]:
    """Return the heaviest heading cue of each type over a passage; the nearest heading counts whole."""
    found: dict[str, Heading] = {}
    for distance, heading in enumerate(reversed(passage.heading_path)):
        words = words_of(heading)
        for match in finder(passage.language).find(words):
            weight = match.weight * (OUTER_HEADING if distance else 1.0)
            if (
                match.list == "heading"
                and match.code in _NUMBER
                and weight > found.get(match.code, Heading("", 0)).weight
            ):
                found[match.code] = Heading(" ".join(words[match.first : match.last + 1]), weight)
    return found


def _is_left_out(passage: Passage) -> bool:
    find_cues = finder(passage.language).find
    matches = (match for heading in passage.heading_path for match in find_cues(words_of(heading)))
    return any(match.list == "heading" and match.code == "out" for match in matches)


def _found(
    passages: Sequence[Passage], document_type: str, evidence: Evidence, verdict: Verdict, enough: float
) -> Iterator[Finding]:
    of_passage = _by_passage(evidence.sentences)
    for row, kind in zip(*np.nonzero(verdict.passages >= enough), strict=True):
        if row in of_passage:
            rows = of_passage[row]
            core = max(rows, key=lambda number: verdict.sentences[number, kind])
            yield _finding(passages[row], TYPES[kind], document_type, evidence, verdict, (int(row), core, rows))


def _by_passage(sentences: Sequence[Sentence]) -> Mapping[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for number, sentence in enumerate(sentences):
        rows.setdefault(sentence.passage, []).append(number)
    return rows


def _finding(
    passage: Passage,
    kind: FindingType,
    document_type: str,
    evidence: Evidence,
    verdict: Verdict,
    place: tuple[int, int, list[int]],
) -> Finding:
    row, core, rows = place
    sentence = evidence.sentences[core]
    heading = evidence.named[row].get(kind.value)
    seen = dict(zip(FACETS, verdict.facets[row].tolist(), strict=True)) if len(verdict.facets) else {}
    facets = facets_of(kind, sentence, [evidence.sentences[number] for number in rows], document_type, seen)
    return Finding(
        passage_id=passage.id,
        document_id=passage.document_id,
        type=kind,
        confidence=round(float(verdict.passages[row, _NUMBER[kind.value]]), 3),
        start=sentence.start,
        end=sentence.end,
        why=Why(
            heading=heading.words if heading else "",
            cues=_shown_cues(sentence, kind),
            model=round(float(verdict.model[row, _NUMBER[kind.value]]), 3),
        ),
        level=facets.level,
        polarity=facets.polarity,
        evidence=facets.evidence,
        stage=facets.stage,
        benefit=facets.benefit,
        obstacles=facets.obstacles,
        target_groups=facets.target_groups,
        criteria=facets.criteria,
        addressees=facets.addressees,
        numbers=facets.numbers,
    )


def _shown_cues(sentence: Sentence, kind: FindingType) -> tuple[str, ...]:
    matches = [match for match in sentence.matches if match.list == "type" and match.code == kind.value]
    heaviest_first = sorted(matches, key=lambda match: -match.weight)
    shown = (" ".join(sentence.words[match.first : match.last + 1]) for match in heaviest_first)
    return tuple(dict.fromkeys(shown))[:SHOWN_CUES]


def _chance(logits: Floats) -> Floats:
    chances: Floats = np.divide(1, 1 + np.exp(-logits), dtype=np.float32)
    return chances
