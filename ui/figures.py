"""Numbers, times and dates as a person reads them, in the language's digits and calendar."""

from datetime import date, datetime
from itertools import pairwise

import jdatetime
from babel.dates import format_date

from kiosk.views import Currency, Line
from mqtt.vocabulary import Language
from ui.words import WORDS

_PERSIAN = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹٬٫")  # noqa: RUF001 - meant
_RECENT = 7
_UNBROKEN = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_GROUPS = (4, 7, 11)
"""Where a telephone number is parted: 0912 345 6789, and what comes after it."""


def digits(text: str, language: Language) -> str:
    """The text with its digits and separators in the language's script."""
    return text.translate(_PERSIAN) if language == "fa" else text


def grouped(number: int, language: Language) -> str:
    """A whole number, 0 or more, in groups of three."""
    return digits(f"{number:,}", language)


def signed(points: int, language: Language) -> str:
    """A movement: its sign stands before the number, also where reading goes from right to left."""
    sign = _MINUS if points < 0 else "+"
    return f"\N{LEFT-TO-RIGHT MARK}{sign}{grouped(abs(points), language)}" if points else grouped(0, language)


def movement(line: Line, today: date, language: Language) -> str:
    """A movement in a few words: why, how many, and when, which stays on one line."""
    why, points = WORDS[language].reason(line.reason), isolated(signed(line.points, language))
    day = isolated(ago(line.on, today, language).replace(" ", _UNBROKEN))
    return f"{why} {points} {day}"


def amount(rials: int, unit: Currency, language: Language) -> str:
    """A price of 0 or more Rial in the shop's unit; a Toman's tenth is shown only where there is one."""
    words = WORDS[language]
    if unit == "rial":
        return words.rial.format(grouped(rials, language))
    tomans, tenth = divmod(rials, 10)
    return words.toman.format(digits(f"{tomans:,}" + (f".{tenth}" if tenth else ""), language))


def telephone(number: str, language: Language) -> str:
    """Digits as far as they are typed, in groups; to be read from left to right in either language."""
    cuts = (0, *(cut for cut in _GROUPS if cut < len(number)), len(number))
    groups = (number[start:end] for start, end in pairwise(cuts))
    return digits(_UNBROKEN.join(groups), language)


def clock_time(moment: datetime, language: Language) -> str:
    """Hours and minutes, 24 hours."""
    return digits(f"{moment:%H:%M}", language)


def long_date(day: date, language: Language) -> str:
    """Weekday, day and month: Jalali in Persian, Gregorian in English."""
    if language == "en":
        return format_date(day, "EEEE d MMMM", locale="en")
    jalali = jdatetime.date.fromgregorian(date=day)
    return digits(f"{WORDS['fa'].weekdays[day.weekday()]} {jalali.day} {_month(jalali)}", language)


def full_date(day: date, language: Language) -> str:
    """Day, month and year."""
    if language == "en":
        return format_date(day, "d MMMM y", locale="en")
    jalali = jdatetime.date.fromgregorian(date=day)
    return digits(f"{jalali.day} {_month(jalali)} {jalali.year}", language)


def coming(day: date, today: date, language: Language) -> str:
    """A day to come: day and month, and the year where it is another."""
    if language == "en":
        return format_date(day, "d MMMM" if day.year == today.year else "d MMMM y", locale="en")
    jalali, now = jdatetime.date.fromgregorian(date=day), jdatetime.date.fromgregorian(date=today)
    year = "" if jalali.year == now.year else f" {jalali.year}"
    return digits(f"{jalali.day} {_month(jalali)}{year}", language)


def ago(day: date, today: date, language: Language) -> str:
    """A past day from today on: today, yesterday, n days ago; a date from the eighth day on."""
    words, days = WORDS[language], (today - day).days
    if 0 <= days < len(words.near_days):
        return words.near_days[days]
    if 0 <= days <= _RECENT:
        return words.days_ago(days, digits(str(days), language))
    return full_date(day, language)


def as_of(moment: datetime, now: datetime, language: Language) -> str:
    """When figures were last right: the hour if today, else the hour and the day. Both in local time."""
    words, local = WORDS[language], moment.astimezone(now.tzinfo)
    time = clock_time(local, language)
    if local.date() == now.date():
        return words.as_of.format(time)
    return words.as_of_day.format(time, ago(local.date(), now.date(), language))


def isolated(value: str) -> str:
    """A foreign value, kept from reordering the words round it."""
    return f"\u2068{value}\u2069"


def _month(jalali: jdatetime.date) -> str:
    name: str = WORDS["fa"].months[jalali.month - 1]
    return name
