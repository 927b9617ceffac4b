"""Pages put together from blocks (paragraphs, headings, rows), the same way for every format."""

from dataclasses import dataclass, field

from ingest.readers.characters import clean
from ingest.readers.limits import Limits
from ingest.readers.reading import RawPage, ReadingFailed
from service.domain.documents import Heading, Reason

PARAGRAPH_END = "\n\n"


@dataclass(slots=True)
class PageBuilder:
    """Collects blocks into pages; pages count from 1.

    Raises from every method:
        ReadingFailed: TOO_MANY_PAGES or TOO_MUCH_TEXT, as soon as the limit is passed.
    """

    limits: Limits
    _pages: list[RawPage] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _headings: list[Heading] = field(default_factory=list)
    _length: int = 0
    _bytes: int = 0

    def add(self, text: str, level: int = 0, *, goes_on: bool = False) -> None:
        """Add a block to the page. Empty blocks are passed over.

        Args:
            text: a paragraph, a heading, a list or rows of a table.
            level: 1 or more for a heading.
            goes_on: the block continues the one before on a new line, as the items of a list do.
        """
        text = _trimmed(clean(text)) if level == 0 else " ".join(clean(text).split())
        if not text:
            return
        self._bytes += len(text.encode())
        if self._bytes > self.limits.max_text_bytes:
            raise ReadingFailed(Reason.TOO_MUCH_TEXT, f"more than {self.limits.max_text_bytes} bytes")
        if level:
            self._headings.append(Heading(self._length, level, text))
        if goes_on and self._blocks:
            self._blocks[-1] += "\n" + text
            self._length += len(text) + 1
        else:
            self._blocks.append(text)
            self._length += len(text) + len(PARAGRAPH_END)

    def end_page(self, label: str = "") -> None:
        """Close the page, also an empty one."""
        if len(self._pages) >= self.limits.max_pages:
            raise ReadingFailed(Reason.TOO_MANY_PAGES, f"more than {self.limits.max_pages}")
        text = PARAGRAPH_END.join(self._blocks)
        self._pages.append(RawPage(len(self._pages) + 1, label, text, tuple(self._headings)))
        self._blocks, self._headings, self._length = [], [], 0

    @property
    def page_is_empty(self) -> bool:
        """Whether nothing was added since the last page ended."""
        return not self._blocks

    @property
    def pages(self) -> tuple[RawPage, ...]:
        """The closed pages."""
        return tuple(self._pages)


def _trimmed(text: str) -> str:
    lines = (line.strip() for line in text.replace("\f", "\n").split("\n"))
    return "\n".join(line for line in lines if line)
