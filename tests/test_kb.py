"""The ``kb`` command, as it is typed: exit codes, sentences and languages."""

from pathlib import Path

import pytest

from tests.web.test_serving import kb, said

LONG_NAME = "a name that is much longer than what fits in a table of eighty columns and must stay whole.xyz"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "good.md").write_text("# Steget in\n\nUnga som varken arbetar eller studerar får en vägledare.\n")
    return made


def test_good_files_come_in_bad_ones_are_set_aside_with_a_reason_and_nothing_happens_twice(
    data: Path, folder: Path
) -> None:
    (folder / LONG_NAME).write_bytes(b"\x00\x01\x02")
    (folder / "empty.pdf").touch()
    code, text = said(kb(data, "ingest", str(folder)))
    assert code == 3
    assert "1  files came in" in text
    for line in (LONG_NAME, "empty.pdf", "The file is empty. Check the file where it came from and bring it in again."):
        assert line in text
    code, text = said(kb(data, "ingest", str(folder)))
    assert (code, "0  files came in" in text, "1  were here already" in text) == (3, True, True)
    code, text = said(kb(data, "status", KB_LANG="sv"))
    assert (code, LONG_NAME in text, "Filen är tom." in text) == (0, True, True)


def test_all_in_is_zero_and_what_is_in_can_be_asked_shown_and_taken_out(data: Path, folder: Path) -> None:
    assert said(kb(data, "ingest", str(folder)))[0] == 0
    code, text = said(kb(data, "search", "vägledare"))
    assert (code, "1. Steget in" in text) == (0, True)
    identity = text.split("kb show ")[1].split()[0]
    code, text = said(kb(data, "show", identity))
    assert (code, "får en vägledare" in text) == (0, True)
    document = next(line.split(": ")[1] for line in text.splitlines() if line.startswith("document_id: "))
    assert said(kb(data, "remove", document)) == (0, "Removed: Steget in\n")
    assert said(kb(data, "reindex"))[0] == 0
    code, text = said(kb(data, "search", "vägledare"))
    assert (code, text.splitlines()) == (0, ["Nothing was found. Try other words, or fewer."])


def test_nonsense_is_told_that_nothing_comes_close(data: Path, folder: Path) -> None:
    said(kb(data, "ingest", str(folder)))
    assert "Inget här ligger nära frågan." in said(kb(data, "search", "xqzzt blorf", KB_LANG="sv"))[1]
    assert "Inget här" not in said(kb(data, "search", "unga", KB_LANG="sv"))[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ingest"], 2),
        (["ingest", "/there/is/no/such/folder"], 2),
        (["search", "x", "--limit", "0"], 2),
        (["frobnicate"], 2),
        (["show", "nothing"], 1),
        (["show", "a\udcffb"], 1),
        (["remove", "nothing"], 1),
        (["search", "?"], 1),
        (["search", "x" * 501], 1),
        (["settings"], 0),
        (["status"], 0),
    ],
)
def test_exit_codes_without_a_stack_of_python(data: Path, arguments: list[str], code: int) -> None:
    found, text = said(kb(data, *arguments))
    assert (found, "Traceback" in text) == (code, False), text


@pytest.mark.parametrize(
    ("language", "heading", "purpose", "wrong"),
    [
        ("sv", "Kommandon", "Hitta de textställen som svarar på en fråga.", "Kommandot 'nej' finns inte."),
        ("en", "Commands", "Find the passages that answer a question.", "No such command 'nej'."),
    ],
)
def test_help_and_complaints_come_in_the_readers_language(
    data: Path, language: str, heading: str, purpose: str, wrong: str
) -> None:
    code, text = said(kb(data, "--help", KB_LANG=language))
    assert (code, heading in text, purpose in text) == (0, True, True)
    code, text = said(kb(data, "nej", KB_LANG=language))
    assert (code, wrong in text) == (2, True)
    assert not data.exists()


def test_settings_are_explained_in_the_readers_language(data: Path) -> None:
    assert "Värdnamn som besvaras" in " ".join(said(kb(data, "settings", KB_LANG="sv", COLUMNS="300"))[1].split())


def test_a_misspelt_setting_is_told(data: Path) -> None:
    code, text = said(kb(data, "status", KB_PROT="1"))
    assert (code, "KB_PROT" in text) == (1, True)
