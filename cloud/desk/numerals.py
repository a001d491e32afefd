"""Numbers, days and times as a reader of Persian or English expects them: digits, grouping, calendar."""

from datetime import date, datetime
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jdatetime import date as jalali

from cloud.voice.indices import Estimate
from mqtt.vocabulary import Language

_PERSIAN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def digits(text: str, language: Language) -> str:
    """A text with its digits in those of the language."""
    return text.translate(_PERSIAN) if language == "fa" else text


def number(value: float, places: int, language: Language) -> str:
    """A number, grouped, with exactly `places` decimals, in the digits of the language: 1,234 or 5.62."""
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return digits(format_decimal(value, pattern, locale=language, numbering_system="default"), language)


def percent(share: float, language: Language) -> str:
    """A share of 0 to 1 in whole percent."""
    text = digits(format_percent(share, locale=language), language)
    return text.replace("%", "\N{ARABIC PERCENT SIGN}") if language == "fa" else text


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
