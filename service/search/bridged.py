"""Where a passage says what the question says under another name."""

from collections.abc import Iterator
from functools import lru_cache

from service.domain.searching import Interpretation, Term
from service.encoding.bridge import TermFinder


def bridged(text: str, question: Interpretation) -> Iterator[tuple[int, int, str]]:
    """Yield where terms that the bridge added stand whole in a text, in order: first and last character, and the term."""
    also = question.also
    if also:
        yield from ((found.start, found.end, also[found.number].text) for found in _finder(also).find(text))


@lru_cache(maxsize=64)
def _finder(terms: tuple[Term, ...]) -> TermFinder:
    """The hits of one answer share the question."""
    return TermFinder(terms)
