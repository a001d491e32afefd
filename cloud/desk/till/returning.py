"""Lines of an invoice that come back to a till: chosen, booked once, and said on a receipt."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cloud.club import returns
from cloud.club.documents import alone_with
from cloud.club.ledger import ReturnRefused
from cloud.club.models import Purchase, Return
from cloud.desk.access import viewer
from cloud.desk.audit import note
from cloud.desk.till.sales import Refused, same
from cloud.fleet.models import Till, TillDocument


class Back(NamedTuple):
    """A document of that number by which lines of a sale come back, each so much in Rial."""

    sale: Purchase
    number: str
    lines: Mapping[str, int]


@transaction.atomic
def take_back(request: HttpRequest, till: Till, back: Back, now: datetime) -> TillDocument:
    """Book a return, or give what it was booked as before. Raises Refused."""
    alone_with(f"till:{back.number}")
    sale = back.sale
    said = msgspec.json.encode((sale.invoice, sorted(back.lines.items()))).decode()
    before = TillDocument.objects.filter(number=back.number).first()
    if before is not None:
        return same(before, said, till)
    try:
        made = returns.take_back(_document(till, back, now)).document
    except ReturnRefused:
        raise Refused("lines", _("Less of this invoice is left to return: look at it once more.")) from None
    note(request, "return", f"member:{sale.member_id}", store=till.store_id, detail=sale.invoice)
    return TillDocument.objects.create(
        number=back.number,
        kind="return",
        till=till,
        clerk=viewer(request).name,
        member=sale.member_id,
        invoice=sale.invoice,
        said=said,
        receipt=_receipt(sale, made),
        at=now,
    )


def _document(till: Till, back: Back, now: datetime) -> Return:
    return Return(
        store_id=till.store_id,
        number=back.number,
        invoice=back.sale.invoice,
        occurred_at=now,
        received_at=now,
        lines=dict(back.lines),
    )


def _receipt(sale: Purchase, made: Return) -> dict[str, object]:
    names = {line["id"]: line.get("product", "") for line in sale.lines}
    entries = returns.entries(made)
    return {
        "lines": [{"name": names.get(line, ""), "amount": amount} for line, amount in made.lines.items()],
        "total": sum(made.lines.values()),
        "taken": -sum(entry.points for entry in entries if entry.points < 0),
        "given": sum(entry.points for entry in entries if entry.points > 0),
    }
