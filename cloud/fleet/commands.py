"""Commands to kiosks: given once, sent until the kiosk's own event says what became of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from cloud.fleet.models import Command, Kiosk
from mqtt import down
from mqtt.events import CommandDone
from mqtt.vocabulary import KioskId

KINDS = get_args(down.CommandKind)
AT_ONCE = 20
"""Commands sent to one kiosk in answer to a hello."""


class Unknown(ValueError):
    """No such kiosk, or no such command; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Done:
    """A kiosk's word on a command, and when it came."""

    kiosk: KioskId
    event: CommandDone
    at: datetime


def give(kiosk: str, kind: str, within: timedelta, now: datetime) -> str:
    """Give a command to a kiosk; its id. Raises Unknown."""
    if kind not in KINDS:
        raise Unknown(f"a command is one of {', '.join(KINDS)}, not {kind!r}")
    if not Kiosk.objects.filter(id=kiosk).exists():
        raise Unknown(f"there is no kiosk {kiosk!r}")
    made = Command(id=secrets.token_hex(8), kiosk_id=kiosk, kind=kind, deadline=now + within, given_at=now)
    made.save(force_insert=True)
    return made.id


def take_unsent(now: datetime) -> list[tuple[KioskId, down.Command]]:
    """Commands that were never sent; from now on they count as sent, and go again at each hello."""
    found = list(Command.objects.filter(sent_at=None).order_by("given_at"))
    if found:
        Command.objects.filter(id__in=[one.id for one in found]).update(sent_at=now)
    return [(KioskId(one.kiosk_id), _wire(one)) for one in found]


def undone(kiosk: KioskId) -> list[down.Command]:
    """Of which commands a kiosk has not said what became of them; late ones too, for it is to say so."""
    found = Command.objects.filter(kiosk=kiosk, result="").order_by("given_at")
    return [_wire(one) for one in found[:AT_ONCE]]


def finish(done: Iterable[Done]) -> None:
    """Note what became of commands; the first word on each stays, and a kiosk speaks only of its own."""
    for each in done:
        Command.objects.filter(id=each.event.command, kiosk=each.kiosk, result="").update(
            result=each.event.result, detail=each.event.detail, done_at=each.at
        )


def _wire(row: Command) -> down.Command:
    return down.Command(row.id, row.kind, row.deadline)
