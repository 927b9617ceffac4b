"""What a question is understood as."""

import re
import unicodedata

from service.domain.projects import diary_numbers
from service.domain.searching import MAX_QUESTION, Interpretation
from service.encoding.language import detect_question
from service.errors import InvalidQuestion

QUOTES = re.compile(r"[\"“”„‟»«]([^\"“”„‟»«]{2,})[\"“”„‟»«]")
"""English, Swedish and German quotation marks, however they are paired. A lone one is only a character."""


def interpret(text: str) -> Interpretation:
    """Return a question cleaned, with its language, exact phrases and diary numbers.

    Raises:
        InvalidQuestion: longer than ``MAX_QUESTION`` characters, or nothing left to ask.
    """
    if len(text) > MAX_QUESTION:
        raise InvalidQuestion(problem="too_long", length=len(text), longest=MAX_QUESTION)
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise InvalidQuestion(problem="empty", length=len(text), longest=MAX_QUESTION)
    phrases = tuple(dict.fromkeys(phrase.strip() for phrase in QUOTES.findall(cleaned) if phrase.strip()))
    return Interpretation(cleaned, detect_question(cleaned), phrases, diary_numbers(cleaned.upper()))


def clean(text: str) -> str:
    """Return a text in NFC with single spaces, without control, direction and other invisible characters."""
    normal = unicodedata.normalize("NFC", text)
    visible = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Zs"} else c for c in normal)
    kept = (c for c in visible if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(kept).split())
