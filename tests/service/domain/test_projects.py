"""What several records of one project say together, and how diary numbers are written."""

from dataclasses import replace
from datetime import date

import pytest

from service.domain.projects import MONEY_FIELDS, PLAIN_FIELDS, Project, merged, with_slashes

RECORD = Project(
    "22-018-S01",
    "22-018-S01",
    "Steget in",
    owner="EKDALA KOMMUN",
    start=date(2023, 3, 1),
    child_poverty=False,
    participants=0,
    purpose="Uppsökande arbete.",
    source="projektbanken-2021",
    published={"Namn": "Steget in", "Projektägare": "EKDALA KOMMUN", "Region": ""},
)
LISTED = Project(
    "22-018-S01",
    "22-018-S01",
    "Steget in",
    granted=4_820_000.0,
    source="operations",
    published={"Projekt": "STEGET IN", "Beviljat belopp": "4 820 000", "Region": "Västsverige"},
)


def told_by(*records: Project) -> Project:
    return merged(records)[RECORD.id]


@pytest.mark.parametrize("records", [(RECORD, LISTED), (LISTED, RECORD)])
def test_a_thinner_record_takes_nothing_away_whichever_comes_last(records: tuple[Project, ...]) -> None:
    told = told_by(*records)
    assert (told.owner, told.start, told.purpose) == (RECORD.owner, RECORD.start, RECORD.purpose)
    assert (told.participants, told.child_poverty) == (0, False)
    assert told.granted == LISTED.granted
    assert told.source == RECORD.source


def test_the_most_recent_record_that_knows_a_field_is_believed() -> None:
    later = replace(RECORD, title="Steget in 2", participants=240, child_poverty=True, owner="")
    told = told_by(RECORD, LISTED, later)
    assert (told.title, told.participants, told.child_poverty) == ("Steget in 2", 240, True)
    assert told.owner == RECORD.owner


def test_a_list_adds_to_what_is_published_only_what_no_record_says() -> None:
    assert told_by(RECORD, LISTED).published == {
        "Namn": "Steget in",
        "Projektägare": "EKDALA KOMMUN",
        "Region": "Västsverige",
        "Beviljat belopp": "4 820 000",
    }


def test_sums_in_different_currencies_are_not_mixed() -> None:
    in_euro = replace(LISTED, granted=None, total_budget=900_000.0, currency="EUR")
    told = told_by(LISTED, in_euro)
    assert (told.total_budget, told.granted, told.currency) == (900_000.0, None, "EUR")


def test_the_currency_of_a_record_without_sums_says_nothing() -> None:
    in_pounds = replace(LISTED, currency="GBP")
    assert told_by(in_pounds, RECORD).currency == "GBP"


def test_a_single_record_is_as_it_was_written() -> None:
    assert told_by(RECORD) is RECORD


def test_every_field_of_a_project_is_taken_care_of() -> None:
    apart = {"id", "currency", "source", "published"}
    assert sorted((*PLAIN_FIELDS, *MONEY_FIELDS, *apart)) == sorted(Project.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2017-00871 effektutvärdering", "2017/00871 effektutvärdering"),
        ("2008-3050012", "2008-3050012"),
        ("556016-0680", "556016-0680"),
        ("12017-00871", "12017-00871"),
        ("2017-008711", "2017-008711"),
    ],
)
def test_a_slash_is_put_back_only_where_a_diary_number_has_one(text: str, written: str) -> None:
    assert with_slashes(text) == written
