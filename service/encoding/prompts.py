"""What a model wants to have before a question and before a passage, such as "query: " and "passage: "."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CONFIGURATION = "config_sentence_transformers.json"
QUESTION_NAMES = ("query",)
PASSAGE_NAMES = ("document", "passage", "corpus")
"""Names under which a model may keep its prompts; those that sentence-transformers looks for, in its order."""


class Prompts(NamedTuple):
    """A prompt for each kind of text; empty means none."""

    question: str = ""
    passage: str = ""


NONE = Prompts()
FAMILIES = ((re.compile(r"\be5-(small|base|large)(-v\d+)?$"), Prompts("query: ", "passage: ")),)
"""Families that were trained with prompts and do not say so in their folder (the model cards of E5, Wang et al. 2022)."""


def prompts_of(folder: Path, given: Prompts) -> Prompts:
    """Return the prompts to use with the model in a folder: those given, else its own, else its family's."""
    own = _own(folder) or _of_family(folder.name)
    return Prompts(given.question or own.question, given.passage or own.passage)


def after(prompt: str, texts: Sequence[str]) -> Sequence[str]:
    """Return the texts with a prompt before each."""
    return [f"{prompt}{text}" for text in texts] if prompt else texts


def _own(folder: Path) -> Prompts | None:
    try:
        kept = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8")).get("prompts") or {}
    except FileNotFoundError:
        return None
    own = Prompts(_first(kept, QUESTION_NAMES), _first(kept, PASSAGE_NAMES))
    return own if any(own) else None


def _first(kept: dict[str, str], names: Sequence[str]) -> str:
    return next((kept[name] for name in names if kept.get(name)), "")


def _of_family(name: str) -> Prompts:
    return next((prompts for pattern, prompts in FAMILIES if pattern.search(name)), NONE)
