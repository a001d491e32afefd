"""The journal of a kiosk that never was: rows with a proper chain, in messages as a kiosk sends them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cloud.club.demo.shops import Shop
from mqtt.envelope import MAX_EVENTS, START, Envelope, encode_batch, encode_data, next_chain, type_name
from mqtt.events import Event
from mqtt.topics import up
from mqtt.vocabulary import Chain, Epoch, KioskId, Sequence

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """A message as it would have been published."""

    topic: str
    payload: bytes


@dataclass
class Journal:
    """One stream. `now` is the kiosk's clock, which only goes forward."""

    shop: Shop
    kiosk: KioskId
    epoch: Epoch
    now: datetime = LONG_AGO
    _sequence: int = 0
    _chain: Chain = START
    _rows: list[Envelope] = field(default_factory=list)

    def begin(self, moment: datetime) -> None:
        """Go to a moment; a little later if the one before is still at the kiosk."""
        self.now = max(moment, self.now + timedelta(seconds=4))

    def record(self, event: Event, after: float = 0.0) -> None:
        """Append an event that happened `after` seconds from now, which then is now."""
        self.now += timedelta(milliseconds=round(1000 * after))
        self._sequence += 1
        kind, data = type_name(event), encode_data(event)
        self._chain = next_chain(self._chain, f"{self.epoch}-{self._sequence}", kind, data)
        place = (self.shop.store, self.kiosk, self.epoch, Sequence(self._sequence), self._chain)
        self._rows.append(Envelope(*place, kind, self.now, "synced", data))

    def send(self) -> Iterator[Sent]:
        """What was recorded since the last time, in as few messages as may be."""
        rows, self._rows = self._rows, []
        for start in range(0, len(rows), MAX_EVENTS):
            yield Sent(up(self.kiosk, "events"), encode_batch(rows[start : start + MAX_EVENTS]))
