"""How the kiosks are: of each, the last that it said."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec.structs import asdict

from cloud.fleet.models import Kiosk, KioskHealth
from mqtt.down import Health
from mqtt.vocabulary import KioskId

MAX_READERS = 20
"""Readers of one kiosk that are kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came on a kiosk's topic; `at` is None where the broker had kept it from an unknown time."""

    kiosk: KioskId
    health: Health
    at: datetime | None


def keep(said: Said) -> None:
    """Keep the word of a kiosk of the club in place of its last; a last will only takes it offline."""
    if not Kiosk.objects.filter(id=said.kiosk).exists():
        return
    fields = _fields(said) if said.health.online else {"online": False}
    KioskHealth.objects.update_or_create(kiosk_id=said.kiosk, defaults=fields)


def _fields(said: Said) -> dict[str, Any]:
    readers = dict(islice(said.health.readers.items(), MAX_READERS))
    when = {} if said.at is None else {"heard_at": said.at}
    return asdict(said.health) | {"readers": readers} | when
