"""What a clerk sees of a member: what they have, what lapses, what they bought, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from cloud.club import accounts
from cloud.club.models import Card, Coupon, Entry, Person, Purchase, Return
from cloud.club.returns import APPLIED
from cloud.desk import wording
from cloud.desk.language import active
from cloud.fleet import catalogue
from cloud.fleet.models import Store
from cloud.voice.conversations import talks
from cloud.voice.models import Ticket
from mqtt.vocabulary import MemberId

PURCHASES: Final = 5
TICKETS: Final = 50
"""Of a member's newest tickets it is looked which are open."""


@dataclass(frozen=True)
class Shown:
    """A member on a clerk's page. Money in Rial; `rate` is Rial for a point."""

    id: MemberId
    name: str
    standing: accounts.Standing
    rate: int
    coupons: list[Coupon]
    purchases: list[Purchase]
    tickets: int
    cards: list[Card]

    @property
    def money(self) -> int:
        """What the points that can be spent are worth."""
        return max(0, self.standing.available) * self.rate

    @property
    def lapsing(self) -> list[tuple[datetime, int]]:
        """What lapses first: when, and how many points."""
        return sorted(self.standing.lapsing.items())[:2]


def shown(member: MemberId, now: datetime) -> Shown:
    """A member with all that the page says."""
    return Shown(
        id=member,
        name=name_of(member),
        standing=accounts.standings([member], now)[member],
        rate=catalogue.price(),
        coupons=open_coupons(member, now),
        purchases=bought(member),
        tickets=_open_tickets(member),
        cards=list(Card.objects.filter(member=member, status="active").order_by("issued_at", "key")),
    )


def name_of(member: str) -> str:
    """What a member is called; one without a person is called so."""
    person = Person.objects.filter(member=member).first()
    name = f"{person.given_name} {person.family_name}".strip() if person else ""
    return name or _("Member without a name")


def open_coupons(member: str, now: datetime) -> list[Coupon]:
    """The coupons of a member that a till would take, those that end first in front."""
    found = Coupon.objects.filter(member=member, used_at=None, expires_at__gt=now)
    return list(found.order_by("expires_at", "code")[:20])


def bought(member: str) -> list[Purchase]:
    """What a member bought, the newest first."""
    return list(Purchase.objects.filter(member=member).select_related("store").order_by("-id")[:PURCHASES])


@dataclass(frozen=True)
class BoughtLine:
    """A purchase in a history: what it cost, what came back of it, and the points that it left."""

    purchase: Purchase
    total: int
    back: int
    points: int


def lines(purchases: Sequence[Purchase]) -> list[BoughtLine]:
    """Purchases as lines of a history."""
    return [BoughtLine(one, total(one), *_since(one)) for one in purchases]


def _since(purchase: Purchase) -> tuple[int, int]:
    named = {"store": purchase.store_id, "invoice": purchase.invoice}
    came = Return.objects.filter(**named, state=APPLIED).values_list("lines", flat=True)
    earned = Entry.objects.filter(**named, kind__in=("earn", "clawback")).aggregate(sum=Sum("points"))["sum"]
    return sum(sum(back.values()) for back in came), earned or 0


def store_name(store: Store) -> str:
    """A store's name in the page's language."""
    return wording.store_name(store, active())


def total(purchase: Purchase) -> int:
    """What an invoice cost, in Rial."""
    return sum(line["amount"] for line in purchase.lines)


def _open_tickets(member: str) -> int:
    newest = Ticket.objects.filter(member=member).order_by("-opened_at", "code")
    codes = list(newest.values_list("code", flat=True)[:TICKETS])
    return sum(talk.state != "closed" for talk in talks(codes).values())
