"""Days told as months: what is counted by the month is read by the month, and days only where it must be."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cloud.voice.buckets import UNSURE

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Cover:
    """`months` (`YYYY-MM`), and days that they lack (`more`) and that they have too many (`less`).

    Each month is there once, and so is each day; those that are `less` are in the months, the others not.
    """

    months: tuple[str, ...]
    more: tuple[date, ...]
    less: tuple[date, ...]


def cover(since: date, until: date) -> Cover:
    """Every day from `since` to `until` (both within) once and no other; an end has 15 days at most.

    A month that is asked for in its greater part is taken whole, less the rest of it: a period that ends
    today is read as if it ended with the month, of which there is nothing yet.
    """
    months: list[str] = []
    more: list[date] = []
    less: list[date] = []
    for month in _months(since, until):
        inside = [day for day in month if since <= day <= until]
        outside = [day for day in month if not since <= day <= until]
        if len(outside) < len(inside):
            months.append(month_in(month[0].isoformat()))
            less += outside
        else:
            more += inside
    return Cover(tuple(months), tuple(more), tuple(less))


def month_in(day: str) -> str:
    """The month of a day, `YYYY-MM`; empty for what has no place in time."""
    return "" if day == UNSURE else day[:7]


def span_of(month: str) -> str:
    """The month among days, as a text that lies between no two of them: `m2026-11`."""
    return f"m{month}"


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in their order, as the first and the last of those that follow one another."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _months(since: date, until: date) -> Iterator[list[date]]:
    """The days of each month that is touched."""
    for number in range(_number(since), _number(until) + 1):
        year, month = number // _YEAR, number % _YEAR + 1
        yield [date(year, month, day + 1) for day in range(monthrange(year, month)[1])]


def _number(day: date) -> int:
    return day.year * _YEAR + day.month - 1
