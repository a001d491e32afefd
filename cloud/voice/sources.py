"""From which tables counts are read: from the fewest rows that tell the sides that are asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from django.db.models import Model, QuerySet, Sum

from cloud.voice.models import DayCount, ShownCount
from cloud.voice.rollups import MonthCount, MonthShown, StoreCount, StoreShown
from cloud.voice.spans import cover, span_of

Side = Literal["", "store", "kiosk", "touchpoint", "unit", "segment", "wording", "day"]
"""By what counts are told apart; the empty one by nothing."""
OF_STORES: Final[frozenset[Side]] = frozenset(("", "store", "wording", "day"))
"""Those that are told by whole stores."""


class Tables(NamedTuple):
    """The same counts thrice, and the columns that are added up."""

    by_store: type[Model]
    by_month: type[Model]
    by_day: type[Model]
    numbers: tuple[str, ...]


COUNTED: Final = Tables(StoreCount, MonthCount, DayCount, ("count", "flagged"))
SHOWN: Final = Tables(StoreShown, MonthShown, ShownCount, ("count",))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, whatever the table: `since` and `until` are store-local days, both within.

    `which` are conditions on columns that every table has, `parts` on those of single kiosks or segments.
    """

    since: date
    until: date
    which: dict[str, Any]
    parts: dict[str, Any] = field(default_factory=dict)


def read(tables: Tables, wanted: Wanted, side: Side, columns: Sequence[str]) -> QuerySet[Any, Any]:
    """Rows of what is at `columns` and of sums, in one statement; the same place may be there several times.

    Of the side `day` the column of that name is the day.
    """
    parts = _parts(tables, wanted, side)
    first, *others = (_summed(*part, _named(tables, part[0], columns), tables.numbers) for part in parts)
    found: QuerySet[Any, Any] = first.union(*others, all=True) if others else first
    return found


Part = tuple[QuerySet[Any], int]
"""Rows, and whether they are added (1) or taken away (-1)."""


def _parts(tables: Tables, wanted: Wanted, side: Side) -> list[Part]:
    whole = side in OF_STORES and not wanted.parts
    if side == "day":
        model, column = (tables.by_store, "span") if whole else (tables.by_day, "day")
        ends = (wanted.since.isoformat(), wanted.until.isoformat())
        return [(_rows(model, wanted).filter(**{f"{column}__range": ends}), 1)]
    found = cover(wanted.since, wanted.until)
    more, less = _texts(found.more), _texts(found.less)
    if whole:
        spans = [*map(span_of, found.months), *more]
        of_stores = _rows(tables.by_store, wanted)
        return _some((of_stores, "span", spans, 1), (of_stores, "span", less, -1))
    of_days = _rows(tables.by_day, wanted)
    of_months = _rows(tables.by_month, wanted), "month", found.months, 1
    return _some(of_months, (of_days, "day", more, 1), (of_days, "day", less, -1))


def _some(*parts: tuple[QuerySet[Any], str, Collection[str], int]) -> list[Part]:
    """Those that name any time; the first of them where none does, which then has no rows."""
    found = [(rows.filter(**{f"{column}__in": times}), by) for rows, column, times, by in parts if times]
    return found or [(parts[0][0].none(), 1)]


def _rows(model: type[Model], wanted: Wanted) -> QuerySet[Any]:
    return QuerySet(model).filter(**wanted.which, **wanted.parts)


def _named(tables: Tables, rows: QuerySet[Any], columns: Sequence[str]) -> list[str]:
    by_store = rows.model is tables.by_store
    return ["span" if by_store and column == "day" else column for column in columns]


def _summed(
    rows: QuerySet[Any], by: int, columns: Sequence[str], numbers: Sequence[str]
) -> QuerySet[Any, Any]:
    sums = {f"{name}_sum": Sum(name) * by for name in numbers}
    found: QuerySet[Any, Any] = rows.values_list(*columns).annotate(**sums)
    return found


def _texts(days: Collection[date]) -> list[str]:
    return [day.isoformat() for day in days]
