"""How busy a day is beside a middling one: its weekday, salaries, Nowruz and Yalda; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, Self

from jdatetime import date as jalali

WEEK = (0.85, 0.85, 0.9, 1.3, 1.25, 0.95, 0.9)
"""How busy the days are, Monday first; Thursday and Friday are the weekend."""
SALARY = 1.3
"""Salaries come with the last days of a Jalali month, and are spent first of all."""
RICH = (29, 4)
"""From this day of a Jalali month until this one of the next."""
BEFORE_NOWRUZ, NOWRUZ, AFTER_NOWRUZ = 1.7, 0.4, 0.7
YALDA = 1.8
ESFAND, FARVARDIN, AZAR = 12, 1, 9
HOLIDAYS, AWAY = range(1, 5), range(5, 14)
"""Of Farvardin: the public holidays, and until the thirteenth many are away."""
LONGEST = range(28, 31)
"""Of Azar: everybody buys fruit and nuts."""
FEAST = timedelta(days=15)
"""For so long everybody buys for Nowruz."""


class Day(NamedTuple):
    """A day of the Jalali calendar."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> Self:
        """What a Gregorian day is there."""
        there = jalali.fromgregorian(date=day)
        return cls(there.year, there.month, there.day)


def busy(day: date) -> float:
    """The factor of a day; 1 is a middling one."""
    return WEEK[day.weekday()] * _salary(Day.of(day)) * _feast(day)


def nowruz(since: date) -> date:
    """The first Nowruz, 1 Farvardin, on a day or after it."""
    year, _, _ = Day.of(since)
    coming: Iterator[date] = (jalali(one, 1, 1).togregorian() for one in (year, year + 1))
    return next(day for day in coming if day >= since)


def yalda(day: date) -> bool:
    """Whether the longest night is near: it is that of 30 Azar."""
    _, month, there = Day.of(day)
    return month == AZAR and there in LONGEST


def _salary(there: Day) -> float:
    since, until = RICH
    return SALARY if there.day >= since or there.day <= until else 1.0


def _feast(day: date) -> float:
    _, month, there = Day.of(day)
    if nowruz(day) - day <= FEAST and month == ESFAND:
        return BEFORE_NOWRUZ
    if month == FARVARDIN and there in HOLIDAYS:
        return NOWRUZ
    if month == FARVARDIN and there in AWAY:
        return AFTER_NOWRUZ
    return YALDA if yalda(day) else 1.0
