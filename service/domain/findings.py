"""Findings: what a passage tells a reader who looks for a kind of knowledge.

A finding is one type said by one passage; a passage has none, one or several. The codes of types, levels and so on are those of
the lists in ``service/domain/codes``, where they have names in both languages.
"""

from dataclasses import dataclass
from enum import StrEnum


class FindingType(StrEnum):
    """The eighteen kinds of knowledge. What each means is written in ``training/findings/guidelines.md``."""

    RESULT = "result"
    EFFECT = "effect"
    LESSON = "lesson"
    SUCCESS = "success"
    OBSTACLE = "obstacle"
    RECOMMENDATION = "recommendation"
    CONCLUSION = "conclusion"
    METHOD = "method"
    EVALMETHOD = "evalmethod"
    TARGET = "target"
    PARTICIPATION = "participation"
    COLLABORATION = "collaboration"
    SUSTAIN = "sustain"
    SCALE = "scale"
    HORIZONTAL = "horizontal"
    COST = "cost"
    TRANSNATIONAL = "transnational"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as stated: "45 % i arbete, n = 212" is 45, "%", of 212. ``of`` is None when no denominator is stated."""

    value: float
    unit: str
    of: float | None
    quote: str


@dataclass(frozen=True, slots=True)
class Why:
    """What spoke for a finding: the heading and the words of the text that did, and the classifier's probability.

    ``model`` is 0 when the classifier was not asked.
    """

    heading: str = ""
    cues: tuple[str, ...] = ()
    model: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One type said by one passage.

    ``start`` and ``end`` are character offsets of the core sentence in the passage's text. ``confidence`` is 0–1. An empty text
    or tuple means that the passage does not say.
    """

    passage_id: str
    document_id: str
    type: FindingType
    confidence: float
    start: int
    end: int
    why: Why
    level: str = ""
    polarity: str = ""
    evidence: str = ""
    stage: str = ""
    benefit: str = ""
    obstacles: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    numbers: tuple[Quantity, ...] = ()
