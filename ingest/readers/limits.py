"""How much a reader may hand back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Most pages of one document, and most text of one document in UTF-8 bytes."""

    max_pages: int = 2_000
    max_text_bytes: int = 50_000_000


DEFAULT_LIMITS = Limits()
