"""Which project a document is about, by the diary numbers it names."""

import pytest

from ingest.readers.limits import Limits
from ingest.readers.reading import Facts
from ingest.understanding import own_diary_number, understand


@pytest.mark.parametrize(
    ("file_name", "facts", "pages", "expected"),
    [
        ("23-142-S01 slutrapport.pdf", Facts(), ["Om 24-203-S01."], "23-142-S01"),
        ("slutrapport_23-142-S01_v2.pdf", Facts(), [], "23-142-S01"),
        ("2015-00394 slutrapport.pdf", Facts(), [], "2015/00394"),
        ("rapport.pdf", Facts(metadata={"keywords": "23-142-S01, utvärdering"}), ["24-203-S01"], "23-142-S01"),
        ("rapport.pdf", Facts(), ["Omslag", "Diarienummer: 2015/00394"], "2015/00394"),
        ("rapport.pdf", Facts(), ["23-142-S01 och 24-203-S01"], ""),
        ("rapport 2015-2020.pdf", Facts(), ["Inget nummer."], ""),
    ],
)
def test_own_diary_number(file_name: str, facts: Facts, pages: list[str], expected: str) -> None:
    assert own_diary_number(file_name, facts, pages) == expected


def test_every_passage_is_text_of_its_pages() -> None:
    text = "\f".join(
        f"Kapitel {n}\n=========\n\n" + f"Vi såg att {n} deltagare också behövde mer tid med sina handledare. " * 60
        for n in range(4)
    )
    document = understand(text.encode(), "rapport.txt", "0" * 16, Limits())
    pages = {page.number: page.text for page in document.pages}
    assert [page.language for page in document.pages] == ["sv"] * 4
    assert len(document.passages) >= 4
    for passage in document.passages:
        if passage.page_from == passage.page_to:
            assert pages[passage.page_from][passage.start : passage.end].split() == passage.text.split()
