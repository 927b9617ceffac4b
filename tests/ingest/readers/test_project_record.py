"""Project records in both published shapes, with the awkward things that real ones hold."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.project_record import looks_like_record, read_record
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason
from service.domain.projects import Project

COOKIES = "information (1)\nCookies\n\nDen här sidan använder cookies.\n\nLär dig mer\n\n"
SHAPE_2021 = """23-104-S01 - Fler vägar in

Land som berörs:
Sverige
Berörd fond:
ESF+
Program CCI:
2021SE05SFPR
Diarienummer:
23-104-S01
Projektägare organisationsnummer:
2120000001
Projektägare:
STADS KOMMUN
Namn:
Fler vägar in
Startdatum:
2023-03-01
Slutdatum:
2026-02-28
Unionens medfinansieringsgrad:
40%
Programområde:
A
Specifikt mål:
A2
Sekundärtema - Motverka barnfattigdom:
Nej
Region:
ESF Nationellt
NUTS-2 kod:
SE0
Interventionstyp:
127
Antal deltagare:
0
Insats av strategisk betydelse:
Ja
Projektnummer:
23-104-S01

Ansökan om medel

BAKGRUND
Unga i staden saknar vägar till arbete.
Målgruppen är med i styrgruppen.

1. STÖD TILL DELTAGARE
• Handledning varje vecka
• Praktik hos arbetsgivare

SAMVERKAN
Föreningar och kommun möts.
"""
SHAPE_2014 = """2017/00256 - Klusterutvärdering 2017/00063

Projektnummer
2017/00256
Projektägare
Norra Kommunförbundet, Norra Kommunförbundet
Namn
Klusterutvärdering 2017/00063
Region
Övre Norrland
Planerat antal deltagare
1 200
Projektperiod
2017-04-28 - 2019-07-31
Total projektbudget
1\u00a0266\u00a0500
Beviljat ESF-stöd
633 250
Kontaktperson
Kim Exempelsson
E-post
kim@example.org
Stödmottagare postnr
123 45
Stödmottagarens address
Programområde
1
Specifikt mål
1.1
Unionens medfinansieringsgrad
50%
Interventionstyp
117

