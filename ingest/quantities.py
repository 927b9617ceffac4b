"""Figures in a sentence: shares with what they are shares of, counts out of a whole, and amounts of money."""

import re
from collections.abc import Iterator

from service.domain.findings import Quantity

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_PERCENT = r"\s?(?:%|procent(?:en)?\b|per\s?cent\b|percent\b)"
_PEOPLE = (
    r"(?:\s(?:\w+\s){0,2}?(?P<people>deltagar\w*|personer\w*|ungdom\w*|kvinn\w+|män\w*|anställda|kommun\w*|företag\w*|projekt\w*|"
    r"respondent\w*|participants?|people|persons?|women|men|young people|employees|employers|companies|municipalities|respondents?))?"
)
_SHARE = re.compile(
    rf"(?P<value>{_NUMBER}){_PERCENT}(?:[^.;()]{{0,60}}?[(,;]\s?n\s?=\s?(?P<n>{_NUMBER})|"
    rf"[^.;()]{{0,25}}?\s(?:av|of)\s(?:(?:de|dem|alla|the|all)\s)?(?P<of>{_NUMBER})\b(?!{_PERCENT}))?",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"\b(?P<value>{_NUMBER})\s(?:av|of|out of)\s(?:(?:de|dem|alla|totalt|the|all|a total of)\s)?(?P<of>{_NUMBER})\b"
    rf"(?!{_PERCENT}){_PEOPLE}",
    re.IGNORECASE,
)
_OF_FIRST = re.compile(
    rf"\b(?:av|of)\s(?:(?:de|dem|alla|totalt|the|all)\s)?(?P<of>{_NUMBER})(?:\s[\wåäö]+){{0,10}}?,?\s"
    rf"(?:hade|har|fick|var|är|gick|började|ökade|fullföljde|avbröt|nådde|had|have|were|was|found|got|went|started|completed)"
    rf"(?:\s[\wåäö]+){{0,2}}?\s(?P<value>{_NUMBER})(?P<percent>{_PERCENT})?",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?:(?P<sign>€|EUR|SEK)\s?)?(?P<value>{_NUMBER})\s(?P<unit>(?:miljon(?:er)?|million|tusen|thousand)?\s?(?:kronor|kr|mkr|tkr|euros?|EUR|SEK))\b"
    rf"|(?P<only>€)\s?(?P<amount>{_NUMBER})",
    re.IGNORECASE,
)
_COUNT = re.compile(rf"\b(?P<value>{_NUMBER}){_PEOPLE}", re.IGNORECASE)
MOST = 8
"""Figures of one sentence that are kept; a longer row is a table."""


def quantities(sentence: str) -> tuple[Quantity, ...]:
    """Return the figures of a sentence in order: each place counts once, the fullest reading first."""
    if not any(map(str.isdigit, sentence)):
        return ()
    taken: list[tuple[int, int, Quantity]] = []
    for start, end, quantity in _readings(sentence):
        if not any(start < last and first < end for first, last, _ in taken):
            taken.append((start, end, quantity))
    return tuple(quantity for _, _, quantity in sorted(taken, key=lambda one: one[0]))[:MOST]


def _readings(sentence: str) -> Iterator[tuple[int, int, Quantity]]:
    for match in _OF_FIRST.finditer(sentence):
        unit = "%" if match["percent"] else ""
        yield *match.span(), Quantity(_value(match["value"]), unit, _value(match["of"]), match[0])
    for match in _SHARE.finditer(sentence):
        whole = match["n"] or match["of"]
        yield *match.span(), Quantity(_value(match["value"]), "%", _value(whole) if whole else None, match[0])
    for match in _PART.finditer(sentence):
        yield *match.span(), Quantity(_value(match["value"]), match["people"] or "", _value(match["of"]), match[0])
    for match in _MONEY.finditer(sentence):
        unit = match["unit"] or match["only"]
        yield *match.span(), Quantity(_value(match["value"] or match["amount"]), unit.strip(), None, match[0])
    for match in _COUNT.finditer(sentence):
        if match["people"]:
            yield *match.span(), Quantity(_value(match["value"]), match["people"], None, match[0])


def _value(text: str) -> float:
    """Return a number: a space groups; a mark before exactly three digits groups too, unless a zero stands before it."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", plain):
        return float(re.sub(r"[.,]", "", plain))
    return float(plain.replace(",", "."))
