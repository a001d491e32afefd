"""Days as people write them in an address or a field: ISO, or the Jalali calendar, in either digits."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from jdatetime import date as jalali

from cloud.desk.numerals import digits
from mqtt.vocabulary import Language

_DAY: Final = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_LATIN: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_JALALI: Final = range(1300, 1600)
_GREGORIAN: Final = range(2000, 2100)
LETTERS: Final = "دسچپجشی"
"""The weekdays as a Persian calendar has them, from Monday."""
_FIRST_WEEKDAY: Final[dict[Language, int]] = {"fa": 5, "en": 0}
"""Saturday and Monday, as `date.weekday` counts."""


def read_day(text: str) -> date | None:
    """The day that is meant; None for what is none, or is of another age."""
    found = _DAY.fullmatch(text.strip().translate(_LATIN))
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        if year in _JALALI:
            found_day: date = jalali(year, month, day).togregorian()
            return found_day
        return date(year, month, day) if year in _GREGORIAN else None
    except ValueError:
        return None


def written(day: date, language: Language) -> str:
    """A day as it stands in a field: of its own calendar and digits."""
    if language == "en":
        return day.isoformat()
    there = jalali.fromgregorian(date=day)
    return digits(f"{there.year:04}/{there.month:02}/{there.day:02}", language)


def weekdays(language: Language) -> tuple[int, ...]:
    """The weekdays in order, as `date.weekday` counts: from Saturday in Persian, from Monday in English."""
    first = _FIRST_WEEKDAY[language]
    return tuple((first + place) % 7 for place in range(7))


def week_of(day: date, language: Language) -> date:
    """The first day of its week."""
    return day - timedelta(days=weekdays(language).index(day.weekday()))


def all_days(since: date, until: date) -> Iterator[date]:
    """Every day from one to the other, both within."""
    return (since + timedelta(days=n) for n in range((until - since).days + 1))
