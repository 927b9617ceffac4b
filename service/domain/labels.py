"""Code lists: what the codes of the programmes, regions and document types are called, in CSV files that people can edit."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a code in both languages."""

    sv: str
    en: str


@cache
def labels(name: str) -> Mapping[str, Label]:
    """Return a code list by the name of its file, code to label."""
    text = (files("service.domain.codes") / f"{name}.csv").read_text(encoding="utf-8")
    return {row["code"]: Label(row["sv"], row["en"]) for row in csv.DictReader(text.splitlines(), delimiter=";")}


def label(name: str, code: str, language: str) -> str:
    """Return what a code is called in "sv" or "en"; a code that the list does not know is its own name."""
    found = labels(name).get(code)
    if found is None:
        return code
    return found.en if language == "en" else found.sv
