"""How the roll-ups follow the counts: what is added to these is added to them, or all is summed anew."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import add
from typing import Final

from django.db.backends.utils import CursorWrapper

from cloud.fleet.rows import Into, insert
from cloud.voice.sides import Sides
from cloud.voice.spans import month_in, span_of

Numbers = Sequence[int]
"""What is added: answers that count and flagged ones, or impressions."""
Key = tuple[str | int, ...]
Cell = tuple[str, str, int, str, int]
"""Store, question, wording, bucket, value."""


def _adding(table: str, key: Sequence[str], *numbers: str) -> Into:
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in numbers)
    return Into(table, (*key, *numbers), f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}")


_BY_STORE: Final = ("question", "span", "store_id", "wording")
_BY_MONTH: Final = ("question", "month", "store_id", "kiosk", "wording", "segment")
_BY_HOUR: Final = ("question", "wording", "month", "store_id", "weekday", "hour", "value")
_STORE_COUNT = _adding("voice_storecount", (*_BY_STORE, "value"), "count", "flagged")
_MONTH_COUNT = _adding("voice_monthcount", (*_BY_MONTH, "value"), "count", "flagged")
_STORE_SHOWN = _adding("voice_storeshown", _BY_STORE, "count")
_MONTH_SHOWN = _adding("voice_monthshown", _BY_MONTH, "count")
_HOUR_COUNT = _adding("voice_hourcount", _BY_HOUR, "count")
TABLES: Final = tuple(
    into.table for into in (_STORE_COUNT, _MONTH_COUNT, _STORE_SHOWN, _MONTH_SHOWN, _HOUR_COUNT)
)
"""In the order in which they are written."""

_MONTH: Final = "substr(day, 1, 7)"
_WEEKDAY: Final = {
    "sqlite": "(CAST(strftime('%w', substr(bucket, 1, 10)) AS INTEGER) + 6) % 7",
    "postgresql": "CAST(EXTRACT(ISODOW FROM CAST(substr(bucket, 1, 10) AS date)) AS INTEGER) - 1",
}


def add_days(cursor: CursorWrapper, cells: Mapping[tuple[Sides, int], Numbers]) -> None:
    """Add what is added to `DayCount`, by its sides and value, in the caller's transaction."""
    of_stores, of_months = _Sums(), _Sums()
    for ((question, day, store, kiosk, wording, segment), value), by in cells.items():
        of_stores.add((question, day, store, wording, value), by)
        if month := month_in(day):
            of_stores.add((question, span_of(month), store, wording, value), by)
            of_months.add((question, month, store, kiosk, wording, segment, value), by)
    insert(cursor, _STORE_COUNT, of_stores.rows())
    insert(cursor, _MONTH_COUNT, of_months.rows())


def add_shown(cursor: CursorWrapper, shown: Mapping[Sides, int]) -> None:
    """Add what is added to `ShownCount`, likewise."""
    of_stores, of_months = _Sums(), _Sums()
    for (question, day, store, kiosk, wording, segment), times in shown.items():
        of_stores.add((question, day, store, wording), (times,))
        if month := month_in(day):
            of_stores.add((question, span_of(month), store, wording), (times,))
            of_months.add((question, month, store, kiosk, wording, segment), (times,))
    insert(cursor, _STORE_SHOWN, of_stores.rows())
    insert(cursor, _MONTH_SHOWN, of_months.rows())


def add_hours(cursor: CursorWrapper, cells: Mapping[Cell, int]) -> None:
    """Add what is added to `AnswerCount`, likewise."""
    hours = _Sums()
    for (store, question, wording, bucket, value), by in cells.items():
        if month := month_in(bucket):
            hours.add((question, wording, month, store, *place(bucket), value), (by,))
    insert(cursor, _HOUR_COUNT, hours.rows())


def roll_up(cursor: CursorWrapper) -> None:
    """Sum all counts into the roll-ups, which are empty, in the caller's transaction."""
    for statement in summing(cursor.db.vendor):
        cursor.execute(statement)


def summing(vendor: str) -> Iterator[str]:
    """The statements that do so, none with a parameter; `vendor` is `sqlite` or `postgresql`."""
    for into, base in ((_STORE_COUNT, "voice_daycount"), (_STORE_SHOWN, "voice_showncount")):
        yield _sum(into, base, span="day")
        yield _sum(into, f"{base} WHERE day <> 'unsure'", span=f"'m' || {_MONTH}")
    for into, base in ((_MONTH_COUNT, "voice_daycount"), (_MONTH_SHOWN, "voice_showncount")):
        yield _sum(into, f"{base} WHERE day <> 'unsure'", month=_MONTH)
    yield _sum(
        *(_HOUR_COUNT, "voice_answercount WHERE bucket <> 'unsure'"),
        month="substr(bucket, 1, 7)",
        weekday=_WEEKDAY[vendor],
        hour="CAST(substr(bucket, 12, 2) AS INTEGER)",
    )


def _sum(into: Into, base: str, **instead: str) -> str:
    """Add a base up; `instead` says what stands for columns that it has not."""
    numbers = [name for name in into.columns if name in ("count", "flagged")]
    key = ", ".join(instead.get(name, name) for name in into.columns if name not in numbers)
    sums, some = ", ".join(f"SUM({n})" for n in numbers), " OR ".join(f"SUM({n}) <> 0" for n in numbers)
    head = f"INSERT INTO {into.table} ({', '.join(into.columns)})"
    return f"{head} SELECT {key}, {sums} FROM {base} GROUP BY {key} HAVING {some}"  # noqa: S608 - of this code


@lru_cache(maxsize=24 * 366)
def place(bucket: str) -> tuple[int, int]:
    """The weekday (`date.weekday`) and the hour of a bucket that has a place in time."""
    return date.fromisoformat(bucket[:10]).weekday(), int(bucket[11:])


class _Sums:
    """One row a key, however often something is added to it."""

    def __init__(self) -> None:
        self._found: dict[Key, Numbers] = {}

    def add(self, key: Key, numbers: Numbers) -> None:
        was = self._found.get(key)
        self._found[key] = [*numbers] if was is None else [*map(add, was, numbers)]

    def rows(self) -> list[Key]:
        """Those that change something, in one order, so that two who hold some never wait in a circle."""
        return sorted((*key, *numbers) for key, numbers in self._found.items() if any(numbers))
