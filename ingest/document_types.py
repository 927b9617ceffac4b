"""What kind of document a file is, told from its title, its name or its first page."""

import re
from functools import cache

from service.domain.labels import labels

FIRST_PAGE_CHARACTERS = 600


def document_type(title: str, file_name: str, first_page: str) -> str:
    """Return the Swedish name of the document type, or "" when nothing tells.

    The title decides before the file name, and the file name before the start of the first page. Among names that stand in
    the same place the longest wins, so that "klusterutvärdering" is not taken for "utvärdering".
    """
    names, codes = _names()
    for text in (title, re.sub(r"[_\-.]+", " ", file_name), first_page[:FIRST_PAGE_CHARACTERS]):
        found = [match[1].lower() for match in names.finditer(text)]
        if found:
            return codes[max(found, key=len)]
    return ""


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return one pattern for every name, the longest tried first, and the type of each lower-case name."""
    codes = {name.lower(): code for code, both in labels("document_types").items() for name in (both.sv, both.en)}
    longest_first = "|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True))
    return re.compile(rf"(?<!\w)({longest_first})(?:en|n|s|erna)?(?!\w)", re.IGNORECASE), codes
