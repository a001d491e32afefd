"""A member as the page shows them: who, what they have, their cards, consents, tickets and coupons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.crypto import salted_hmac

from cloud.club.accounts import Standing, balances, standings
from cloud.club.membership import merged
from cloud.club.models import (
    ACTIVE,
    BLOCKED,
    LOST,
    REKEYED,
    Card,
    Consent,
    Coupon,
    Hold,
    Lot,
    Member,
    Merge,
    Person,
)
from cloud.desk.members.known import full_name, masked, persons
from cloud.desk.members.sayings import Teller, card_state, ticket_kind
from cloud.voice.conversations import talks
from cloud.voice.models import Ticket
from mqtt.tracking import spaced
from mqtt.vocabulary import MemberId, TicketCode

SOON: Final = timedelta(days=60)
"""Points that lapse within it are told by day."""
TICKETS: Final = 50
"""Of the newest so many it is told which are open."""


class CardShown(NamedTuple):
    """A card: `ref` names it here and says nothing of its key. One that `lives` can be replaced."""

    ref: str
    state: str
    active: bool
    lives: bool
    blocked: bool
    issued_at: datetime | None
    ended_at: datetime | None


class Dated(NamedTuple):
    """Points of a day."""

    day: date
    points: int


class TicketShown(NamedTuple):
    """A ticket that is not closed; `answered`: the member has not said whether it is better."""

    code: str
    kind: str
    category: str
    opened_at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it. `ids` are the member and all who were merged into them."""

    member: Member
    ids: Sequence[MemberId]
    person: Person | None
    name: str
    phone: str
    balance: int
    standing: Standing
    pending: Sequence[Dated]
    lapsing: Sequence[Dated]
    holds: Sequence[Hold]
    cards: Sequence[CardShown]
    consents: Sequence[Consent]
    tickets: Sequence[TicketShown]
    coupons: Sequence[Coupon]
    merges: Sequence[Merge]
    zone: ZoneInfo

    @property
    def here(self) -> bool:
        """Whether something can be done for the member: they neither left nor went into another."""
        return self.member.left_on is None and self.member.merged_into_id is None


def ids_of(member: Member) -> list[MemberId]:
    """A member and all who were merged into them."""
    return merged(MemberId(member.id))


def draw(member: Member) -> Picture:
    """What there is of a member now."""
    ids, now, name = ids_of(member), datetime.now(UTC), MemberId(member.id)
    person, zone = persons([name]).get(name), Teller([name]).home
    standing = standings([name], now)[name]
    of = {"member__in": ids}
    coupons = Coupon.objects.filter(**of, used_at=None, expires_at__gt=now).select_related("store")
    return Picture(
        member=member,
        ids=ids,
        person=person,
        name=full_name(person),
        phone=masked(person.phone if person else None),
        balance=balances([name]).get(name, 0),
        standing=standing,
        pending=_pending(name, now, zone),
        lapsing=_by_day({end: some for end, some in standing.lapsing.items() if end < now + SOON}, zone),
        holds=list(Hold.objects.filter(member=name, state="open").order_by("id")),
        cards=[_shown(card) for card in _cards(ids)],
        consents=list(Consent.objects.filter(**of).order_by("-given_at", "-id")),
        tickets=_open_tickets(ids),
        coupons=list(coupons.order_by("expires_at", "code")),
        merges=list(Merge.objects.filter(Q(kept=name) | Q(gone=name), undone_at=None, confirmed_at=None)),
        zone=zone,
    )


def card_of(ids: Sequence[str], ref: str) -> Card | None:
    """The card that a page named so."""
    return next((card for card in _cards(ids) if _ref(card) == ref), None)


def _cards(ids: Sequence[str]) -> list[Card]:
    """Those that people hold; the older names of one are not cards of their own."""
    found = Card.objects.filter(member__in=ids).exclude(status=REKEYED)
    return list(found.order_by("-issued_at", "key"))


def _ref(card: Card) -> str:
    return salted_hmac("cloud.desk.members.card", card.key, algorithm="sha256").hexdigest()[:16]


def _shown(card: Card) -> CardShown:
    active, lost = card.status == ACTIVE, card.status == LOST
    blocked, state = card.status in BLOCKED, card_state(card.status)
    return CardShown(_ref(card), state, active, active or lost, blocked, card.issued_at, card.ended_at)


def _pending(member: str, now: datetime, zone: ZoneInfo) -> list[Dated]:
    lots = Lot.objects.filter(member=member, remaining__gt=0, active_from__gt=now)
    points: Counter[datetime] = Counter()
    for begins, some in lots.values_list("active_from", "remaining"):
        points[begins] += some
    return _by_day(points, zone)


def _by_day(points: dict[datetime, int], zone: ZoneInfo) -> list[Dated]:
    days: Counter[date] = Counter()
    for moment, some in points.items():
        days[moment.astimezone(zone).date()] += some
    return [Dated(day, some) for day, some in sorted(days.items())]


def _open_tickets(ids: Sequence[str]) -> list[TicketShown]:
    newest = Ticket.objects.filter(member__in=ids).order_by("-opened_at", "-code")[:TICKETS]
    tickets = {ticket.code: ticket for ticket in newest}
    return [
        TicketShown(
            spaced(TicketCode(code)),
            ticket_kind(tickets[code].kind),
            tickets[code].category,
            tickets[code].opened_at,
            talk.state == "answered",
        )
        for code, talk in talks(tickets).items()
        if talk.state != "closed"
    ]
