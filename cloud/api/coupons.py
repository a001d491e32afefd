"""Coupons of the kiosks, as tills take them: money off, for points that were spent when they were made."""

from datetime import UTC, datetime

from ninja import Router

from cloud.api.documents import Code, CouponShown, Using
from cloud.api.guard import Asked, Key, assert_speaks_for
from cloud.api.idempotency import Reply, idempotent
from cloud.api.models import ApiKey
from cloud.api.problems import CONFLICT, NOT_FOUND, Problem
from cloud.api.sales import SENT_OTHERWISE
from cloud.club.coupons import Spent, Use, use
from cloud.club.documents import Otherwise
from cloud.club.models import Coupon
from cloud.fleet.models import Store
from mqtt.tracking import parse
from mqtt.vocabulary import BadCode, CouponCode, StoreId

MISTYPED = "Type the code again: a character of it is wrong, or two are swapped."
UNKNOWN = (
    "No kiosk has told of this coupon yet; one that is without a network may have made it. Take it by the"
    " shop's own rule for that and keep it, and send its use when it is known here."
)
router = Router(tags=["coupons"])


@router.get("/coupons/{code}", auth=Key("redemptions:write"), response=CouponShown)
def coupon(request: Asked, code: Code) -> CouponShown:
    """A coupon: what it is worth, until when, and whether it was used."""
    return _shown(_known(request.auth, code))


@router.post(
    "/coupons/{code}/uses", auth=Key("redemptions:write"), response={200: CouponShown, 201: CouponShown}
)
@idempotent
def use_coupon(request: Asked, code: Code, asked: Using) -> Reply:
    """A coupon pays part of an invoice, once: 201, and 200 where the document was there before."""
    assert_speaks_for(request.auth, asked.store)
    found = _known(request.auth, code)
    if not Store.objects.filter(id=asked.store, group=found.store.group_id).exists():
        raise Problem(NOT_FOUND, UNKNOWN)
    taking = Use(CouponCode(found.code), StoreId(asked.store), asked.number, asked.invoice)
    try:
        used, new = use(taking, datetime.now(UTC))
    except Otherwise:
        raise Problem(CONFLICT, SENT_OTHERWISE) from None
    except Spent as error:
        raise Problem(CONFLICT, f"Take no money off for it: {error}.") from None
    return Reply(201 if new else 200, _shown(used))


def _known(key: ApiKey, code: str) -> Coupon:
    """A coupon of a group in which the key has a store. Raises Problem."""
    try:
        said = parse(code)
    except BadCode:
        raise Problem(NOT_FOUND, MISTYPED) from None
    groups = Store.objects.filter(apikey=key).values("group")
    found = Coupon.objects.select_related("store").filter(code=said, store__group__in=groups).first()
    if found is None:
        raise Problem(NOT_FOUND, UNKNOWN)
    return found


def _shown(row: Coupon) -> CouponShown:
    return CouponShown(
        code=row.code,
        member=row.member_id,
        store=row.store_id,
        points=row.points,
        rial=row.rial,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        used_store=row.used_store_id,
        number=row.used_number,
        invoice=row.invoice,
    )
