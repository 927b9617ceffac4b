"""Extension and content must agree."""

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.readers.formats import read
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

Maker = Callable[..., bytes]


@pytest.fixture
def contents(make_pdf: Maker, make_docx: Maker) -> dict[str, bytes]:
    return {
        ".pdf": make_pdf([(72, 700, "Text i en PDF.", 11, False)]),
        ".docx": make_docx("<w:p><w:r><w:t>Text i Word.</w:t></w:r></w:p>"),
        ".html": b"<!doctype html><html><body><p>Text p\xc3\xa5 en sida.</p></body></html>",
        ".txt": "Text på en rad.".encode(),
    }


def reason_of(data: bytes, name: str) -> Reason:
    with pytest.raises(ReadingFailed) as failed:
        read(data, name)
    return failed.value.reason


@pytest.mark.parametrize("content", [".pdf", ".docx", ".html", ".txt"])
@pytest.mark.parametrize(
    "extension", [".pdf", ".docx", ".html", ".txt", ".PDF", ".htm", ".md", ".csv", ".xlsx", ".json"]
)
def test_every_pair_of_extension_and_content(contents: dict[str, bytes], extension: str, content: str) -> None:
    data, right = contents[content], {".PDF": ".pdf", ".htm": ".html", ".md": ".txt"}.get(extension, extension)
    if right == content:
        assert read(data, f"rapport{extension}").pages[0].text.startswith("Text")
    elif not (content == ".txt" and extension in {".csv", ".json"}):
        assert reason_of(data, f"rapport{extension}") is Reason.WRONG_EXTENSION


@pytest.mark.parametrize("name", ["rapport", "rapport.pdf.exe", "rapport.doc", "rapport.odt", ".pdf", "rapport.", ""])
def test_unknown_extension(contents: dict[str, bytes], name: str) -> None:
    assert reason_of(contents[".pdf"], name) is Reason.UNKNOWN_FORMAT


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.html", "a.txt", "a.csv", "a.exe"])
def test_no_bytes_at_all(name: str) -> None:
    assert reason_of(b"", name) is Reason.EMPTY


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.pdf", Reason.DAMAGED),
        ("a.docx", Reason.DAMAGED),
        ("a.html", Reason.UNKNOWN_FORMAT),
        ("a.txt", Reason.UNKNOWN_FORMAT),
        ("a.csv", Reason.UNKNOWN_FORMAT),
    ],
)
def test_noise(name: str, reason: Reason) -> None:
    assert reason_of(random.Random(3).randbytes(3_000), name) is reason


def test_word_file_with_a_password_is_encrypted_and_an_old_one_is_not_what_it_says() -> None:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert reason_of(magic + "EncryptedPackage".encode("utf-16-le"), "a.docx") is Reason.ENCRYPTED
    assert reason_of(magic + b"WordDocument", "a.docx") is Reason.WRONG_EXTENSION


def test_other_zip_is_not_word() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert reason_of(buffer.getvalue(), "a.docx") is Reason.WRONG_EXTENSION


def test_page_without_a_document_type_is_still_a_page() -> None:
    assert read(b"<p>Bara ett stycke.</p>", "a.html").pages[0].text == "Bara ett stycke."
    assert reason_of(b"Ingen uppm\xc3\xa4rkning alls, 3 < 4.", "a.html") is Reason.WRONG_EXTENSION


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from([".pdf", ".docx", ".html", ".txt"]), seed=st.integers(0, 2**32))
def test_damaged_files_never_raise_anything_else(contents: dict[str, bytes], name: str, seed: int) -> None:
    random_source, data = random.Random(seed), bytearray(contents[name])
    for _ in range(random_source.randint(1, 20)):
        data[random_source.randrange(len(data))] = random_source.randrange(256)
    with suppress(ReadingFailed):
        read(bytes(data), f"a{name}")
