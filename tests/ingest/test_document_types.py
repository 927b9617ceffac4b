"""What kind of document a file is."""

import pytest

from ingest.document_types import document_type


@pytest.mark.parametrize(
    ("title", "name", "first_page", "expected"),
    [
        ("Slututvärdering av Steget in", "x.pdf", "", "slututvärdering"),
        ("Klusterutvärdering av nio projekt", "x.pdf", "", "klusterutvärdering"),
        ("Final evaluation of Open Doors", "x.pdf", "", "slututvärdering"),
        ("", "23-104-S01_slutrapport.docx", "", "slutrapport"),
        ("Steget in", "rapport.pdf", "Halvtidsutvärdering 2024", "halvtidsutvärdering"),
        ("Vad vi lärde oss", "rapport.pdf", "Om sommaren", ""),
    ],
)
def test_the_title_decides_before_the_name_before_the_first_page(
    title: str, name: str, first_page: str, expected: str
) -> None:
    assert document_type(title, name, first_page) == expected
