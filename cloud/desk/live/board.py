"""The board: of each store how its kiosks stand, the worst first."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from cloud.collector.models import Parked, Stream
from cloud.desk.live.kiosks import Kiosk, Shape, Trouble, shape
from cloud.fleet import models
from cloud.fleet.models import KioskHealth, Store


@dataclass(frozen=True, slots=True)
class StoreBoard:
    """A store with its kiosks, the worst first; `today` is the day that it is there."""

    store: Store
    today: date
    kiosks: tuple[Kiosk, ...]

    @property
    def online(self) -> int:
        """How many of them are there."""
        return sum(kiosk.state == "online" for kiosk in self.kiosks)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with any of them, the worst first."""
        return tuple(dict.fromkeys(trouble for kiosk in self.kiosks for trouble in kiosk.troubles))

    @property
    def shape(self) -> Shape:
        """How bad it is; a store without a kiosk is as one that was never heard of."""
        return shape(self.troubles) if self.kiosks else "none"

    @property
    def rank(self) -> int:
        """The lower, the worse."""
        return min((kiosk.rank for kiosk in self.kiosks), default=99)


@dataclass(frozen=True, slots=True)
class Board:
    """All of them, the worst first."""

    stores: tuple[StoreBoard, ...]

    @property
    def kiosks(self) -> int:
        """How many there are."""
        return sum(len(each.kiosks) for each in self.stores)

    @property
    def online(self) -> int:
        """How many are there."""
        return sum(each.online for each in self.stores)

    @property
    def troubled(self) -> tuple[StoreBoard, ...]:
        """The stores in which something is wrong."""
        return tuple(each for each in self.stores if each.shape in {"bad", "warn"})


def read_board(now: datetime, stores: Collection[Store]) -> Board:
    """How these stores stand at `now` (aware)."""
    kiosks = _kiosks(now, {store.id: ZoneInfo(store.time_zone) for store in stores})
    found = [
        StoreBoard(
            store,
            now.astimezone(ZoneInfo(store.time_zone)).date(),
            tuple(sorted(kiosks[store.id], key=lambda kiosk: (kiosk.rank, kiosk.name))),
        )
        for store in stores
    ]
    return Board(tuple(sorted(found, key=lambda each: (each.rank, -len(each.troubles)))))


def _kiosks(now: datetime, zones: Mapping[str, ZoneInfo]) -> Mapping[str, list[Kiosk]]:
    there = models.Kiosk.objects.filter(store__in=zones).order_by("id")
    of = dict(there.values_list("id", "store_id"))
    said = {row.kiosk_id: row for row in KioskHealth.objects.filter(kiosk__in=there)}
    seen = dict(Stream.objects.filter(kiosk__in=of).values_list("kiosk").annotate(Max("seen_at")))
    parked = dict(Parked.objects.filter(kiosk__in=of).values_list("kiosk").annotate(Count("id")))
    found = defaultdict(list)
    for kiosk, store in of.items():
        at = now.astimezone(zones[store])
        found[store].append(Kiosk.of(kiosk, said.get(kiosk), seen.get(kiosk), parked.get(kiosk, 0), at))
    return found
