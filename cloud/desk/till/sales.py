"""A sale at a till: what it would be, and its booking, once for its document's number and wholly or not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cloud.club import accounts, coupons, recalls, sales
from cloud.club.documents import Otherwise, alone_with, sale_name
from cloud.club.errors import ClubError, Unknown, Untimely
from cloud.club.models import Coupon, Purchase
from cloud.club.postings import NotEnough
from cloud.club.rules import Credit
from cloud.club.spending import Spending, spend
from cloud.desk.access import viewer
from cloud.desk.audit import note
from cloud.desk.language import active
from cloud.desk.numerals import number
from cloud.desk.till.customers import Customer
from cloud.desk.till.forms import Sale
from cloud.desk.till.reckoning import Bill, bill
from cloud.fleet import catalogue
from cloud.fleet.models import Till, TillDocument
from mqtt.vocabulary import Points, StoreId


class Refused(ClubError):
    """What cannot be booked, and at which field it is said; the text tells a clerk what to do."""

    def __init__(self, field: str, said: str) -> None:
        """Say it at a field."""
        super().__init__(said)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A sale as it would be booked now."""

    bill: Bill
    credits: Sequence[Credit]
    coupon: Coupon | None

    @property
    def earned(self) -> int:
        """Points, by all rules together."""
        return sum(credit.points for credit in self.credits)


class Serving(NamedTuple):
    """Whom a till serves, and when."""

    customer: Customer
    till: Till
    now: datetime


def reckon(sale: Sale, at: Serving) -> Reckoned:
    """What a sale earns and what is paid of it; nothing is stored. Raises Refused."""
    found = _coupon(sale, at)
    made = _bill(sale, found, at)
    asked = _purchase(sale, at)
    asked.paid = made.pay
    return Reckoned(made, sales.quote(asked), found)


def take(request: HttpRequest, sale: Sale, at: Serving) -> TillDocument:
    """Book a sale, or give what it was booked as before. Raises Refused."""
    try:
        with _refusals(), transaction.atomic():
            return _taken(request, sale, at)
    except NotEnough as error:
        # in a transaction of its own: what kiosks hold is called back although the sale is not booked
        out = recalls.out(at.customer.member)
        recalls.recall(at.customer.member, at.now)
        raise _too_many(error.available, out) from None


def _taken(request: HttpRequest, sale: Sale, at: Serving) -> TillDocument:
    customer, till, now = at
    alone_with(f"till:{sale.document}")
    said = sale.said(customer.member)
    before = TillDocument.objects.filter(number=sale.document).first()
    if before is not None:
        return same(before, said, till)
    locked = Till.objects.select_for_update().get(id=till.id)
    reckoned = reckon(sale, at)
    if sale.shown is not None and sale.shown != reckoned.bill.pay:
        raise Refused("amount", _("The bill has changed meanwhile: look at it once more, then confirm."))
    invoice = sale.invoice or _next(locked)
    _book(sale, at, invoice, reckoned)
    note(request, "sale", f"member:{customer.member}", store=till.store_id, detail=_noted(at, invoice))
    return TillDocument.objects.create(
        number=sale.document,
        kind="sale",
        till=till,
        clerk=viewer(request).name,
        member=customer.member,
        invoice=invoice,
        said=said,
        receipt=_receipt(sale, reckoned, at),
        at=now,
    )


def same(before: TillDocument, said: str, till: Till) -> TillDocument:
    """A document that was sent before. Raises Refused where it said something else."""
    if before.said != said or before.till_id != till.id:
        raise Refused("amount", _("This sale was booked before with other content: begin a new one."))
    return before


def _book(sale: Sale, at: Serving, invoice: str, reckoned: Reckoned) -> None:
    store = StoreId(at.till.store_id)
    # the invoice before the account, as everybody takes them: else two who sell it wait for each other
    alone_with(sale_name(store, invoice))
    # first what is spent, so that nothing is paid with what this very sale earns
    if reckoned.bill.points:
        points = Points(reckoned.bill.points)
        spend(Spending(store, sale.document, invoice, at.customer.member, points), at.now)
    if sale.coupon:
        coupons.use(coupons.Use(sale.coupon, store, sale.document, invoice), at.now)
    asked = _purchase(sale, at)
    asked.invoice, asked.paid = invoice, reckoned.bill.pay
    if not sales.buy(asked).new:
        raise _taken_number()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Otherwise:
        raise _taken_number() from None
    except coupons.Spent:
        raise Refused("coupon", _("This coupon was used before, or its last day is over.")) from None
    except Untimely:
        raise Refused(
            "amount", _("This member has left, or was merged: ask for the card once more.")
        ) from None
    except Unknown:
        raise Refused("amount", _("This member is not here any more.")) from None


def _taken_number() -> Refused:
    return Refused("invoice", _("This store has another sale with this invoice number: type the right one."))


def _too_many(available: int, out: int) -> Refused:
    said = _("Only %(points)s points can be spent.") % {"points": number(max(0, available), 0, active())}
    if out:
        more = _("%(points)s more are out at a kiosk and have been called back: try again in a moment.")
        said = f"{said} {more % {'points': number(out, 0, active())}}"
    return Refused("points", said)


def _coupon(sale: Sale, at: Serving) -> Coupon | None:
    if sale.coupon is None:
        return None
    found = Coupon.objects.filter(code=sale.coupon, store__group=at.till.store.group_id).first()
    if found is None:
        raise Refused("coupon", _("No kiosk has told of this coupon yet."))
    if found.used_at is not None or found.expires_at <= at.now:
        raise Refused("coupon", _("This coupon was used before, or its last day is over."))
    return found


def _bill(sale: Sale, coupon: Coupon | None, at: Serving) -> Bill:
    member, now = at.customer.member, at.now
    available, rate = accounts.standings([member], now)[member].available, catalogue.price()
    if sale.wanted and not rate:
        raise Refused("points", _("Points buy nothing in this club yet."))
    if sale.wanted and sale.wanted > max(0, available):
        raise _too_many(available, recalls.out(member))
    return bill(sale.total, coupon.rial if coupon else 0, sale.wanted, available, rate)


def _purchase(sale: Sale, at: Serving) -> Purchase:
    return Purchase(
        store=at.till.store,
        member_id=at.customer.member,
        # the browser's clock counts between two moments of the server's own
        occurred_at=min(max(sale.typed_at, at.customer.at), at.now),
        received_at=at.now,
        lines=msgspec.to_builtins(sale.lines),
    )


def _next(till: Till) -> str:
    """A number for an invoice that came without one."""
    while True:
        till.documents += 1
        name = f"{till.id[-30:]}-{till.documents:06}"
        if not Purchase.objects.filter(store=till.store_id, invoice=name).exists():
            till.save(update_fields=("documents",))
            return name


def _noted(at: Serving, invoice: str) -> str:
    late = int((at.now - at.customer.at).total_seconds())
    return f"{invoice} {late} s after the customer came"


def _receipt(sale: Sale, reckoned: Reckoned, at: Serving) -> dict[str, Any]:
    made, member = reckoned.bill, at.customer.member
    return {
        "lines": [{"name": line.product, "amount": line.amount} for line in sale.lines],
        "total": made.total,
        "coupon": made.coupon,
        "points": made.points,
        "points_rial": made.points_rial,
        "pay": made.pay,
        "earned": reckoned.earned,
        "left": accounts.standings([member], at.now)[member].available,
    }
