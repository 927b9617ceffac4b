"""What is encoded of a passage: its text in the context that a reader of the page would have."""

from collections.abc import Sequence


def context_text(title: str, dnr: str, heading_path: Sequence[str], text: str) -> str:
    """Return title, diary number and headings before the text.

    A passage under "Hinder" in an evaluation of "Steget in" says neither word itself. The context goes into the vectors only,
    never into what is shown. A heading that repeats the title adds nothing and is left out.
    """
    before = list(dict.fromkeys(part.strip() for part in (title, *heading_path, dnr) if part.strip()))
    return "\n".join([" · ".join(before), text]) if before else text
