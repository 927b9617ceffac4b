"""What kind of document a file is, told from its title, its name or its first page."""

import re

from service.domain.labels import labels

FIRST_PAGE_CHARACTERS = 600


def document_type(title: str, file_name: str, first_page: str) -> str:
    """Return the Swedish name of the document type, or "" when nothing tells.

    The title decides before the file name, and the file name before the start of the first page. Among names that match in
    the same place the longest wins, so that "klusterutvärdering" is not taken for "utvärdering".
    """
    for text in (title, re.sub(r"[_\-.]+", " ", file_name), first_page[:FIRST_PAGE_CHARACTERS]):
        found = [code for code, names in _patterns() if names.search(text)]
        if found:
            return found[0]
    return ""


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return (type, pattern) with the longest names first."""
    names = [(code, name) for code, both in labels("document_types").items() for name in (both.sv, both.en)]
    names.sort(key=lambda pair: -len(pair[1]))
    return [
        (code, re.compile(rf"(?<!\w){re.escape(name)}(?:en|n|s|erna)?(?!\w)", re.IGNORECASE)) for code, name in names
    ]
