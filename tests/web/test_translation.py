"""The interface is complete in both languages."""

import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from service.domain.documents import Reason
from web.rendering import number
from web.translation import LOCALE_FOLDER, reason_text, terminal_language

WEB = LOCALE_FOLDER.parent
ROOT = WEB.parent
METHODS = [
    ("web/templates/**.html", "jinja2"),
    *((name, "python") for name in ("kb.py", "service/settings.py", "web/**.py")),
]
KEYWORDS = DEFAULT_KEYWORDS | {"_setting": (2,)}


def extracted() -> set[str]:
    found = extract_from_dir(str(ROOT), method_map=METHODS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_every_text_has_a_swedish_translation_and_none_is_left_over() -> None:
    with (LOCALE_FOLDER / "sv" / "LC_MESSAGES" / "messages.po").open("rb") as handle:
        catalogue = read_po(handle)
    translated = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id}
    assert translated == extracted()
    empty = [
        m.id
        for m in catalogue
        if m.id and (not m.string or m.fuzzy or not all(m.string if isinstance(m.string, tuple) else [m.string]))
    ]
    assert not empty


def test_placeholders_survive_translation() -> None:
    with (LOCALE_FOLDER / "sv" / "LC_MESSAGES" / "messages.po").open("rb") as handle:
        for message in read_po(handle):
            if message.id:
                assert not list(message.check()), message.id


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    folder = LOCALE_FOLDER / "sv" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po:
        text = {message.id: message.string for message in read_po(po) if message.id}
    compiled = {
        tuple(m.id) if isinstance(m.id, list | tuple) else m.id: tuple(m.string)
        if isinstance(m.string, list)
        else m.string
        for m in read_mo(BytesIO((folder / "messages.mo").read_bytes()))
        if m.id
    }
    assert compiled == text


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_an_advice_in_both_languages(reason: Reason) -> None:
    swedish, english = reason_text(reason, "sv"), reason_text(reason, "en")
    assert all(swedish)
    assert all(english)
    assert swedish != english


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "sv_SE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "sv_SE.UTF-8", "LC_ALL": "", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "C.UTF-8", "KB_LANG": "sv"}, "sv"),
        ({"LC_ALL": "sv_SE.UTF-8", "KB_LANG": "en"}, "en"),
    ],
)
def test_the_terminal_speaks_the_language_that_is_asked_for_or_that_of_the_locale(
    environment: dict[str, str], language: str
) -> None:
    assert terminal_language(environment) == language


def test_gathering_the_texts_again_keeps_the_header_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "web" / "locale" / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    kept = LOCALE_FOLDER / "sv" / "LC_MESSAGES" / "messages.po"
    shutil.copy(kept, folder)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlocale:")[2].partition("\n\n")[0]
    commands = [line.strip().lstrip("@").replace("$(BIN)/", "") for line in recipe.splitlines() if "pybabel" in line]
    assert [command.split()[2] for command in commands] == ["extract", "update", "compile"]
    texts = tmp_path / ".cache" / "messages.pot"
    texts.parent.mkdir()
    for command in commands[:2]:
        words = command.replace("-d web/locale", f"-d {tmp_path / 'web' / 'locale'}").replace(
            ".cache/messages.pot", str(texts)
        )
        subprocess.run([sys.executable, "-m", "babel.messages.frontend", *words.split()[1:]], check=True, cwd=ROOT)
    assert (folder / "messages.po").read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")
    assert "charset=utf-8" in kept.read_text(encoding="utf-8")[:1_000]


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert number(1234.5, "sv") == "1\N{NO-BREAK SPACE}234,5"
    assert number(1234.5, "en") == "1,234.5"


def test_the_template_folder_is_where_the_texts_are() -> None:
    assert (Path(WEB) / "templates").is_dir()
