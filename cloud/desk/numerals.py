"""Numbers, days and times as a reader of Persian or English expects them: digits, grouping, calendar."""

from datetime import date, datetime
from typing import Final

from babel.dates import format_date
from jdatetime import date as jalali

from cloud.voice.indices import Estimate
from mqtt.vocabulary import Language

_PERSIAN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_SIGNS: Final = str.maketrans(",.%", "\u066c\u066b\u066a")
"""Arabic thousands separator, decimal separator and percent sign."""


def digits(text: str, language: Language) -> str:
    """A text with its digits in those of the language."""
    return text.translate(_PERSIAN) if language == "fa" else text


def number(value: float, places: int, language: Language) -> str:
    """A number, grouped, with exactly `places` decimals, in the digits and signs of the language."""
    return _written(f"{value:,.{places}f}", language)


def percent(value: float, language: Language) -> str:
    """Percent, whole."""
    return _written(f"{value:.0f}%", language)


def interval(estimate: Estimate, language: Language, *, share: bool = False) -> str:
    """The two ends of an interval, such as 5.48 - 5.76; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = (_figure(end, language, share=share) for end in (estimate.low, estimate.high))
    return f"{low} تا {high}" if language == "fa" else f"{low}\N{EN DASH}{high}"


def figure(estimate: Estimate, language: Language, *, share: bool = False) -> str:
    """The figure itself, or a dash where there is none."""
    if estimate.value is None:
        return "\N{EN DASH}"
    return _figure(estimate.value, language, share=share)


def clock(moment: datetime, language: Language) -> str:
    """The time of day, to the second."""
    return digits(f"{moment:%H:%M:%S}", language)


def day(value: date, language: Language) -> str:
    """A day without its year: `۹ آذر` in the Jalali calendar, or `30 Nov`."""
    if language == "en":
        return str(format_date(value, "d MMM", locale="en"))
    there = jalali.fromgregorian(date=value)
    return digits(f"{there.day} {jalali.j_months_fa[there.month - 1]}", language)


def long_day(value: date, language: Language) -> str:
    """A day with its year: `۹ آذر ۱۴۰۴`, or `30 Nov 2025`."""
    year = jalali.fromgregorian(date=value).year if language == "fa" else value.year
    return f"{day(value, language)} {digits(str(year), language)}"


def _figure(value: float, language: Language, *, share: bool) -> str:
    return percent(value, language) if share else number(value, 2, language)


def _written(text: str, language: Language) -> str:
    return digits(text.translate(_SIGNS), language) if language == "fa" else text
