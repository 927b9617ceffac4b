"""The language of pages."""

from ingest.language import page_languages

SWEDISH = "Projektet har visat att samverkan mellan kommunen och Arbetsförmedlingen är avgörande för deltagarna."
ENGLISH = "The project has shown that cooperation between the municipality and the employment service is decisive."


def test_an_english_summary_in_a_swedish_report_is_english() -> None:
    assert page_languages([SWEDISH * 3, ENGLISH, SWEDISH]) == (["sv", "en", "sv"], "sv")


def test_a_page_too_short_to_tell_takes_the_language_of_the_document() -> None:
    assert page_languages([ENGLISH, "12 (40)", ""]) == (["en", "en", "en"], "en")


def test_pages_vote_with_their_letters() -> None:
    assert page_languages([SWEDISH, SWEDISH, ENGLISH * 3])[1] == "en"
    assert page_languages([SWEDISH, SWEDISH, f"{ENGLISH} {'1 2 3 ' * 200}"])[1] == "sv"


def test_a_document_without_letters_is_in_no_language() -> None:
    assert page_languages(["1 2 3", ""]) == (["und", "und"], "und")
    assert page_languages([]) == ([], "und")
