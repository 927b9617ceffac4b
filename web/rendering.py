"""Templates to HTML. One environment for each language: gettext must reach inside imported macros."""

from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from service.domain.labels import label
from web.contexts import Chrome
from web.translation import reason_text, translator

STATIC_FOLDER = Path(__file__).parent / "static"
BABEL_NAMES = {"sv": "sv_SE", "en": "en_GB"}
MINUTE = "public, max-age=60"


def page(template: str, context: Any, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """Return a page. ``context`` is a value of :mod:`web.contexts`: its fields are all that the template can see."""
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    chrome: Chrome = values["chrome"]
    html = environment(chrome.language).get_template(template).render(values)
    caching = {"Cache-Control": MINUTE if status == 200 else "no-store", "Content-Language": chrome.language}
    return HTMLResponse(html, status_code=status, headers=caching | (headers or {}))


@cache
def environment(language: str) -> Environment:
    """Return the environment of a language."""
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translator(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["number"] = lambda value: number(value, language)
    made.filters["decimal"] = lambda value: decimal(value, language)
    made.filters["size"] = lambda count: _size(count, language)
    made.filters["day"] = lambda value: day(value, language)
    made.filters["label"] = lambda code, name: label(name, code, language)
    made.filters["lines"] = _lines
    made.globals["reason_text"] = lambda reason: reason_text(reason, language)
    made.globals["language_name"] = lambda code: _language_name(code, language)
    return made


def number(value: float, language: str) -> str:
    """Return a number as it is written in a language: 1 234,5 or 1,234.5."""
    return format_decimal(value, locale=BABEL_NAMES[language])


def decimal(value: float, language: str) -> str:
    """Return a figure with one decimal, also where that is nought: 88,0 or 88.0."""
    return format_decimal(value, format="#,##0.0", locale=BABEL_NAMES[language])


def day(value: date, language: str) -> str:
    """Return a date in words."""
    return format_date(value, format="long", locale=BABEL_NAMES[language])


def _size(count: int, language: str) -> str:
    """Return a number of bytes in kB or MB."""
    kilobytes = max(1, round(count / 1000))
    if kilobytes < 1000:
        return f"{number(kilobytes, language)}\N{NO-BREAK SPACE}kB"
    return f"{number(round(count / 1_000_000, 1), language)}\N{NO-BREAK SPACE}MB"


def _lines(text: str) -> Markup:
    """Return a paragraph with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _language_name(code: str, language: str) -> str:
    _ = translator(language).gettext
    names = {"sv": _("Swedish"), "en": _("English"), "no": _("Norwegian"), "da": _("Danish")}
    return names.get(code, _("unknown language"))
