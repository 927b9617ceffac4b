"""Tables of contents, told from running text by their lines: names that end in page numbers."""

import re
from typing import NamedTuple

FEWEST_ENTRIES = 4
FEWEST_UNNAMED = 8
"""Entries without leaders and without the word "Innehåll" above them may be a table; a long rising list is none."""
LONGEST_TITLE = 2
"""Lines between two entries at most, for names that need several."""
LONGEST_LINE = 250

_LEADERS = re.compile(r"[^\n]*?(?:(?:[.·_]\s?){4,}|…{2,})\s*(\d{1,4}|[ivxl]{1,6})?\s*")
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
        number, leaders = _page_number(line) if len(line) <= LONGEST_LINE else (-1, False)
        found.append(_Line(start, start + len(line), number, leaders))
        start += len(line) + 1
    return found


def _page_number(line: str) -> tuple[int, bool]:
    """Return the number that a line ends in, or -1, and whether leaders stand before it."""
    # No line of a table of contents is longer; the pattern would take quadratic time on one endless row of dots.
    if (
        len(line) < 300
        and any(mark in line for mark in ("....", ". . ", "……", "____", "····"))
        and (match := _LEADERS.fullmatch(line))
    ):
        return int(match[1]) if match[1] and match[1].isdecimal() else -1, True
    name, _, last = line.rstrip().rpartition(" ")
    is_entry = last.isdecimal() and len(last) <= 3 and any(map(str.isalpha, name))
    return int(last) if is_entry else -1, False


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
