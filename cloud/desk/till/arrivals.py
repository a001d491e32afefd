"""Who stands at a kiosk now, from what it has told: a tap, until the visit ends, another tap, or a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from cloud.collector.models import StoredEvent, Stream
from mqtt.events import NAMES, CardTapped, MemberJoined, VisitEnded
from mqtt.shapes import decode
from mqtt.vocabulary import BadMessage, CardKey, VisitId

STAYS: Final = timedelta(seconds=60)
"""So long after the tap a member is shown of whose visit nothing more was heard."""
SKEW: Final = timedelta(seconds=30)
"""By so much a kiosk's clock may be behind before a tap counts as an old one that came late."""
_BACK: Final = 200
"""Rows of a journal among which the last tap is looked for."""
_TAPS: Final[dict[str, type[CardTapped] | type[MemberJoined]]] = {
    NAMES[shape]: shape for shape in (CardTapped, MemberJoined)
}
TYPES: Final = frozenset({*_TAPS, NAMES[VisitEnded]})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A card that was laid on a kiosk, under each of its names; `joined`: they joined there just now."""

    visit: VisitId
    cards: tuple[CardKey, ...]
    at: datetime
    joined: bool

    def leaves_in(self, now: datetime) -> timedelta:
        """How long it is still shown."""
        return self.at + STAYS - now


def present(kiosk: str, now: datetime) -> Arrival | None:
    """Who is at a kiosk; None for nobody."""
    last = _rows(kiosk).filter(type__in=TYPES).order_by("-sequence").first()
    return None if last is None or _is_old(last, now) else _read(last)


def tapped(kiosk: str, visit: str) -> tuple[CardKey, ...]:
    """The card with which a visit at a kiosk began; empty for none of late."""
    rows = _rows(kiosk).filter(type=NAMES[CardTapped]).order_by("-sequence")
    found = (tap for tap in map(_read, rows) if tap is not None and tap.visit == visit)
    return next((tap.cards for tap in found), ())


def _rows(kiosk: str) -> QuerySet[StoredEvent]:
    """The newest of what a kiosk has told."""
    stream = Stream.objects.filter(kiosk=kiosk).order_by("-seen_at", "-id").first()
    if stream is None:
        return StoredEvent.objects.none()
    return StoredEvent.objects.filter(stream=stream, sequence__gt=stream.upto - _BACK)


def _is_old(row: StoredEvent, now: datetime) -> bool:
    """Whether a tap is over, or was told late by a kiosk that had been cut off."""
    late = row.clock != "unsynced" and row.received_at - row.occurred_at > STAYS + SKEW
    return late or row.received_at + STAYS <= now


def _read(row: StoredEvent) -> Arrival | None:
    shape = _TAPS.get(row.type)
    if shape is None:
        return None
    try:
        tap: CardTapped | MemberJoined = decode(row.data.encode(), shape)
    except BadMessage:  # of another release
        return None
    return Arrival(tap.visit, tap.cards, row.received_at, isinstance(tap, MemberJoined))
