"""What the tests of spending at kiosks share: points to spend, asks, and what a kiosk then tells."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cloud.club import postings, redeeming
from cloud.club.account import Cause, Terms
from cloud.club.accounts import Standing, standings
from cloud.club.decisions import Allowances, decide, written
from cloud.club.models import Entry, Hold
from cloud.club.recalls import hold_of
from cloud.club.redeeming import grant_of
from mqtt.down import Lent, Spend
from mqtt.events import (
    AllowanceReturned,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionGrantedOffline,
)
from mqtt.tracking import of_visit
from mqtt.vocabulary import AllowanceId, CouponCode, KioskId, MemberId, Points, VisitId, WalletId
from tests.cloud.kiosks import MEMBER, NOON

VANAK, TAJRISH = KioskId("vanak-1"), KioskId("tajrish-1")
RIAL = 1000
"""Money off for a point."""


def give(points: int, member: MemberId = MEMBER, until: datetime | None = None) -> None:
    """Points that can be spent since a day before noon."""
    day_before = NOON - timedelta(days=1)
    number = Entry.objects.count()
    cause = Cause(f"gift/{number}", day_before, day_before)
    postings.goodwill(member, Points(points), cause, Terms(day_before, until))


WALLET = WalletId("a" * 16)


def allow(most: int, percent: int = 100) -> None:
    """Let kiosks hold so many points of a member."""
    decide(Allowances, written(Allowances(most, percent)))


def lend(kiosk: KioskId = VANAK, member: MemberId = MEMBER, at: datetime = NOON) -> Lent:
    """An allowance that there is."""
    lent = redeeming.lend(kiosk, WALLET, member, at)
    assert lent is not None
    return lent


def ask(
    visit: int,
    points: int,
    kiosk: KioskId = VANAK,
    given_back: AllowanceId | None = None,
    member: MemberId = MEMBER,
) -> bool:
    return redeeming.ask(kiosk, member, Spend(visit_id(visit), Points(points), given_back), NOON)


def asked(visit: int, points: int, allowance: AllowanceId | None = None) -> RedemptionAsked:
    return RedemptionAsked(visit_id(visit), MEMBER, Points(points), allowance)


def confirmed(visit: int, points: int, member: MemberId = MEMBER) -> RedemptionConfirmed:
    return RedemptionConfirmed(visit_id(visit), member, Points(points), points * RIAL, coupon(visit))


def abandoned(visit: int, points: int) -> RedemptionAbandoned:
    return RedemptionAbandoned(visit_id(visit), MEMBER, Points(points), "no-reply")


def granted(visit: int, points: int, allowance: AllowanceId) -> RedemptionGrantedOffline:
    money, code = points * RIAL, coupon(visit)
    return RedemptionGrantedOffline(visit_id(visit), MEMBER, allowance, Points(points), money, code)


def returned(allowance: AllowanceId) -> AllowanceReturned:
    return AllowanceReturned(allowance)


def coupon(visit: int) -> CouponCode:
    return CouponCode(of_visit(visit_id(visit)))


def visit_id(number: int) -> VisitId:
    """Of visits whose coupons differ: a code is made of the first 45 bits."""
    return VisitId(f"{number << 20:016x}")


@dataclass(frozen=True)
class Has:
    """What a member has now."""

    available: int
    held: int = 0


def has(member: MemberId = MEMBER, at: datetime = NOON) -> Has:
    found: Standing = standings([member], at)[member]
    return Has(found.available, found.held)


def spent(member: MemberId = MEMBER) -> list[int]:
    """What was spent, an entry each."""
    found = Entry.objects.filter(member=member, kind="redeem").order_by("id")
    return list(found.values_list("points", flat=True))


def lent_hold(lent: Lent) -> Hold:
    return Hold.objects.get(source_key=hold_of(lent.allowance))


def granted_hold(visit: int, kiosk: KioskId = VANAK) -> Hold:
    return Hold.objects.get(source_key=grant_of(kiosk, visit_id(visit)))
