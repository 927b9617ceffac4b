"""Tables of contents, told from running text by their lines: names that end in page numbers."""

import re
from typing import NamedTuple

FEWEST_ENTRIES = 4
FEWEST_UNNAMED = 8
"""Entries without leaders and without the word "Innehåll" above them may be a table; a long rising list is none."""
LONGEST_TITLE = 2
"""Lines between two entries at most, for names that need several."""

_LEADERS = re.compile(r"[^\n]*?(?:(?:[.·_]\s?){4,}|…{2,})\s*(\d{1,4}|[ivxl]{1,6})?\s*")
_NUMBERED = re.compile(r"\S[^\n]*?[^\W\d_][^\n]*?\s(\d{1,3})\s*")
_NAME = re.compile(r"(?:innehåll(?:sförteckning)?|(?:table of )?contents)\W*", re.IGNORECASE)


class _Line(NamedTuple):
    start: int
    end: int
    number: int
    """The page number that it ends in, -1 when there is none."""
    leaders: bool


def contents_spans(text: str) -> list[tuple[int, int]]:
    """Return where in a text (start, end) tables of contents stand, their own title included; most texts have none."""
    lines = [line for line in _lines(text) if text[line.start : line.end].strip()]
    entries = [index for index, line in enumerate(lines) if line.number >= 0 or line.leaders]
    spans: list[tuple[int, int]] = []
    run: list[int] = []
    for index in (*entries, None):
        if index is not None and (
            not run or (index - run[-1] <= LONGEST_TITLE and _rises(lines[run[-1]], lines[index]))
        ):
            run.append(index)
            continue
        if run and (span := _span(text, lines, run)):
            spans.append(span)
        run = [] if index is None else [index]
    return spans


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    start = 0
    for line in text.split("\n"):
        leaders = _LEADERS.fullmatch(line) if "...." in line or ". . ." in line or "…" in line or "__" in line else None
        match = leaders or (_NUMBERED.fullmatch(line) if line[-1:].isdigit() and len(line) < 200 else None)
        digits = match[1] if match else None
        number = int(digits) if digits and digits.isdigit() else -1
        found.append(_Line(start, start + len(line), number, leaders is not None))
        start += len(line) + 1
    return found


def _rises(before: _Line, after: _Line) -> bool:
    return before.number < 0 or after.number < 0 or after.number >= before.number


def _span(text: str, lines: list[_Line], run: list[int]) -> tuple[int, int] | None:
    above = next((index for index in range(run[0] - 1, max(run[0] - 3, -1), -1) if _is_name(text, lines[index])), None)
    leaders = sum(lines[index].leaders for index in run)
    fewest = FEWEST_ENTRIES if above is not None or leaders * 2 >= len(run) else FEWEST_UNNAMED
    numbers = {lines[index].number for index in run}
    if len(run) < fewest or len(numbers) < 2:
        return None
    return lines[run[0] if above is None else above].start, lines[run[-1]].end


def _is_name(text: str, line: _Line) -> bool:
    return _NAME.fullmatch(text, line.start, line.end) is not None
