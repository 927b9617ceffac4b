"""Running heads and feet: what is printed on every page and belongs to none."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.readers.lines import Line, PrintedPage

EDGE_LINES = 4
EDGE_SHARE = 0.15
"""Part of the page's height, at the top and at the bottom, where running heads stand."""
FEWEST_REPEATS = 3
_DIGITS = re.compile(r"\d+|\b[ivxl]+\b")
_PAGE_NUMBER = re.compile(
    r"(?:sida|sid\.?|s\.|page|p\.|pg\.?)?\s*[-–]?\s*(\d{1,4}|[ivxl]{1,6})\s*[-–]?\s*"
    r"(?P<total>\(\s*\d{1,4}\s*\)|(?:av|of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)


def without_running_heads(pages: Sequence[PrintedPage], title: str = "") -> list[PrintedPage]:
    """Return the pages without running heads and feet, and without page numbers.

    A running head stands at the same edge of at least three pages, numbers not counted, or repeats the document's title
    on a later page. A page never loses its last line of text.
    """
    seen = Counter(key for page in pages for key in {key for key, _ in _edge_lines(page)})
    running = {key for key, count in seen.items() if count >= FEWEST_REPEATS}
    titled = {("top", _without_numbers(title)), ("bottom", _without_numbers(title))}
    return [
        _stripped(page, number, running | titled if number > 1 else running) for number, page in enumerate(pages, 1)
    ]


def is_page_number(text: str, number: int, label: str) -> bool:
    """Return whether a line is nothing but the page's number: "1 (40)", "Sida 3 av 9", or its own number or label."""
    match = _PAGE_NUMBER.fullmatch(text.strip())
    if match is None:
        return False
    return match["total"] is not None or match[1].lower() in {str(number), label.lower()} - {""}


def _edge_lines(page: PrintedPage) -> Iterator[tuple[tuple[str, str], Line]]:
    ordered = sorted(page.lines, key=lambda line: -line.baseline)
    top, bottom = page.height * (1 - EDGE_SHARE), page.height * EDGE_SHARE
    for line in ordered[:EDGE_LINES]:
        if line.baseline >= top:
            yield ("top", _without_numbers(line.text)), line
    for line in ordered[-EDGE_LINES:]:
        if line.baseline <= bottom:
            yield ("bottom", _without_numbers(line.text)), line


def _without_numbers(text: str) -> str:
    return " ".join(_DIGITS.sub("#", text.casefold()).split())


def _stripped(page: PrintedPage, number: int, running: set[tuple[str, str]]) -> PrintedPage:
    edges = list(_edge_lines(page))
    numbers = {line for _, line in edges if is_page_number(line.text, number, page.label)}
    repeated = {line for key, line in edges if key in running}
    kept = tuple(line for line in page.lines if line not in numbers | repeated)
    # A form or a slide may carry one and the same line on every page: that line is its text.
    return replace(page, lines=kept or tuple(line for line in page.lines if line not in numbers))
