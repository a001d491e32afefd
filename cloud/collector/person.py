"""Personal parts of events: read, and kept apart from everything else."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db.backends.utils import CursorWrapper

from mqtt.down import Person, decode
from mqtt.envelope import MAX_BYTES
from mqtt.vocabulary import BadMessage, Epoch, KioskId

_KEEP = (
    "INSERT INTO club_personpart (event, kiosk, fields, received_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (event) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A personal part; `id` is its event's within the kiosk."""

    kiosk: KioskId
    id: str
    fields: str

    @property
    def epoch(self) -> Epoch:
        """Of the journal that holds the event."""
        return Epoch(self.id.partition("-")[0])


def read(kiosk: KioskId, payload: bytes) -> Part:
    """A message on `up/person`; BadMessage, which tells nothing of it, if it is not one."""
    if len(payload) > MAX_BYTES:
        raise BadMessage(f"{len(payload)} bytes; a personal part has at most {MAX_BYTES}")
    person = decode(payload, Person)
    return Part(kiosk, person.id, msgspec.json.encode(person.fields).decode())


def keep(cursor: CursorWrapper, parts: Sequence[Part], stamp: str) -> None:
    """Write parts; one that is there already stays as it came first."""
    if parts:
        cursor.executemany(_KEEP, [(f"{p.kiosk}/{p.id}", p.kiosk, p.fields, stamp) for p in parts])
