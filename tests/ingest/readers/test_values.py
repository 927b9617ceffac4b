"""Dates, amounts and rates as lists and records hold them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.values import (
    currency_of,
    parse_amount,
    parse_count,
    parse_date,
    parse_percent,
    parse_period,
    parse_yes_no,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2017-01-02", date(2017, 1, 2)),
        ("2017-01-02T00:00:00Z", date(2017, 1, 2)),
        ("2017-01-02 00:00:00", date(2017, 1, 2)),
        ("20170102", date(2017, 1, 2)),
        ("2017/01/02", date(2017, 1, 2)),
        ("01. Nov 15", date(2015, 11, 1)),
        ("31. Dez 18", date(2018, 12, 31)),
        ("01. Mrz 16", date(2016, 3, 1)),
        ("17-Nov-2014", date(2014, 11, 17)),
        ("30-Sep-19", date(2019, 9, 30)),
        ("1 november 2015", date(2015, 11, 1)),
        ("den 1 maj 2015", date(2015, 5, 1)),
        ("1st July 2015", date(2015, 7, 1)),
        ("31.12.2018", date(2018, 12, 31)),
        ("31/12/2018", date(2018, 12, 31)),
        ("04/04/2016", date(2016, 4, 4)),
        ("03/04/2016", None),
        ("31/04/2014", None),
        ("31-Nov-18", None),
        ("Feb 16", None),
        ("2017-0102", None),
        ("42309", None),
        ("våren 2017", None),
        ("", None),
    ],
)
def test_dates(text: str, value: date | None) -> None:
    assert parse_date(text) == value


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    months = ("Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez").split()
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day:%d}. {months[day.month - 1]} {day:%y}") == day
    assert parse_date(f"{day:%d.%m.%Y}") == day


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2017-04-28 - 2019-07-31", (date(2017, 4, 28), date(2019, 7, 31))),
        ("2017-04-28–2019-07-31", (date(2017, 4, 28), date(2019, 7, 31))),
        ("1 maj 2017 till 31 juli 2019", (date(2017, 5, 1), date(2019, 7, 31))),
        ("2017-04-28", (date(2017, 4, 28), None)),
        ("", (None, None)),
    ],
)
def test_periods(text: str, value: tuple[date | None, date | None]) -> None:
    assert parse_period(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 929 285", 3929285.0),
        ("3\u00a0929\u00a0285 kr", 3929285.0),
        ("2390607", 2390607.0),
        ("1.266.500,50", 1266500.5),
        ("1,266,500.50", 1266500.5),
        ("1,266,500", 1266500.0),
        ("£1,234.50", 1234.5),
        ("1234,5", 1234.5),
        ("SEK 500:-", 500.0),
        ("0", 0.0),
        ("1.266", None),
        ("1,266", None),
        ("1.26.500", None),
        ("-5", None),
        ("cirka 5", None),
        ("", None),
    ],
)
def test_amounts(text: str, value: float | None) -> None:
    assert parse_amount(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60%", 60.0),
        ("50,38 %", 50.38),
        ("95", 95.0),
        ("0.6", 60.0),
        ("0,5%", 0.5),
        ("100%", 100.0),
        ("150%", None),
        ("50% More Developed and 40% Transitional", None),
        ("", None),
    ],
)
def test_percentages(text: str, value: float | None) -> None:
    assert parse_percent(text) == value


def test_counts_and_yes_and_no() -> None:
    assert [parse_count(text) for text in ("0", "1 200", "1\u00a0200", "", "-", "12,5")] == [
        0,
        1200,
        1200,
        None,
        None,
        None,
    ]
    assert [parse_yes_no(text) for text in ("Ja", "nej", "Yes", "kanske", "")] == [True, False, True, None, None]


def test_currencies() -> None:
    named = ["beviljat_belopp_sek".replace("_", " "), "Total cost (EUR)", "£12", "kronor", "Total cost", "krona"]
    assert [currency_of(text) for text in named] == ["SEK", "EUR", "GBP", "SEK", "", ""]
    assert currency_of("beviljat_belopp_sek") == "SEK"


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,- %–²٣ "), st.integers(0, 9_000).map("9".__mul__)))
def test_no_text_is_too_odd(text: str) -> None:
    for parse in (parse_date, parse_period, parse_amount, parse_count, parse_percent, parse_yes_no, currency_of):
        parse(text)
    assert (parse_amount(text) or 0) < 10**15
    assert (parse_count(text) or 0) < 10**15
