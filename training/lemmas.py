"""``python -m training.lemmas``: the table of lemmas, from simplemma's dictionaries (MIT), in a form that opens in a millisecond.

simplemma unpacks its Swedish dictionary in 0.8 s and 90 MB, which a command that answers in one second cannot afford. The
table here holds the same forms as sorted 32-bit fingerprints with a rule for each: how many letters to cut from the end and
what to put there instead. A wrong lemma by accident costs one chance in four thousand for a word that is in no dictionary.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from service.encoding.lemmas import RULE_SEPARATOR, fingerprint

LANGUAGES = ("sv", "en")
LONGEST_FORM = 40
OWN_LEMMA = 5
"""A Swedish form that is the lemma of so many others is its own: plan is the lemma of planer, not a form of plana."""
BENT_ENDINGS = ("a", "ande", "ende", "en")
"""Forms of adjectives and verbs (svenska, deltagande) stay forms, however many the dictionary derives from them."""
CORRECTIONS = {
    "sv": dict(
        pair.split(":")
        for pair in (
            "arbetet:arbete systemet:system bolaget:bolag vägen:väg staterna:stat kulturen:kultur jorden:jord solen:sol "
            "parker:park greppet:grepp besluten:beslut läns:län dels:dels överens:överens tills:tills nästan:nästan"
        ).split()
    )
}
"""Forms that the dictionary leaves as they are, found among the 60 000 commonest words of public texts."""


def main() -> None:
    """Build the table of each language."""
    parser = argparse.ArgumentParser(prog="python -m training.lemmas", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("service/encoding/lemma_tables"))
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        forms = _dictionary(language)
        rules = {form: rule(form, lemma) for form, lemma in forms.items()}
        numbers = {text: number for number, text in enumerate(sorted(set(rules.values())))}
        prints = np.array([fingerprint(form) for form in rules], dtype=np.uint32)
        values = np.array([numbers[text] for text in rules.values()], dtype=np.uint16)
        order = np.argsort(prints, kind="stable")
        np.save(out / f"{language}.prints.npy", prints[order])
        np.save(out / f"{language}.rules.npy", values[order])
        (out / f"{language}.rules.txt").write_text("\n".join(numbers) + "\n", encoding="utf-8")
        print(language, len(forms), "forms", len(numbers), "rules")


def rule(form: str, lemma: str) -> str:
    """Return how a form becomes its lemma: letters to cut, a separator, letters to add."""
    shared = 0
    while shared < min(len(form), len(lemma)) and form[shared] == lemma[shared]:
        shared += 1
    return f"{len(form) - shared}{RULE_SEPARATOR}{lemma[shared:]}"


def _dictionary(language: str) -> dict[str, str]:
    """Return lower-case forms and lemmas."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found: dict[str, str] = {}
    for form, lemma in DefaultDictionaryFactory().get_dictionary(language).items():
        if form.isalpha() and len(form) <= LONGEST_FORM:
            found.setdefault(form.lower(), lemma.lower())
    found = {form: lemma for form, lemma in found.items() if lemma.isalpha()}
    return {**found, **(_own_lemmas(found) if language == "sv" else {}), **CORRECTIONS.get(language, {})}


def _own_lemmas(found: dict[str, str]) -> dict[str, str]:
    counts = Counter(lemma for form, lemma in found.items() if form != lemma)
    return {form: form for form in found if counts[form] >= OWN_LEMMA and not form.endswith(BENT_ENDINGS)}


if __name__ == "__main__":
    main()
