"""What a finding says besides its type: level, polarity, obstacles, target groups, criteria, evidence, stage, benefit, addressees.

Each is read by cues: those of the core sentence count whole, those of the rest of its passage less. Nothing is said on thin grounds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.classifier import LEVELS, POLARITIES
from ingest.quantities import quantities
from ingest.sentences import Sentence
from service.domain.findings import FindingType, Quantity

ENOUGH = 0.8
"""Weight from which a code is said: one clear cue, or two faint ones."""
FROM_AROUND = 0.4
"""What a cue in another sentence of the passage counts for."""
LEVEL_FROM, POLARITY_FROM = 0.3, 0.5
"""Logits of the classifier from which its likeliest level or polarity is said."""
FAINT = 0.5
"""Weight that will do for a level: most findings lie on one."""
CLOSE = 0.6
"""A passage that says good and bad says both when the lesser has this share of the greater."""
MOST_CODES = 3

_NEUTRAL = frozenset({FindingType.METHOD, FindingType.EVALMETHOD, FindingType.TARGET, FindingType.RECOMMENDATION})
"""Types that describe or advise and pass no verdict."""
_PRESUMED = {FindingType.SUCCESS: "fungerade", FindingType.OBSTACLE: "fungerade_inte"}
_OUTCOMES = frozenset(
    {
        FindingType.RESULT,
        FindingType.EFFECT,
        FindingType.LESSON,
        FindingType.SUSTAIN,
        FindingType.SCALE,
        FindingType.UNEXPECTED,
        FindingType.COST,
        FindingType.CONCLUSION,
    }
)
_STAGES = {FindingType.SUSTAIN: "sustain", FindingType.SCALE: "scale"}
_OWN_ACCOUNTS = frozenset({"slutrapport", "slutredovisning", "lägesrapport", "delrapport"})
_EVALUATIONS = frozenset(
    {
        "slututvärdering",
        "halvtidsutvärdering",
        "lärande utvärdering",
        "lärandeutvärdering",
        "följeforskning",
        "utvärdering",
    }
)
_SYNTHESES = frozenset({"klusterutvärdering", "programutvärdering", "kunskapsöversikt", "kunskapssammanställning"})


Weights = defaultdict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Facets:
    """What is said of a finding, in the codes of the lists; empty where nothing is."""

    level: str
    polarity: str
    evidence: str
    stage: str
    benefit: str
    obstacles: tuple[str, ...]
    target_groups: tuple[str, ...]
    criteria: tuple[str, ...]
    addressees: tuple[str, ...]
    numbers: tuple[Quantity, ...]


def facets_of(
    kind: FindingType,
    core: Sentence,
    passage: Sequence[Sentence],
    document_type: str,
    seen: Mapping[str, float],
) -> Facets:
    """Return the facets of a finding from its core sentence and all sentences of its passage.

    ``seen`` holds the classifier's logit of each level and polarity; it is empty when there is no classifier, then cues decide.
    """
    weights = _weights(core, passage)
    outcome = kind in _OUTCOMES
    return Facets(
        level=_likeliest_seen(seen, LEVELS, LEVEL_FROM) if seen else _likeliest(weights, "level", FAINT),
        polarity=_polarity(kind, weights, seen),
        evidence=_evidence(document_type, weights) if outcome or kind in _PRESUMED else "",
        stage=_STAGES.get(kind) or _likeliest(weights, "stage"),
        benefit=_likeliest(weights, "benefit") if outcome else "",
        obstacles=_codes(weights, "obstacle") if kind is FindingType.OBSTACLE else (),
        target_groups=_codes(weights, "target"),
        criteria=_codes(weights, "criterion"),
        addressees=_codes(weights, "addressee", 0.3) if kind is FindingType.RECOMMENDATION else (),
        numbers=quantities(core.text),
    )


def _weights(core: Sentence, passage: Sequence[Sentence]) -> Weights:
    """Return the weight of each list and code; in one sentence the same words count once for a code."""
    total: Weights = defaultdict(float)
    for sentence in passage:
        share = 1.0 if sentence is core else FROM_AROUND
        for match in sentence.matches:
            if match.list not in {"type", "heading"}:
                total[match.list, match.code] += share * match.weight
    return total


def _ranked(weights: Weights, name: str) -> list[tuple[str, float]]:
    return [(code, weight) for (of, code), weight in sorted(weights.items(), key=lambda pair: -pair[1]) if of == name]


def _likeliest(weights: Weights, name: str, enough: float = ENOUGH) -> str:
    ranked = _ranked(weights, name)
    return ranked[0][0] if ranked and ranked[0][1] >= enough else ""


def _codes(weights: Weights, name: str, enough: float = ENOUGH) -> tuple[str, ...]:
    return tuple(code for code, weight in _ranked(weights, name)[:MOST_CODES] if weight >= enough)


def _likeliest_seen(seen: Mapping[str, float], codes: Sequence[str], enough: float) -> str:
    best = max(codes, key=seen.__getitem__)
    return best if seen[best] >= enough else ""


def _polarity(kind: FindingType, weights: Weights, seen: Mapping[str, float]) -> str:
    """Return the verdict of cues, which are right more often, or else that of the classifier."""
    if kind in _NEUTRAL:
        return ""
    return (
        _PRESUMED.get(kind)
        or _polarity_of_cues(weights)
        or (_likeliest_seen(seen, POLARITIES, POLARITY_FROM) if seen else "")
    )


def _polarity_of_cues(weights: Weights) -> str:
    good, bad, mixed = (weights["polarity", code] for code in ("fungerade", "fungerade_inte", "blandat"))
    if mixed + min(good, bad) >= ENOUGH and min(good, bad) >= CLOSE * max(good, bad):
        return "blandat"
    if max(good, bad) < ENOUGH / 2:
        return ""
    return "fungerade" if good >= bad else "fungerade_inte"


def _evidence(document_type: str, weights: Weights) -> str:
    """Return the highest label that document and passage give grounds for."""
    if document_type in _SYNTHESES or weights["evidence", "e"] >= ENOUGH:
        return "e"
    if document_type in _OWN_ACCOUNTS:
        return "a"
    if document_type == "effektutvärdering" or weights["evidence", "d"] >= ENOUGH:
        return "d"
    if document_type not in _EVALUATIONS:
        return ""
    return "c" if weights["evidence", "c"] >= ENOUGH else "b"
