"""What a document tells: its findings by type, and the core sentences in its text."""

import re
from collections.abc import Callable, Iterable, Sequence

from service.domain.documents import Page, Passage
from service.domain.findings import Finding, FindingType
from service.domain.labels import label
from service.domain.searching import PassageView
from web.contexts import FindingGroup, ShownFinding, Stretch
from web.translation import Language

MOST_OF_A_TYPE = 25
"""Findings of one type that are listed; a report of hundreds of pages has more than anybody reads in a list."""

Told = tuple[Finding, PassageView]
Marks = list[tuple[int, int, tuple[str, ...]]]
"""Core sentences of a page: (start, end) in its text, and their types."""
LISTS = (
    ("obstacle_codes", "obstacles"),
    ("target_groups", "target_groups"),
    ("addressees", "addressees"),
    ("evaluation_criteria", "criteria"),
)
ONES = (("finding_levels", "level"), ("finding_polarities", "polarity"), ("evidence_labels", "evidence"))


def groups(told: Sequence[Told], address: Callable[[Passage], str], language: Language) -> tuple[FindingGroup, ...]:
    """Return the findings by type in the order of the types; of a type with many only the surest, as they stand in the document."""
    found = []
    for kind in FindingType:
        of_kind = [(finding, view) for finding, view in told if finding.type is kind]
        surest = {finding for finding, _ in sorted(of_kind, key=lambda one: -one[0].confidence)[:MOST_OF_A_TYPE]}
        shown = (_shown(finding, view, address, language) for finding, view in of_kind if finding in surest)
        if of_kind:
            found.append(FindingGroup(kind.value, len(of_kind), tuple(shown)))
    return tuple(found)


def _shown(finding: Finding, view: PassageView, address: Callable[[Passage], str], language: Language) -> ShownFinding:
    passage = view.passage
    return ShownFinding(
        sentence=" ".join(passage.text[finding.start : finding.end].split()),
        language=passage.language,
        address=address(passage),
        page=view.page_label or str(passage.page_from),
        facts=tuple(facts(finding, language)),
    )


def facts(finding: Finding, language: str) -> list[str]:
    """Return what a finding says besides its type, in words."""
    ones = [(name, getattr(finding, field)) for name, field in ONES]
    many = [(name, code) for name, field in LISTS for code in getattr(finding, field)]
    return [label(name, code, language) for name, code in (*ones, *many) if code]


def marks(page: Page, told: Iterable[Told]) -> Marks:
    """Return where the core sentences stand on a page, in order; one that runs over to the next page is not marked."""
    types: dict[tuple[int, int], list[str]] = {}
    for finding, view in told:
        passage = view.passage
        if passage.page_from <= page.number <= passage.page_to:
            start = passage.start if passage.page_from == page.number else 0
            # A passage's text has its white space tidied.
            words = map(re.escape, passage.text[finding.start : finding.end].split())
            if place := re.compile(r"\s+".join(words)).search(page.text, start):
                types.setdefault(place.span(), []).append(finding.type.value)
    ordered: Marks = []
    for (start, end), kinds in sorted(types.items()):
        if not ordered or start >= ordered[-1][1]:
            ordered.append((start, end, tuple(kinds)))
    return ordered


def stretches(text: str, start: int, end: int, marked: Marks) -> tuple[Stretch, ...]:
    """Return a part of a page's text in stretches, those of core sentences with their types."""
    found, position = [], start
    for first, last, kinds in marked:
        first, last = max(first, position), min(last, end)
        if first < last:
            found += [Stretch(text[position:first], ()), Stretch(text[first:last], kinds)]
            position = last
    return tuple(one for one in (*found, Stretch(text[position:end], ())) if one.text)
