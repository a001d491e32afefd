"""One member at more sales of a store in a day than anybody makes, or at sales without being there; pure.

So a clerk shows who lays his own card on other people's invoices.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final, NamedTuple

import msgspec

from mqtt.vocabulary import MemberId, StoreId

NAME: Final = "velocity"
"""Of the document in the club's settings."""
_Count = Annotated[int, msgspec.Meta(ge=1, le=10**6)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The club's document: how many sales of one member in a store and day are still believed.

    `sales`: all of them; `absent`: those without a tap at that store within `minutes` before. Where cards
    are read by the tills and kiosks stand apart, `absent` is as many as `sales`, or more.
    """

    sales: _Count = 12
    absent: _Count = 6
    minutes: _Count = 120


class Sold(NamedTuple):
    """A sale of a member, on the store's own day."""

    member: MemberId
    store: StoreId
    day: date
    at: datetime


class Alarm(NamedTuple):
    """So many sales of a member in a store on a day, and how many of them without a tap before."""

    member: MemberId
    store: StoreId
    day: date
    sales: int
    absent: int


Place = tuple[MemberId, StoreId]
Taps = Mapping[Place, Sequence[datetime]]
"""When a member tapped at a store's kiosks, in order."""


def many(sales: Iterable[Sold], limits: Limits) -> list[list[Sold]]:
    """The sales of a member, store and day that are so many that one has to look at the taps."""
    together: defaultdict[tuple[MemberId, StoreId, date], list[Sold]] = defaultdict(list)
    for sold in sales:
        together[sold[:3]].append(sold)
    return [group for _, group in sorted(together.items()) if len(group) > min(limits.sales, limits.absent)]


def alarms(groups: Iterable[Collection[Sold]], taps: Taps, limits: Limits) -> list[Alarm]:
    """Which of the `many` are more than the limits believe."""
    found = []
    for group in groups:
        member, store, day, _ = next(iter(group))
        absent = sum(not _there(taps.get((member, store), ()), sold.at, limits) for sold in group)
        if len(group) > limits.sales or absent > limits.absent:
            found.append(Alarm(member, store, day, len(group), absent))
    return found


def _there(taps: Sequence[datetime], at: datetime, limits: Limits) -> bool:
    before = bisect_right(taps, at)
    return before > 0 and at - taps[before - 1] <= timedelta(minutes=limits.minutes)
