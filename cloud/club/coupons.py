"""Coupons: money off that kiosks gave out for points, which a till takes once. No use books points."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from cloud.club.decisions import Coupons, decided
from cloud.club.documents import Otherwise, alone_with
from cloud.club.errors import Unknown, Untimely
from cloud.club.models import Coupon
from mqtt.vocabulary import CouponCode, StoreId

log = logging.getLogger("cloud.club")


class Use(NamedTuple):
    """A document by which a till takes a coupon as part of an invoice."""

    code: CouponCode
    store: StoreId
    number: str
    invoice: str


class Used(NamedTuple):
    """The coupon, and whether it was not used before."""

    coupon: Coupon
    new: bool


class Spent(Untimely):
    """A coupon that was used before, or whose last day is over."""


def issue(made: Coupon) -> None:
    """Keep what a kiosk gave out, once; `expires_at` follows from when, and from what the club decided."""
    made.expires_at = made.issued_at + timedelta(days=decided(Coupons).days)
    there = Coupon.objects.filter(code=made.code).first()
    if there is None:
        made.save(force_insert=True)
    elif (there.kiosk, there.points, there.rial) != (made.kiosk, made.points, made.rial):
        log.error("coupon %s: %s gave it out too, its code by chance the same", made.code, made.kiosk)


@transaction.atomic
def use(asked: Use, at: datetime) -> Used:
    """Take a coupon. Raises Unknown, Spent, and Otherwise for a document that took another one."""
    alone_with(f"coupon:{asked.store}/{asked.number}")
    coupon = Coupon.objects.select_for_update().filter(code=asked.code).first()
    if coupon is None:
        raise Unknown("there is no such coupon")
    before = Coupon.objects.filter(used_store=asked.store, used_number=asked.number).first()
    if before is not None:
        if (before.code, before.invoice) != (asked.code, asked.invoice):
            raise Otherwise("this document was sent before and said something else")
        return Used(before, new=False)
    _assert_good(coupon, at)
    coupon.used_at, coupon.used_store_id = at, asked.store
    coupon.used_number, coupon.invoice = asked.number, asked.invoice
    coupon.save(update_fields=("used_at", "used_store", "used_number", "invoice"))
    return Used(coupon, new=True)


def _assert_good(coupon: Coupon, at: datetime) -> None:
    if coupon.used_at is not None:
        raise Spent(f"this coupon was used at {coupon.used_store_id} on {coupon.used_at:%Y-%m-%d %H:%M} UTC")
    if coupon.expires_at <= at:
        raise Spent(f"this coupon was good until {coupon.expires_at:%Y-%m-%d %H:%M} UTC")
