"""The interface in Swedish and English. Message ids are English; the Swedish catalogue is ``locale/sv``."""

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from service.domain.documents import Reason

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
LOCALE_FOLDER = Path(__file__).parent / "locale"


@cache
def translator(language: str) -> gettext.NullTranslations:
    """Return the translations of a language. English is the language of the message ids and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("messages", LOCALE_FOLDER, languages=[language])


def terminal_language(environment: Mapping[str, str]) -> Language:
    """Return the language of the terminal: what KB_LANG says, otherwise the locale."""
    chosen = (environment.get(name, "") for name in ("KB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "sv" if next(filter(None, chosen), "").lower().startswith("sv") else "en"


def lend_words_to_typer(language: Language) -> None:
    """Let Typer find its own few words in our catalogue: it looks them up in the way of the standard library.

    Its sentences about wrong use ("Missing argument", "Invalid value") are written into it in English and stay so.
    """
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", LOCALE_FOLDER)


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel gathers texts that are looked up elsewhere
    """Mark a text that is looked up elsewhere, and return it."""
    return text


TYPER_WORDS = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("[default: {}]"),
    N_("[required]"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
)


def reason_text(reason: Reason, language: str) -> tuple[str, str]:
    """Return why a file was set aside, and what a person can do about it."""
    _ = translator(language).gettext
    match reason:
        case Reason.EMPTY:
            return _("The file is empty."), _("Check the file where it came from and bring it in again.")
        case Reason.TOO_LARGE:
            return _("The file is too large."), _("Divide it, or raise KB_MAX_FILE_BYTES.")
        case Reason.UNKNOWN_FORMAT:
            return _("This kind of file cannot be read."), _("Save it as PDF, DOCX, HTML or text.")
        case Reason.WRONG_EXTENSION:
            return _("The content is not what the file name says."), _("Give the file its right ending.")
        case Reason.ENCRYPTED:
            return _("The file is locked with a password."), _("Save a copy without password.")
        case Reason.DAMAGED:
            return _("The file is damaged."), _("Ask for a new copy, or open it and save it again.")
        case Reason.NEEDS_OCR:
            return _("The pages are pictures without text."), _("Make the text readable with OCR first.")
        case Reason.NO_TEXT:
            return _("The file holds no running text."), _("Check that it is the right file.")
        case Reason.UNSAFE_ARCHIVE:
            return _("The file unpacks to something dangerously large."), _("Open it and save it anew.")
        case Reason.TOO_MANY_PAGES:
            return _("The document has too many pages."), _("Divide it, or raise KB_MAX_PAGES.")
        case Reason.TOO_MUCH_TEXT:
            return _("The document holds too much text."), _("Divide it, or raise KB_MAX_TEXT_BYTES.")
        case Reason.OUT_OF_TIME:
            return _("The file took too long to read."), _("Save it anew, for example by printing to PDF.")
        case Reason.OUT_OF_MEMORY:
            return _("The file needed too much memory."), _("Save it anew, or divide it.")
        case Reason.READER_CRASHED:
            return _("The file broke the program that reads it."), _("Save it anew, for example by printing to PDF.")
        case Reason.UNREADABLE:
            return _("The file may not be opened."), _("Check its permissions.")
        case Reason.NOT_A_FILE:
            return _("This is not an ordinary file."), _("Bring in the file itself, not a link to it.")
