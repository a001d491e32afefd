"""Where messages and rows go that cannot be stored: kept with the reason up to a bound, then only counted."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max

from cloud.collector.models import Parked
from mqtt.vocabulary import KioskId

MAX_RAW = 64 * 1024
"""Bytes kept of one thing."""
MAX_AN_HOUR = 100
"""Things kept of one kiosk within any hour; all that no kiosk of the club sent counts as one kiosk's."""
HOUR = timedelta(hours=1)

NOBODY = KioskId("")
"""Whose a thing is that no kiosk of the club sent."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A message or a row, and why it is parked; `stream` and `sequence` where its place is known."""

    topic: str
    kiosk: KioskId
    reason: str
    raw: bytes
    stream: int | None = None
    sequence: int | None = None


class Lot:
    """The parking of one transaction; `write` puts what `park` was given into the database."""

    def __init__(self, now: datetime) -> None:
        """Begin empty; `now` is when everything in it was received."""
        self._now = now
        self._things: list[Thing] = []

    def __len__(self) -> int:
        """How many things were parked."""
        return len(self._things)

    def park(self, thing: Thing) -> None:
        """Take a thing."""
        self._things.append(thing)

    def write(self) -> None:
        """Keep as many things as the cap allows, and count the others."""
        if not self._things:
            return
        kept: Counter[KioskId] = Counter({kiosk: self._recent(kiosk) for kiosk in self._kiosks()})
        rows, beyond = [], Counter[KioskId]()
        for thing in self._things:
            if kept[thing.kiosk] < MAX_AN_HOUR:
                kept[thing.kiosk] += 1
                rows.append(self._row(thing))
            else:
                beyond[thing.kiosk] += 1
        Parked.objects.bulk_create(rows)
        for kiosk, times in beyond.items():
            _count(kiosk, times)

    def _kiosks(self) -> set[KioskId]:
        return {thing.kiosk for thing in self._things}

    def _recent(self, kiosk: KioskId) -> int:
        since = self._now - HOUR
        return Parked.objects.filter(kiosk=kiosk, received_at__gt=since, event=None)[:MAX_AN_HOUR].count()

    def _row(self, thing: Thing) -> Parked:
        return Parked(
            topic=thing.topic[:200],
            kiosk=thing.kiosk,
            stream_id=thing.stream,
            sequence=thing.sequence,
            reason=thing.reason[:300],
            raw=thing.raw[:MAX_RAW],
            received_at=self._now,
        )


def _count(kiosk: KioskId, times: int) -> None:
    newest = Parked.objects.filter(kiosk=kiosk, event=None).aggregate(newest=Max("id"))["newest"]
    Parked.objects.filter(id=newest).update(times=F("times") + times)