SYFTE
Utvärderingen leds av Kim Exempelsson (kim@example.org).
Kontaktperson: Kim Exempelsson
Resultaten sprids i länet.
"""


def project(text: str) -> Project:
    """Return the one project of a record."""
    (found,) = read_record(text).projects
    return found


def everything(text: str) -> str:
    """Return all that leaves the reader, as text."""
    return repr(read_record(text))


def test_the_shape_of_2021() -> None:
    found = project(COOKIES + SHAPE_2021)
    assert (found.id, found.dnr, found.project_no) == ("23-104-S01", "23-104-S01", "23-104-S01")
    assert (found.title, found.owner, found.owner_orgnr) == ("Fler vägar in", "STADS KOMMUN", "2120000001")
    assert (found.country, found.fund, found.programme) == ("Sverige", "ESF+", "2021SE05SFPR")
    assert (found.start, found.end, found.eu_rate) == (date(2023, 3, 1), date(2026, 2, 28), 40.0)
    assert (found.programme_area, found.specific_objective, found.child_poverty) == ("A", "A2", False)
    assert (found.region, found.nuts2, found.intervention_field) == ("ESF Nationellt", "SE0", "127")
    assert (found.participants, found.strategic, found.source) == (0, True, "projektbanken-2021")


def test_the_shape_of_2014() -> None:
    found = project(COOKIES + SHAPE_2014)
    assert (found.id, found.dnr) == ("2017-00256", "2017/00256")
    assert found.title == "Klusterutvärdering 2017/00063"
    assert found.owner == "Norra Kommunförbundet"
    assert (found.participants, found.total_budget, found.granted) == (1200, 1_266_500.0, 633_250.0)
    assert (found.start, found.end, found.eu_rate) == (date(2017, 4, 28), date(2019, 7, 31), 50.0)
    assert (found.programme_area, found.specific_objective) == ("1", "1.1")
    assert (found.intervention_field, found.source) == ("117", "projektbanken-2014")


def test_values_are_kept_as_published_and_in_order() -> None:
    published = project(SHAPE_2014).published
    assert list(published)[:3] == ["Projektnummer", "Projektägare", "Namn"]
    assert published["Projektägare"] == "Norra Kommunförbundet, Norra Kommunförbundet"
    assert published["Total projektbudget"] == "1 266 500"
    assert project(SHAPE_2021).published["Sekundärtema - Motverka barnfattigdom"] == "Nej"
    assert len(project(SHAPE_2021).published) == 19


def test_peoples_data_never_leaves() -> None:
    told = everything(COOKIES + SHAPE_2014).casefold()
    assert not [secret for secret in ("exempelsson", "example.org", "kontakt", "postnr", "123 45") if secret in told]
    assert "resultaten sprids" in told


@pytest.mark.parametrize("last", ["Stödmottagarens address", "Stödmottagarens adress"])
def test_an_address_of_several_lines_never_leaves(last: str) -> None:
    text = SHAPE_2014.replace("Stödmottagarens address\n", "").replace(
        "117\n", f"117\n{last}\nHemliga gatan 7\n123 45 Byn\n"
    )
    assert "hemliga" not in everything(text).casefold()
    assert "Byn" not in everything(text)
    assert project(text).intervention_field == "117"
    within = SHAPE_2014.replace("Stödmottagarens address\n", f"{last}\nHemliga gatan 7\nBox 9\n123 45 Byn\n")
    assert "Hemliga" not in everything(within)
    assert project(within).programme_area == "1"


def test_peoples_data_never_leaves_when_labels_are_written_unevenly() -> None:
    labels = [
        line for line in SHAPE_2014.split("\n") if line in {*project(SHAPE_2014).published, "Stödmottagare postnr"}
    ]
    text = SHAPE_2014.replace("kim@example.org\nStöd", "kim@example.org\nE-post\nanna@example.org\nStöd")
    for label in labels:
        text = text.replace(f"\n{label}\n", f"\n{label}:\n")
    assert text.count(":\n") >= 12
    assert project(text).granted == 633_250.0
    assert not [secret for secret in ("Exempelsson", "example.org", "123 45") if secret in everything(text)]


def test_the_page_reads_title_facts_and_text_with_headings() -> None:
    reading = read_record(COOKIES + SHAPE_2021)
    (page,) = reading.pages
    assert page.text.startswith("Fler vägar in\n\nLand som berörs: Sverige\nBerörd fond: ESF+\n")
    assert "cookies" not in page.text
    assert [(heading.level, heading.text) for heading in page.headings] == [
        (1, "Fler vägar in"),
        (2, "BAKGRUND"),
        (2, "1. STÖD TILL DELTAGARE"),
        (2, "SAMVERKAN"),
    ]
    assert all(page.text.startswith(heading.text, heading.start) for heading in page.headings)
    assert "• Handledning varje vecka\n• Praktik hos arbetsgivare" in page.text
    assert reading.projects[0].purpose.startswith("Ansökan om medel\n\nBAKGRUND\nUnga i staden")
    assert (reading.facts.title, reading.facts.document_type, reading.facts.year) == (
        "Fler vägar in",
        "projektpost",
        2023,
    )


def one_line_each(text: str) -> str:
    """Return a record with every value on its label's line."""
    return text.replace(":\n", ": ")


def all_in_one_line(text: str) -> str:
    """Return a record whose labels and values share one line, as some web pages give them."""
    head, _, rest = one_line_each(text).partition("\n\nAnsökan")
    title, _, labels = head.partition("\n\n")
    return f"{title}\n\n{' '.join(labels.splitlines())}\n\nAnsökan{rest}"


