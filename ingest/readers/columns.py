"""Two-column pages whose file mixes the columns row by row, put back into reading order."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.lines import Line

FEWEST_ROWS = 8
"""Rows in each column below which a page is not taken for a two-column one."""
MOST_CROSSING = 0.2
FULLEST_TABLE = 0.6
"""Prose fills a column; cells of a table are on average narrower than this share of it."""
FEWEST_MIXED = 0.4
NARROWEST_GAP = 6.0

Segment = tuple[float, float]
"""Left and right edge, in points, of a run of text that no column gap interrupts."""


def mixed_gutter(segments: Sequence[Segment], lines: Sequence[Line]) -> float | None:
    """Return where the right column begins on a two-column page whose lines are mixed up; None for any other page.

    Args:
        segments: the page's unbroken runs of text.
        lines: the page's lines as the file gives them, where a line may hold text of both columns.
    """
    start = _right_column(segments)
    if start is None:
        return None
    left = [segment for segment in segments if segment[1] <= start - NARROWEST_GAP]
    right = [segment for segment in segments if segment[0] >= start - 1]
    crossing = len(segments) - len(left) - len(right)
    if min(len(left), len(right)) < FEWEST_ROWS or crossing > MOST_CROSSING * len(segments):
        return None
    if not (_is_prose(left) and _is_prose(right)):
        return None
    return start if _mixed_rows(lines, start) >= FEWEST_MIXED * min(len(left), len(right)) else None


def in_reading_order(lines: Sequence[Line], gutter: float) -> tuple[Line, ...]:
    """Return lines column by column; lines that reach across both columns divide the page into bands."""
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.baseline):
        if line.left >= gutter - 1:
            right.append(line)
        elif line.right <= gutter:
            left.append(line)
        else:
            ordered += [*left, *right, line]
            left, right = [], []
    return (*ordered, *left, *right)


def _right_column(segments: Sequence[Segment]) -> float | None:
    """Return the commonest left edge in the right part of the page."""
    if not segments:
        return None
    leftmost, rightmost = min(left for left, _ in segments), max(right for _, right in segments)
    inner = leftmost + 0.35 * (rightmost - leftmost), leftmost + 0.65 * (rightmost - leftmost)
    starts = [left for left, _ in segments if inner[0] <= left <= inner[1]]
    commonest = Counter(round(start / 3) for start in starts).most_common(1)
    if not commonest or commonest[0][1] < FEWEST_ROWS // 2:
        return None
    return min(start for start in starts if abs(round(start / 3) - commonest[0][0]) <= 1)


def _is_prose(column: Sequence[Segment]) -> bool:
    width = max(right for _, right in column) - min(left for left, _ in column)
    return sum(right - left for left, right in column) >= FULLEST_TABLE * width * len(column)


def _mixed_rows(lines: Sequence[Line], start: float) -> int:
    """Count lines that hold both columns, and half the changes of side between one line and the next."""
    both = sum(1 for line in lines if line.left < start - NARROWEST_GAP and line.right > start + NARROWEST_GAP)
    sides = [line.left >= start - 1 for line in lines]
    changes = sum(1 for one, other in pairwise(sides) if one != other)
    return both + changes // 2
