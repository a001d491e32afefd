"""How often each kind of event was there today, each store by its own day.

Taps and answers are counted already. Redemptions, tickets and faults are counted here as they are stored: a
process reads every event once, from the first that was received on the oldest of the stores' days.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from threading import Lock
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from cloud.collector.models import StoredEvent
from cloud.desk.live.horizon import Horizon, the_horizon
from cloud.desk.wording import SURE_CLOCKS, Kind, kind_of
from cloud.fleet.models import Store
from cloud.voice.buckets import day_of
from mqtt import events

COUNTED: Final[Mapping[str, Kind]] = {
    name: kind_of(shape)
    for name, shape in events.TYPES.items()
    if kind_of(shape) == "fault"
    or shape in {events.RedemptionConfirmed, events.RedemptionGrantedOffline, events.TicketOpened}
}
"""Types of event that are counted here: of redemptions and tickets only what came of them."""


HERE: Final = frozenset(COUNTED.values())


class Cell(NamedTuple):
    """Where an event is counted."""

    store: str
    day: date
    kind: Kind


@dataclass
class Today:
    """What was counted so far; asked by any thread."""

    horizon: Horizon
    _since: datetime | None = None
    _upto: int = 0
    _counts: Counter[Cell] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def counts(self, now: datetime, stores: Collection[Store]) -> Counter[Kind]:
        """How often each kind was there in these stores on the day that it is there at `now`."""
        zones = {store.id: ZoneInfo(store.time_zone) for store in Store.objects.all()}
        with self._lock:
            self._read(now, zones)
            found: Counter[Kind] = Counter()
            for store in stores:
                day = day_of(now, zones[store.id])
                found.update({kind: self._counts[Cell(store.id, day, kind)] for kind in HERE})
            return found

    def _read(self, now: datetime, zones: Mapping[str, ZoneInfo]) -> None:
        upto = self.horizon.reach()
        since = min((_midnight(now, zone) for zone in zones.values()), default=now)
        if since != self._since or upto < self._upto:
            self._since, self._upto, self._counts = since, _before(since, upto), Counter()
        rows = StoredEvent.objects.filter(id__gt=self._upto, id__lte=upto, type__in=COUNTED, store__in=zones)
        for row in rows.only("store", "type", "occurred_at", "received_at", "clock"):
            at = row.occurred_at if row.clock in SURE_CLOCKS else row.received_at
            self._counts[Cell(row.store, day_of(at, zones[row.store]), COUNTED[row.type])] += 1
        self._upto = upto


@cache
def the_day() -> Today:
    """The one of this process."""
    return Today(the_horizon())


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(day_of(now, zone), time(), zone)


def _before(moment: datetime, upto: int) -> int:
    """An id before all events that were received from a moment on; ids grow with time."""
    low, high = 0, upto
    while low < high:
        middle = (low + high + 1) // 2
        behind = StoredEvent.objects.filter(id__gte=middle, id__lte=upto).order_by("id")
        received = behind.values_list("received_at", flat=True).first()
        if received and received < moment:
            low = middle
        else:
            high = middle - 1
    return low
