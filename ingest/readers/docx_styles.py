"""What a Word document's paragraph styles mean: headings, titles, list items."""

import re
from dataclasses import dataclass
from typing import Any

from ingest.readers.xml import attribute, children, local, parse_xml

DEEPEST = 6
_HEADING_NAME = re.compile(r"(?:heading|rubrik|überschrift|overskrift|otsikko|titre)\s*([1-9])")
_TITLE_NAMES = frozenset({"title", "rubrik", "titel"})
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph is. ``level`` is 0 unless it is a heading."""

    level: int = 0
    is_title: bool = False
    is_list_item: bool = False
    breaks_page_before: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles by their id, which is localised ("Rubrik1"), while the built-in names are not."""

    looks: dict[str, Look]

    @classmethod
    def parse(cls, data: bytes) -> "Styles":
        """Read the styles part; an absent one (b"") gives no styles.

        Raises:
            ReadingFailed: DAMAGED or UNSAFE_ARCHIVE
        """
        if not data:
            return cls({})
        elements = {attribute(e, "styleId"): e for e in children(parse_xml(data)) if local(e) == "style"}
        return cls({style: _look_of(style, elements) for style in elements})

    def look(self, paragraph: Any) -> Look:
        """Return what a paragraph is, by its own properties and its style."""
        properties = next((part for part in children(paragraph) if local(part) == "pPr"), None)
        if properties is None:
            return Look()
        values = {local(part): part for part in children(properties)}
        style = attribute(values["pStyle"], "val") if "pStyle" in values else ""
        styled = self.looks.get(style) or _by_name(style)
        return Look(
            level=_outline_level(values) or styled.level,
            is_title=styled.is_title,
            is_list_item=_is_list_item(values, styled.is_list_item),
            breaks_page_before=_is_on(values, "pageBreakBefore", styled.breaks_page_before),
        )


def _look_of(style: str, elements: dict[str, Any]) -> Look:
    """Follow the chain of styles that a style is based on."""
    look = Look()
    for _ in range(_LONGEST_CHAIN):
        element = elements.get(style)
        if element is None:
            break
        parts = {local(part): part for part in children(element)}
        values = {local(part): part for part in children(parts["pPr"])} if "pPr" in parts else {}
        named = _by_name(attribute(parts["name"], "val") if "name" in parts else "")
        look = Look(
            level=look.level or named.level or _outline_level(values),
            is_title=look.is_title or named.is_title,
            is_list_item=look.is_list_item or _is_list_item(values, named.is_list_item),
            breaks_page_before=look.breaks_page_before or _is_on(values, "pageBreakBefore", False),
        )
        style = attribute(parts["basedOn"], "val") if "basedOn" in parts else ""
    return look


def _by_name(name: str) -> Look:
    lowered = name.casefold()
    heading = _HEADING_NAME.fullmatch(lowered)
    if heading:
        return Look(level=min(int(heading[1]), DEEPEST))
    title = lowered in _TITLE_NAMES
    return Look(level=int(title), is_title=title, is_list_item=lowered.startswith(("list bullet", "list number")))


def _outline_level(values: dict[str, Any]) -> int:
    value = attribute(values["outlineLvl"], "val") if "outlineLvl" in values else ""
    # 9 means body text.
    return min(int(value) + 1, DEEPEST) if value.isdigit() and int(value) < 9 else 0


def _is_list_item(values: dict[str, Any], inherited: bool) -> bool:
    if "numPr" not in values:
        return inherited
    number = next((attribute(part, "val") for part in children(values["numPr"]) if local(part) == "numId"), "")
    # A level without a list (Word's own subtitle has one) makes no item; list 0 takes an item out of its list.
    return number != "0" if number else inherited


def _is_on(values: dict[str, Any], name: str, inherited: bool) -> bool:
    if name not in values:
        return inherited
    return attribute(values[name], "val") not in {"0", "false", "off"}
