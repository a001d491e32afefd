"""What a kiosk tells of points that were spent there, or were not: each visit is booked once.

Money was given out, so it is booked whatever the ledger knows of it: where nothing is set aside (a database
restored from before it was, a hold that an operator released), what is not there is owed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from cloud.club import coupons, holds
from cloud.club.account import Cause, NoMember
from cloud.club.errors import Unfit, Unknown, Untimely
from cloud.club.membership import current
from cloud.club.models import Coupon, Hold, Member
from cloud.club.postings import lock_path
from cloud.club.recalls import hold_of
from cloud.club.redeeming import grant_of, spent_by
from cloud.fleet.catalogue import prices
from mqtt.events import (
    AllowanceReturned,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionGrantedOffline,
)
from mqtt.tracking import of_visit
from mqtt.vocabulary import AllowanceId, CouponCode, GroupId, KioskId, MemberId, StoreId

Given = RedemptionConfirmed | RedemptionGrantedOffline
Told = Given | RedemptionAsked | RedemptionAbandoned | AllowanceReturned

MOST: Final = 10**9
"""Points of one redemption: beyond it nobody meant it, and sums of such would leave a database's numbers."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """Who tells, and when it was: `at` by the kiosk's own clock, where that can be trusted."""

    kiosk: KioskId
    store: StoreId
    group: GroupId
    at: datetime
    received_at: datetime

    def cause(self, source: str, reason: str = "") -> Cause:
        """Why something is booked that this kiosk tells."""
        return Cause(source, self.at, self.received_at, reason, self.store, device=self.kiosk)


@transaction.atomic
def note(told: Told, by: Kiosk) -> None:
    """Book what a kiosk tells. Raises Unknown, Untimely and Unfit for what is not this kiosk's to tell."""
    match told:
        case AllowanceReturned(allowance=allowance):
            _returned(allowance, by)
        case RedemptionAsked(member=member, allowance=allowance):
            _assert_here(member, by)
            if allowance is not None:
                _returned(allowance, by)
        case RedemptionAbandoned():
            _assert_here(told.member, by)
            _abandoned(told, by)
        case _:
            _assert_here(told.member, by)
            _given(told, by)


def _given(told: Given, by: Kiosk) -> None:
    """Points are spent and a coupon is out for them."""
    _assert_whole(told)
    cause = by.cause(spent_by(by.kiosk, told.visit), "redeem")
    held = _held(told, by)
    if held is None:
        entry = holds.spend_unheld(told.member, told.points, cause)
    else:
        entry = holds.spend(held.id, told.points, cause)
    coupons.issue(
        Coupon(
            code=told.coupon,
            member_id=entry.member_id,
            store_id=by.store,
            kiosk=by.kiosk,
            points=told.points,
            rial=told.rial,
            # a clock that is ahead gives nobody more time
            issued_at=min(by.at, by.received_at),
        )
    )


def _assert_whole(told: Given) -> None:
    if told.points > MOST:
        raise Unfit(f"more than {MOST} points in one redemption")
    if told.coupon != CouponCode(of_visit(told.visit)):
        # else a visit, which is booked once, could give out as many as a kiosk likes
        raise Unfit("the coupon is not that of its visit")
    known = prices()
    if known and told.rial not in {told.points * each for each in known}:
        raise Unfit(f"no catalogue gives {told.rial} Rial for {told.points} points")


def _held(told: Given, by: Kiosk) -> Hold | None:
    if isinstance(told, RedemptionGrantedOffline):
        return _allowance(told.allowance, by)
    return Hold.objects.filter(source_key=grant_of(by.kiosk, told.visit)).first()


def _abandoned(told: RedemptionAbandoned, by: Kiosk) -> None:
    """Nothing is spent; an ask that arrives after this finds that it was."""
    name = grant_of(by.kiosk, told.visit)
    lock_path(told.member)
    held = Hold.objects.filter(source_key=name).first()
    if held is not None:
        holds.free(held.id, by.cause(f"abandoned:{by.kiosk}/{told.visit}"))
        return
    Hold.objects.create(
        member_id=current(told.member),
        points=told.points,
        purpose=holds.REDEMPTION,
        device=by.kiosk,
        made_at=by.received_at,
        source_key=name,
        state="released",
        ended_at=by.received_at,
    )


def _returned(allowance: AllowanceId, by: Kiosk) -> None:
    held = _allowance(allowance, by)
    if held is not None:
        holds.free(held.id, by.cause(f"returned:{allowance}"))


def _allowance(allowance: AllowanceId, by: Kiosk) -> Hold | None:
    """None for one that this database never lent, or knows no more."""
    held = Hold.objects.filter(source_key=hold_of(allowance)).first()
    if held is not None and held.device != by.kiosk:
        raise Untimely(f"this allowance was lent to {held.device}")
    return held


def _assert_here(member: MemberId, by: Kiosk) -> None:
    group = Member.objects.filter(id=member).values_list("group_id", flat=True).first()
    if group is None:
        raise NoMember(f"there is no member {member}")
    if group != by.group:
        raise Unknown(f"{member} is no member of {by.group}, where {by.kiosk} stands")
