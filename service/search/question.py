"""What a question is understood as."""

import re
import unicodedata

from service.domain.projects import diary_numbers, with_slashes
from service.domain.searching import MAX_QUESTION, Interpretation
from service.encoding.bridge import Bridge
from service.encoding.language import detect_question
from service.encoding.terms import plain_dashes
from service.errors import InvalidQuestion

QUOTES = re.compile(r"[\"“”„‟»«]([^\"“”„‟»«]{2,})[\"“”„‟»«]|(?<!\w)['‘’‚]([^'‘’‚]{2,})['‘’](?!\w)")
"""English, Swedish and German quotation marks, however they are paired. A lone one is only a character, and so is an apostrophe."""


SPACED = re.compile(r"(?<![\w-])(\d{2})[ -]+(\d{3})[ -]+(S\d{2})(?![\w-])", re.IGNORECASE)
"""A diary number as it is read aloud: 22 018 S01."""
NO_BRIDGE = Bridge()


def interpret(text: str, bridge: Bridge = NO_BRIDGE) -> Interpretation:
    """Return a question cleaned, with its language, exact phrases, diary numbers and the terms that it means too.

    What stands in quotation marks is wanted exactly so: the bridge leaves it alone.

    Raises:
        InvalidQuestion: longer than ``MAX_QUESTION`` characters, or nothing left to ask.
    """
    if len(text) > MAX_QUESTION:
        raise InvalidQuestion(problem="too_long", length=len(text), longest=MAX_QUESTION)
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise InvalidQuestion(problem="empty", length=len(text), longest=MAX_QUESTION)
    quoted = (double or single for double, single in QUOTES.findall(cleaned))
    phrases = tuple(dict.fromkeys(phrase.strip() for phrase in quoted if any(map(str.isalnum, phrase))))
    crossings = bridge.crossings(QUOTES.sub(" | ", cleaned))
    return Interpretation(cleaned, detect_question(cleaned), phrases, _codes(cleaned), crossings)


def clean(text: str) -> str:
    """Return a text in NFC with single spaces, without control, direction and other invisible characters."""
    normal = unicodedata.normalize("NFC", text)
    visible = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Zs"} else c for c in normal)
    kept = (c for c in visible if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(kept).split())


def _codes(text: str) -> tuple[str, ...]:
    return diary_numbers(with_slashes(SPACED.sub(r"\1-\2-\3", plain_dashes(text)).upper()))
