"""Tickets and what was said to them: written by the poster and by the shop, read for the kiosks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction

from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, among, insert
from cloud.voice.buckets import day_of
from cloud.voice.models import Message, MessageSeen, Ticket
from cloud.voice.tickets import Better, Said, State, state, waiting
from mqtt.down import MAX_ANSWER, Answer, Movement
from mqtt.events import ReplySeen, TicketOpened
from mqtt.shapes import decode
from mqtt.vocabulary import MemberId, StoreId, TicketCode, TicketKind

MOST = 5
"""Tickets with an answer of which a kiosk is told, so that a row stays small."""

_TICKETS = Into(
    "voice_ticket", ("code", "event", "member", "store_id", "kind", "category", "line", "opened_at")
)
_SEEN = Into(
    "voice_messageseen", ("event", "ticket_id", "number", "better", "at"), "ON CONFLICT (event) DO NOTHING"
)
_TAKEN = "SELECT code, event FROM voice_ticket WHERE code {}"


class TicketError(Exception):
    """Why something cannot be done to a ticket."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket, by the stored event that says so."""

    event: int
    store: StoreId
    at: datetime
    said: TicketOpened


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer that was read, by the stored event that says so."""

    event: int
    at: datetime
    said: ReplySeen


@dataclass(slots=True)
class Talk:
    """A ticket's conversation: what the shop said, in order, and what the member said to each message."""

    said: list[Said] = field(default_factory=list)
    seen: dict[int, Better] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """How the ticket stands."""
        return state(self.said, self.seen)

    @property
    def waiting(self) -> int | None:
        """The number of the message that is to be read."""
        return waiting(self.said, self.seen)


def open_tickets(opened: Collection[Opened]) -> None:
    """Keep tickets, in the caller's transaction; raises TicketError where another one has a code."""
    codes = {each.said.ticket: each for each in opened}
    if len(codes) < len({each.event for each in opened}):
        raise TicketError("two tickets have the same tracking code")
    with connection.cursor() as cursor:
        for code, event in among(cursor, _TAKEN, codes):
            if event != codes.pop(code).event:
                raise TicketError(f"another ticket has the tracking code {code}")
        insert(cursor, _TICKETS, [_values(each) for _, each in sorted(codes.items())])


def note_seen(seen: Collection[Seen]) -> set[MemberId]:
    """Keep what was read, in the caller's transaction; whose row at the kiosks is older than that."""
    rows = [
        (each.event, each.said.ticket, each.said.reply, each.said.better or "", stored(each.at))
        for each in seen
    ]
    with connection.cursor() as cursor:
        insert(cursor, _SEEN, rows)
    return {each.said.member for each in seen}


def talks(codes: Collection[str]) -> dict[str, Talk]:
    """The conversation of each ticket; of what was said twice to a message, the last counts."""
    found: defaultdict[str, Talk] = defaultdict(Talk)
    messages = Message.objects.filter(ticket__in=codes).order_by("number")
    for code, number, closes in messages.values_list("ticket_id", "number", "closes"):
        found[code].said.append(Said(number, closes))
    seen = MessageSeen.objects.filter(ticket__in=codes).order_by("at", "event")
    for code, number, better in seen.values_list("ticket_id", "number", "better"):
        found[code].seen[number] = cast("Better", better)
    return {code: found[code] for code in codes}


def replies(members: Collection[MemberId]) -> dict[MemberId, tuple[TicketCode, ...]]:
    """Each member's tickets whose answer waits, the oldest first; one who has none is not in it."""
    tickets = Ticket.objects.filter(member__in=members, code__in=Message.objects.values("ticket_id"))
    owners = dict(tickets.order_by("opened_at", "code").values_list("code", "member"))
    found: defaultdict[MemberId, tuple[TicketCode, ...]] = defaultdict(tuple)
    for code, talk in talks(owners).items():
        if talk.waiting is not None:
            found[MemberId(owners[code])] += (TicketCode(code),)
    return {member: codes[:MOST] for member, codes in found.items()}


def reply(member: MemberId, code: TicketCode) -> Answer | None:
    """The answer that waits for this member under a code; None for none, and for another's ticket."""
    ticket = Ticket.objects.filter(code=code, member=member).select_related("store").first()
    number = talks([code])[code].waiting
    if ticket is None or number is None:
        return None
    return Answer(
        ticket=code,
        reply=number,
        kind=cast("TicketKind", ticket.kind),
        category=ticket.category,
        on=day_of(ticket.opened_at, ZoneInfo(ticket.store.time_zone)),
        text=Message.objects.get(ticket=code, number=number).text,
        line=line_of(ticket),
    )


def line_of(ticket: Ticket) -> Movement | None:
    """The movement that a ticket is about."""
    return decode(ticket.line.encode(), Movement) if ticket.line else None


def answer(code: TicketCode, text: str, now: datetime) -> None:
    """Say something to a ticket, which the member reads at a kiosk. Raises TicketError."""
    words = " ".join(text.split())
    if not words:
        raise TicketError("an answer has words")
    if len(words) > MAX_ANSWER:
        raise TicketError(f"an answer has at most {MAX_ANSWER} characters, not {len(words)}")
    _say(code, now, text=words)


def close(code: TicketCode, now: datetime) -> None:
    """Close a ticket; an answer that was not read yet is read no more. Raises TicketError."""
    _say(code, now, closes=True)


def _say(code: TicketCode, now: datetime, *, text: str = "", closes: bool = False) -> None:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(code=code).first()
        if ticket is None:
            raise TicketError(f"there is no ticket {code}")
        number = Message.objects.filter(ticket=ticket).count() + 1
        Message.objects.create(ticket=ticket, number=number, text=text, closes=closes, at=now)


def _values(each: Opened) -> tuple[str | int, ...]:
    said = each.said
    line = msgspec.json.encode(said.line).decode() if said.line else ""
    return (
        *(said.ticket, each.event, said.member, each.store),
        *(said.kind, said.category, line, stored(each.at)),
    )
