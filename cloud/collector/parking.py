"""Where messages and rows go that cannot be stored, with the reason.

A row keeps its place in its stream and is kept whole, like the events around it: it may be read after a mend.
A message has no place; of those a bounded number is kept, the others are only counted.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max

from cloud.collector.models import Parked
from mqtt.vocabulary import KioskId

MAX_RAW = 8 * 1024
"""Bytes kept of one message."""
MAX_AN_HOUR = 100
"""Messages kept of one kiosk within any hour; all that no kiosk of the club sent counts as one kiosk's."""
MAX_KEPT = 1000
"""Messages kept of one kiosk until they are retired."""
HOUR = timedelta(hours=1)

NOBODY = KioskId("")
"""Whose a thing is that no kiosk of the club sent."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A message or a row, and why it is parked; `stream`, `sequence` and `chain` are a row's."""

    topic: str
    kiosk: KioskId
    reason: str
    raw: bytes
    stream: int | None = None
    sequence: int | None = None
    chain: str = ""

    @property
    def kept(self) -> bytes:
        """The bytes to be kept: of what a person said of themselves, none."""
        if self.topic.endswith("/up/person"):
            return b""
        return self.raw if self.stream is not None else self.raw[:MAX_RAW]


class Lot:
    """The parking of one transaction; `write` puts what `park` was given into the database."""

    def __init__(self, now: datetime) -> None:
        """Begin empty; `now` is when everything in it was received."""
        self._now = now
        self._things: list[Thing] = []

    def park(self, thing: Thing) -> None:
        """Take a thing."""
        self._things.append(thing)

    def write(self) -> None:
        """Keep every row and as many messages as the bounds allow, and count the others."""
        things, self._things = self._things, []
        messages = [thing for thing in things if thing.stream is None]
        room = {kiosk: self._room(kiosk) for kiosk in {message.kiosk for message in messages}}
        beyond = Counter[KioskId]()
        rows = [self._row(thing) for thing in things if thing.stream is not None]
        for message in messages:
            room[message.kiosk] -= 1
            if room[message.kiosk] >= 0:
                rows.append(self._row(message))
            else:
                beyond[message.kiosk] += 1
        Parked.objects.bulk_create(rows)
        for kiosk, times in beyond.items():
            _count(kiosk, times)

    def _room(self, kiosk: KioskId) -> int:
        kept = Parked.objects.filter(kiosk=kiosk, stream=None)
        recent = kept.filter(received_at__gt=self._now - HOUR)
        return min(MAX_AN_HOUR - recent[:MAX_AN_HOUR].count(), MAX_KEPT - kept[:MAX_KEPT].count())

    def _row(self, thing: Thing) -> Parked:
        return Parked(
            topic=thing.topic[:200],
            kiosk=thing.kiosk,
            stream_id=thing.stream,
            sequence=thing.sequence,
            chain=thing.chain,
            reason=thing.reason[:300],
            raw=thing.kept,
            received_at=self._now,
        )


def _count(kiosk: KioskId, times: int) -> None:
    newest = Parked.objects.filter(kiosk=kiosk, stream=None).aggregate(newest=Max("id"))["newest"]
    Parked.objects.filter(id=newest).update(times=F("times") + times)
