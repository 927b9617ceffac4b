"""Dates, amounts and rates as people write them in lists and records.

Every function returns None when a value is missing, dirty or can be read in two ways: the published text is kept beside it,
and a wrong number is worse than none.
"""

import re
from datetime import date

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "maj": 5, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
"""First three letters of the months in Swedish, English and German."""

LONGEST = 60
"""Characters of a date, period or number at most; anything longer is running text."""
MOST_DIGITS = 15

_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_NAMED_MONTH = re.compile(r"(?:den\s+)?(\d{1,2})(?:st|nd|rd|th|:e)?[.\s-]+([^\W\d_]{3,9})\.?,?[\s-]+(\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_PERIOD = re.compile(r"(\S+(?:\s\S+){0,2}?)\s*(?:\s[-–—]\s|\s?[–—]\s?|\s(?:till|to)\s)\s*(\S.*)")
_CURRENCY = re.compile(r"(?:SEK|EUR|GBP|USD|DKK|NOK|kronor|kr|euro|[€£$])\.?", re.IGNORECASE)
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(%|procent|percent|per cent)?", re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """Return a date written as 2015-11-01, 20151101, 1 november 2015, "01. Nov 15", 17-Nov-2014 or 31.12.2018.

    With slashes the day comes first only when it cannot be a month: 03/04/2016 is no date here.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _NAMED_MONTH.fullmatch(text.lower()):
        return _date(_full_year(match[3]), MONTHS.get(match[2][:3], 0), int(match[1]))
    if match := _DAY_FIRST.fullmatch(text):
        day, month = int(match[1]), int(match[3])
        certain = match[2] == "." or day > 12 or day == month
        return _date(int(match[4]), month, day) if certain else None
    return None


def parse_period(text: str) -> tuple[date | None, date | None]:
    """Return the two dates of a period in one field: "2017-04-28 - 2019-07-31"."""
    match = _PERIOD.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return (parse_date(match[1]), parse_date(match[2])) if match else (parse_date(text), None)


def parse_amount(text: str) -> float | None:
    """Return an amount: "1 266 500", "2390607", "1.266.500,50", "£1,200,000.00".

    A single mark before three last digits may be a thousands mark or a decimal mark, so "1.266" is no amount here.
    """
    bare = re.sub(r"[\s'’]", "", _CURRENCY.sub("", text))
    bare = bare.removesuffix(":-").removesuffix(",-")
    if len(bare) > LONGEST or sum(map(str.isdigit, bare)) > MOST_DIGITS or not _AMOUNT.fullmatch(bare):
        return None
    marks = re.findall(r"[.,]", bare)
    last = re.split(r"[.,]", bare)[-1]
    if not marks:
        return float(bare)
    if len(marks) == 1 and len(last) == 3:
        return None
    if len(set(marks)) == 1 and len(marks) > 1:
        return float(re.sub(r"[.,]", "", bare)) if _in_thousands(bare) else None
    whole, _, decimals = bare.rpartition(marks[-1])
    if len(marks) > 1 and not _in_thousands(whole):
        return None
    return float(f"{re.sub(r'[.,]', '', whole)}.{decimals}")


def parse_percent(text: str) -> float | None:
    """Return a rate in percent: "60%", "50,38 %", "95"; a bare number up to 1 is a share, so "0.6" is 60."""
    match = _PERCENT.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        return None
    value = float(match[1].replace(",", "."))
    if match[2] is None and 0 < value <= 1:
        value = round(value * 100, 4)
    return value if value <= 100 else None


def parse_count(text: str) -> int | None:
    """Return a whole number: "1 200" or "0"."""
    bare = re.sub(r"\s", "", text)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS else None


def parse_yes_no(text: str) -> bool | None:
    """Return True for "Ja" or "Yes", False for "Nej" or "No"."""
    return {"ja": True, "yes": True, "nej": False, "no": False}.get(text.strip().lower())


def currency_of(text: str) -> str:
    """Return the currency that a column name or an amount names, as its ISO 4217 code, or ""."""
    words = set(re.findall(r"[^\W\d_]+|[€£]", text.lower()))
    for code, names in {"SEK": {"sek", "kr", "kronor"}, "EUR": {"eur", "euro", "€"}, "GBP": {"gbp", "£"}}.items():
        if words & names:
            return code
    return ""


def _in_thousands(text: str) -> bool:
    first, *groups = re.split(r"[.,]", text)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in groups)


def _full_year(text: str) -> int:
    """Return the year; two digits mean 1970–2069."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
