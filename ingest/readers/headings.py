"""Which paragraphs are headings, by what a reader sees: size, weight, capitals, numbers, and the file's outline."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.lines import BULLET, Line, PrintedPage

LARGER = 1.08
"""Ratio to the body's size from which text is a heading by size."""
LONGEST = 160
LONGEST_PLAIN = 100
"""Most characters of a heading that stands out by capitals or number alone."""
DEEPEST = 6
FEWEST_ENTRIES = 4
LONGEST_ENTRY = 300
_CONTENTS = re.compile(r"(?:innehåll|innehållsförteckning|table of contents|contents)\W*\d*", re.IGNORECASE)
_ENTRY = re.compile(r"\S.*?[\s.…·_](\d{1,3})")
_LEADER_ENTRY = re.compile(r".*(?:[.…·_]\s?){4,}\s*(?:\d{1,3}|[ivxl]+)?")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d_]")
_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+[A-ZÅÄÖÉÜ]")
_LAST_NUMBER = re.compile(r"\s*\b(\d{1,4}|[ivxl]+)$")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of a file's outline (its bookmarks); level 1 is highest."""

    title: str
    level: int


@dataclass(frozen=True, slots=True)
class HeadingRules:
    """The looks of a document's headings, largest first, and of its body."""

    body_size: float
    body_bold: bool
    sizes: tuple[float, ...]

    @classmethod
    def of(cls, pages: Iterable[PrintedPage], body_size: float, body_bold: bool) -> "HeadingRules":
        """Rank the sizes above the body's that the pages show."""
        sizes: Counter[float] = Counter()
        for page in pages:
            sizes.update({_step(line.size) for line in page.lines if line.size >= LARGER * body_size})
        return cls(body_size, body_bold, tuple(sorted(sizes, reverse=True)))

    def level(
        self, paragraph: Sequence[tuple[object, Line]], text: str, outline: Mapping[str, int], *, contents: bool
    ) -> int:
        """Return the heading's level, or 0 when the paragraph is none.

        Args:
            paragraph: its lines.
            text: the lines joined.
            outline: levels of the page's outline entries by :func:`normal_title`.
            contents: whether the page is a table of contents, where only its own title is a heading.
        """
        lines = [line for _, line in paragraph]
        if contents:
            return int(is_contents_title(text))
        if text.count("\n") > 2 or len(text) > LONGEST or sum(map(str.isalpha, text)) < 2:
            return 0
        in_outline = outline.get(normal_title(text), 0)
        if in_outline:
            return min(in_outline, DEEPEST)
        if not self._is_heading(lines, text):
            return 0
        numbered = _NUMBERED.match(text)
        return min(numbered[1].count(".") + 1 if numbered else self._rank(lines[0]), DEEPEST)

    def without_page_number(self, text: str, number: int, label: str) -> str:
        """Return a heading without the page's own number glued to its end ("INLEDNING 7" on page 7)."""
        last = _LAST_NUMBER.search(text)
        shortened = text[: last.start()] if last and last[1] in {str(number), label} else text
        return shortened if sum(map(str.isalpha, shortened)) > 1 and not _is_whole_number_name(shortened) else text

    def _is_heading(self, lines: Sequence[Line], text: str) -> bool:
        if text.rstrip().endswith((",", ";", "-")) or (text.endswith(".") and not text[:1].isdigit()):
            return False
        if all(line.size >= LARGER * self.body_size for line in lines):
            return True
        if BULLET.match(text) and not text[0].isdigit():
            return False
        if all(line.bold for line in lines) and not self.body_bold and lines[0].size >= 0.95 * self.body_size:
            return len(lines) <= 2 and not text.endswith((".", ":")) and text[0].isalnum()
        return len(text) <= LONGEST_PLAIN and len(lines) <= 2 and (_is_capitals(text) or _is_deep_number(text))

    def _rank(self, line: Line) -> int:
        size = _step(line.size)
        return self.sizes.index(size) + 1 if size in self.sizes else len(self.sizes) + 1


def normal_title(text: str) -> str:
    """Return a heading for comparison: letters and digits only, lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def is_contents_title(text: str) -> bool:
    """Return whether a line is the title of a table of contents."""
    return _CONTENTS.fullmatch(text.strip()) is not None


def is_contents_page(lines: Sequence[Line]) -> bool:
    """Return whether a page is a table of contents: most lines end in page numbers that never fall."""
    entries = [line.text for line in lines if len(line.text) <= LONGEST_ENTRY]
    if sum(1 for entry in entries if _LEADER_ENTRY.fullmatch(entry)) >= max(FEWEST_ENTRIES, len(entries) // 3):
        return True
    numbers = [int(match[1]) for match in map(_ENTRY.fullmatch, entries) if match]
    rising = all(one <= other for one, other in pairwise(numbers))
    named = any(map(is_contents_title, entries[:5]))
    return len(numbers) >= FEWEST_ENTRIES and rising and len(numbers) * (3 if named else 1.6) >= len(entries)


def _step(size: float) -> float:
    return round(size * 2) / 2


def _is_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    enough = len(letters) >= 4 and len(letters) * 10 >= len(text.replace(" ", "")) * 6
    return enough and "\n" not in text and text == text.upper()


def _is_deep_number(text: str) -> bool:
    return "\n" not in text and _DEEP_NUMBER.match(text) is not None and not text.endswith((".", ":"))


def _is_whole_number_name(text: str) -> bool:
    """Return whether the number is part of the name ("Bilaga 7", "Kapitel 7")."""
    return text.strip().casefold() in {
        "bilaga",
        "kapitel",
        "del",
        "steg",
        "appendix",
        "annex",
        "chapter",
        "part",
        "step",
    }
