"""How the kiosks are: of each the last that it said, and what it said of every five minutes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import transaction
from msgspec.structs import asdict

from cloud.fleet.models import HealthSample, Kiosk, KioskHealth
from mqtt.down import Health
from mqtt.vocabulary import KioskId

MAX_READERS: Final = 20
"""Readers of one kiosk that are kept."""
EVERY: Final = timedelta(minutes=5)
"""From one sample to the next."""
KEPT: Final = timedelta(days=35)
"""How long samples are kept: a month can be looked back on whole, whatever the day."""
BITE: Final = 500
"""Samples that are let go of in one transaction."""
_SAMPLED: Final = ("online", "queue", "queue_age", "disk_free", "temperature", "clock")


@dataclass(frozen=True, slots=True)
class Said:
    """What came on a kiosk's topic; `at` is None where the broker had kept it from an unknown time."""

    kiosk: KioskId
    health: Health
    at: datetime | None


@transaction.atomic
def keep(said: Said) -> None:
    """Keep the word of a kiosk of the club in place of its last; a last will only takes it offline."""
    row = KioskHealth.objects.filter(kiosk=said.kiosk).first()
    known = row is not None
    if row is None:
        if not Kiosk.objects.filter(id=said.kiosk).exists():
            return
        row = KioskHealth(kiosk_id=said.kiosk)
    fields = _fields(said, row) if said.health.online else {"online": False}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(force_insert=not known, force_update=known)
    if said.at is not None:
        _sample(row, said.at)


def begin_of(moment: datetime) -> datetime:
    """When the five minutes began in which a moment (aware) is."""
    return moment - timedelta(seconds=moment.timestamp() % EVERY.total_seconds())


def forget(now: datetime, bite: int = BITE) -> int:
    """Let go of the oldest samples that are too old, at most so many; how many went."""
    # in the order in which they were written they are in that of time: no index of the times is needed
    oldest = HealthSample.objects.order_by("id").values_list("id", "at")[:bite]
    gone = [number for number, at in oldest if at < now - KEPT]
    HealthSample.objects.filter(id__in=gone).delete()
    return len(gone)


def _fields(said: Said, before: KioskHealth) -> dict[str, Any]:
    readers = dict(islice(said.health.readers.items(), MAX_READERS))
    when = {} if said.at is None else {"heard_at": said.at}
    # of what only the broker remembers nobody knows since when it is so: at the latest since now
    since = before.reader_down_since or said.at or datetime.now(UTC)
    down = None if all(readers.values()) else since
    remade = {"remade_at": _remade_at(said, before)}
    return asdict(said.health) | {"readers": readers, "reader_down_since": down} | remade | when


def _remade_at(said: Said, before: KioskHealth) -> datetime | None:
    """When its card's data was made anew the last time, which is when that was first heard."""
    if not said.health.remade:
        return None  # another card
    again = said.health.remade > before.remade
    return (said.at or datetime.now(UTC)) if again or before.remade_at is None else before.remade_at


def _sample(row: KioskHealth, at: datetime) -> None:
    sample = HealthSample(
        kiosk_id=row.kiosk_id,
        at=begin_of(at),
        readers_down=sum(not up for up in row.readers.values()),
        **{name: getattr(row, name) for name in _SAMPLED},
    )
    HealthSample.objects.bulk_create(
        [sample],
        update_conflicts=True,
        unique_fields=("kiosk", "at"),
        update_fields=(*_SAMPLED, "readers_down"),
    )
