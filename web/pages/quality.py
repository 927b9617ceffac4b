"""The page about how well search works: the figures of ``python -m bench.quality``, in words for everybody."""

import gettext
import json
from datetime import date
from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.knowledge_base import KnowledgeBase
from web.contexts import Chrome, FiguresRow, FiguresTable, MeasuredSet, QualityPage
from web.rendering import page
from web.translation import Language, translator

FIGURES = "quality.json"
"""Kept in this package, so that an installed site has it; ``bench/results`` links to it."""
WAYS = ("dense", "lexical", "fused")


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:  # noqa: ARG001 - figures are of no knowledge base
    """Add the route of one language."""
    chrome = Chrome(language, "/om/kvalitet")
    measured: dict[str, Any] = json.loads(files("web").joinpath(FIGURES).read_text(encoding="utf-8"))
    shown = _shown(chrome, measured)

    @router.get(chrome.at(chrome.path))
    def quality() -> HTMLResponse:
        return page("quality.html", shown)


def _shown(chrome: Chrome, measured: dict[str, Any]) -> QualityPage:
    words = translator(chrome.language)
    figures: dict[str, dict[str, dict[str, float]]] = measured["sets"]
    families = dict.fromkeys(_family(name) for name in figures)
    return QualityPage(
        chrome=chrome,
        day=date.fromisoformat(measured["date"]),
        model=measured["model"],
        sets=tuple(MeasuredSet(*_about(family, words)) for family in families),
        tables=tuple(
            FiguresTable(title, meaning, tuple(_row(name, found, measure, words) for name, found in figures.items()))
            for measure, title, meaning in _measures(words)
        ),
    )


def _row(name: str, found: dict[str, dict[str, float]], measure: str, words: gettext.NullTranslations) -> FiguresRow:
    family, kind = _about(_family(name), words)[0], _kind(name, words)
    values = tuple(found[way][measure] for way in WAYS)
    best = max(values)
    return FiguresRow(name, family, kind, tuple((value, value == best) for value in values))


def _family(name: str) -> str:
    return name.partition(", ")[0] if ", " in name else name.partition(" ")[0]


def _measures(words: gettext.NullTranslations) -> tuple[tuple[str, str, str], ...]:
    """Return each measure with its name and its meaning in everyday words."""
    _ = words.gettext
    return (
        (
            "ndcg@10",
            _("Does the right answer come early? (nDCG@10)"),
            _(
                "100 means that what is right always stands first. Where there is one right answer, second place gives 63, "
                "fifth place 39, tenth place 29, and a place further down nothing."
            ),
        ),
        (
            "recall@10",
            _("Is it among the first ten? (recall@10)"),
            _("The share of all right answers that stand among the first ten hits; 100 means all of them."),
        ),
        (
            "mrr",
            _("How far must one read? (MRR)"),
            _(
                "100 means that the first hit is always right, 50 is what one gets when it is always the second, "
                "33 when it is always the third."
            ),
        ),
    )


def _about(family: str, words: gettext.NullTranslations) -> tuple[str, str]:
    """Return what a family of sets is called, and what was asked; a family without words goes by its own name."""
    _ = words.gettext
    known = {
        "swecris": (
            _("Research projects"),
            _(
                "The title of a Swedish research project is the question, the summary of that project the only right answer, "
                "among 683 in both languages. Nearest to what this knowledge base is for."
            ),
        ),
        "government": (
            _("Government pages"),
            _(
                "The title of a page of the Swedish Government is the question, its text the only right answer, among 1,200."
            ),
        ),
        "squad_sv": (
            _("Encyclopaedia"),
            _("Questions on facts, translated into Swedish; right is the paragraph that holds the answer, among 614."),
        ),
        "swefaq": (
            _("Questions to authorities"),
            _(
                "What people ask Swedish authorities, in everyday words; right is the authority's own answer, among 110."
            ),
        ),
        "sample library": (
            _("Sample library"),
            _(
                "Our own questions on the invented reports that come with the program. Right are single passages, "
                "often several for one question, and only those that were listed beforehand."
            ),
        ),
    }
    return known.get(family, (family, ""))


def _kind(name: str, words: gettext.NullTranslations) -> str:
    """Return what tells the sets of one family apart."""
    _ = words.gettext
    rest = name.removeprefix(_family(name)).lstrip(", ")
    return {
        "sv-sv": _("Swedish question, Swedish text"),
        "sv-en": _("Swedish question, English text"),
        "en-sv": _("English question, Swedish text"),
        "en-en": _("English question, English text"),
        "question sv": _("questions in Swedish"),
        "question en": _("questions in English"),
        "code sv": _("diary numbers, asked in Swedish"),
        "code en": _("diary numbers, asked in English"),
        "phrase sv": _("exact phrases in Swedish"),
        "phrase en": _("exact phrases in English"),
    }.get(rest, rest)
