"""Who comes and goes at the kiosk beside a till, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Final

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from cloud.collector.models import StoredEvent
from cloud.desk.access import viewer
from cloud.desk.stream import asked_before, event_stream, the_tail
from cloud.desk.tail import RETRY, Item, message
from cloud.desk.till import tills
from cloud.desk.till.arrivals import TYPES, Arrival, present
from cloud.desk.till.customers import Customer
from cloud.desk.till.finding import Nobodys, NotFound, of_card
from cloud.fleet.models import Till
from mqtt.vocabulary import MemberId

_AGAIN: Final = 0.5
"""Seconds after which it is looked again for a member who joined at the kiosk just now."""
_LOOKS: Final = 10


class Told(msgspec.Struct, omit_defaults=True):
    """What the page is told: a token of who is there and for how long, in ms; or nobody, and why.

    `known` is a member; otherwise the token is for a card that is nobody's yet.
    """

    visit: str = ""
    token: str = ""
    known: bool = False
    leaves: int = 0
    said: str = ""


@login_not_required
@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """The stream of the till that this browser is at; 204, which ends it, where no kiosk is beside it."""
    till = await asked_before(tills.here, request)
    if till is None or till.kiosk_id is None:
        return HttpResponse(status=204)
    clerk = viewer(request).user
    return event_stream(_events(till, clerk), clerk)


async def _events(till: Till, clerk: int) -> AsyncGenerator[bytes]:
    yield f"retry: {RETRY}\n\n".encode()
    tail, last = the_tail(), None
    async for come in tail.watch(lambda item: _is_of(item, till.kiosk_id)):
        if not come:
            yield b": still here\n\n"
            continue
        arrival = await tail.ask(present, str(till.kiosk_id), datetime.now(UTC))
        told = await _told(till, clerk, arrival)
        new = (told.visit, told.known, told.said)
        if new != last:
            last = new
            yield message(msgspec.json.encode(told).decode(), event="customer")


async def _told(till: Till, clerk: int, arrival: Arrival | None) -> Told:
    if arrival is None:
        return Told()
    for _ in range(_LOOKS if arrival.joined else 1):
        told = await the_tail().ask(_look_up, till, clerk, arrival)
        if told.known or not arrival.joined:
            break
        await asyncio.sleep(_AGAIN)
    return told


def _look_up(till: Till, clerk: int, arrival: Arrival) -> Told:
    now = datetime.now(UTC)
    left = int(arrival.leaves_in(now).total_seconds() * 1000)
    try:
        member = of_card(arrival.cards, till)
    except Nobodys:
        member = MemberId("")
    except NotFound as error:
        return Told(arrival.visit, said=str(error), leaves=left)
    token = Customer(till.id, member, arrival.visit, clerk, now).token
    return Told(arrival.visit, token, bool(member), left)


def _is_of(item: Item, kiosk: str | None) -> bool:
    row = item.said
    return isinstance(row, StoredEvent) and row.type in TYPES and row.stream.kiosk == kiosk
