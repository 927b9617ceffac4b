"""Lines of a page with their place and look, the common ground of PDF and plain text."""

import re
from dataclasses import dataclass

BULLET = re.compile(r"(?:[•▪▫■□●○◦‣⁃∙·*►–—-]|o(?= [A-ZÅÄÖ])|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. Lengths are in points (in text files: characters and lines); ``baseline`` grows upwards."""

    text: str
    left: float
    right: float
    baseline: float
    size: float = 1.0
    bold: bool = False

    @property
    def character_width(self) -> float:
        """Average width of a character."""
        return max(self.right - self.left, 0.0) / max(len(self.text), 1)

    @property
    def is_capitals(self) -> bool:
        """Whether the line is a word or more in capitals."""
        return len(self.text) > 3 and self.text.isupper()

    @property
    def starts_item(self) -> bool:
        """Whether the line begins with a bullet or an item number."""
        return BULLET.match(self.text) is not None

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends like a sentence."""
        return self.text.rstrip("\"'”’)»").endswith((".", "!", "?", ":"))


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as printed: its lines in reading order, its height (0 when there is none) and its label."""

    lines: tuple[Line, ...]
    height: float = 0.0
    label: str = ""