@pytest.mark.parametrize(
    "variant",
    [
        SHAPE_2021.replace("\n", "\r\n"),
        SHAPE_2021.replace("\n", "\n\n"),
        SHAPE_2021.replace(":\n", "\n"),
        SHAPE_2021.replace(":\n", ":\t"),
        SHAPE_2021.replace(":\n", " | "),
        SHAPE_2021.replace("Sekundärtema - Motverka", "Sekundärtema – motverka").replace("NUTS-2", "NUTS‑2"),
        SHAPE_2021.replace(" ", "\u00a0"),
        one_line_each(SHAPE_2021),
        re.sub(r"^(?=[^\n•]+: )", "• ", one_line_each(SHAPE_2021), flags=re.MULTILINE),
        all_in_one_line(SHAPE_2021),
    ],
)
def test_the_same_record_in_other_clothes(variant: str) -> None:
    found, model = project(COOKIES + variant), project(SHAPE_2021)
    assert looks_like_record(COOKIES + variant)
    assert list(found.published.values()) == list(model.published.values())
    assert (found.start, found.strategic, found.participants) == (model.start, model.strategic, model.participants)
    assert found.purpose.split() == model.purpose.split()


def test_a_label_without_value_is_followed_by_the_next_label() -> None:
    text = SHAPE_2021.replace("Specifikt mål:\nA2\n", "Specifikt mål:\n").replace(
        "Antal deltagare:\n0\n", "Antal deltagare:\n"
    )
    found = project(text)
    assert (found.specific_objective, found.participants, found.child_poverty) == ("", None, False)
    assert found.published["Antal deltagare"] == ""


def test_a_last_label_without_value_leaves_the_free_text_whole() -> None:
    found = project(SHAPE_2014.replace("Interventionstyp\n117\n", "Interventionstyp\n"))
    assert found.intervention_field == ""
    assert found.purpose.startswith("SYFTE\n")


def test_a_value_that_reads_like_a_label_is_a_value() -> None:
    assert project(SHAPE_2021.replace("Fler vägar in\nStartdatum", "Region\nStartdatum")).title == "Region"


def test_labels_in_menus_and_in_the_free_text_are_text() -> None:
    found = project("Region\nNamn\n\nMeny\n\nSök\n\nHjälp\n\nOm\n\n" + SHAPE_2021 + "\nNamn\nGruppen heter Utsikten.\n")
    assert found.title == "Fler vägar in"
    assert found.purpose.endswith("Namn\nGruppen heter Utsikten.")


def test_a_value_may_go_on_over_lines() -> None:
    assert (
        project(SHAPE_2021.replace("Fler vägar in\nStart", "Fler vägar\nin i arbete\nStart")).title
        == "Fler vägar in i arbete"
    )


def test_what_cannot_be_parsed_stays_as_published() -> None:
    found = project(SHAPE_2021.replace("2023-03-01", "våren 2023").replace("40%", "cirka 40"))
    assert (found.start, found.eu_rate) == (None, None)
    assert (found.published["Startdatum"], found.published["Unionens medfinansieringsgrad"]) == (
        "våren 2023",
        "cirka 40",
    )


def test_records_are_known_from_other_texts() -> None:
    assert looks_like_record(SHAPE_2021)
    assert looks_like_record(COOKIES + SHAPE_2014)
    facts = "Projektfakta\n\nNamn: Steget\nProjektägare: Staden\nDiarienummer: 22-001-S01\nRegion: Norr\nStartdatum: 2022-01-01\n"
    assert not looks_like_record(facts + "\nRapporten bygger på intervjuer.")
    assert not looks_like_record("")
    assert not looks_like_record(SHAPE_2021.replace("23-104-S01", "okänt"))


def test_a_record_without_number_is_damaged() -> None:
    with pytest.raises(ReadingFailed) as failure:
        read_record("Namn:\nSteget\n")
    assert failure.value.reason is Reason.DAMAGED


@settings(deadline=None, max_examples=60)
@given(st.sets(st.integers(0, SHAPE_2014.count("\n"))))
def test_no_e_mail_leaves_whatever_lines_are_missing(missing: set[int]) -> None:
    text = "\n".join(line for number, line in enumerate(SHAPE_2014.split("\n")) if number not in missing)
    if looks_like_record(text):
        assert "example.org" not in everything(text)
