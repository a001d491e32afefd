"""Returns, and receipts: for the clerk to print, and for the customer behind a signed address."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cloud.club import returns
from cloud.club.models import Purchase
from cloud.desk.access import viewer
from cloud.desk.qr import svg
from cloud.desk.till import tills
from cloud.desk.till.pages import at_till
from cloud.desk.till.returning import Back, take_back
from cloud.desk.till.sales import Refused
from cloud.desk.till.shown import total
from cloud.desk.till.typed import NotANumber, latin, whole
from cloud.fleet.models import Till, TillDocument

SHOWN_FOR: Final = timedelta(days=30)
"""So long a receipt can be read behind its address."""
SALT: Final = "cloud.desk.till.receipt"
PAPERS: Final = ("roll", "sheet")
"""80 mm, and A4."""


@require_http_methods(["GET", "HEAD", "POST"])
@at_till
def give_back(request: HttpRequest, till: Till) -> HttpResponse:
    """Choose an invoice of this store, say how much of which line comes back, and confirm."""
    number = latin(request.GET.get("invoice", "").strip())[:40]
    sale = Purchase.objects.filter(store=till.store_id, invoice=number).first() if number else None
    wrong: dict[str, str] = {}
    if request.method == "POST":
        sale = get_object_or_404(Purchase, store=till.store_id, invoice=number)
        try:
            made = take_back(request, till, _typed(request, sale), datetime.now(UTC))
            return redirect("till-receipt", document=made.number)
        except Refused as error:
            wrong = {error.field: str(error)}
    context = {
        "till": till,
        "number": number,
        "sale": sale,
        "total": total(sale) if sale else 0,
        "rows": _rows(request, sale) if sale else [],
        "document": request.POST.get("document") or str(uuid.uuid4()),
        "wrong": wrong,
    }
    return render(request, "desk/till/return.html", context, status=422 if wrong else 200)


@require_safe
def receipt(request: HttpRequest, document: str) -> HttpResponse:
    """The receipt of a document of one's own stores, to be printed."""
    found = get_object_or_404(TillDocument, number=document, till__in=tills.of(viewer(request)))
    address = request.build_absolute_uri(reverse("receipt", args=(signing.dumps(found.number, salt=SALT),)))
    return _receipt(request, found, {"qr": svg(address), "address": address, "clerk": True})


@login_not_required
@require_safe
def public_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The same for who has its address, for a while; no name is on it."""
    try:
        number = signing.loads(token, salt=SALT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        raise Http404 from None
    return _receipt(request, get_object_or_404(TillDocument, number=number), {})


def _receipt(request: HttpRequest, found: TillDocument, more: dict[str, object]) -> HttpResponse:
    paper = request.GET.get("paper", "")
    context = {
        "document": found,
        "store": found.till.store,
        "receipt": found.receipt,
        "paper": paper if paper in PAPERS else PAPERS[0],
    }
    response = render(request, "desk/till/receipt.html", context | more)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _rows(request: HttpRequest, sale: Purchase) -> list[dict[str, object]]:
    names = {line["id"]: line.get("product", "") for line in sale.lines}
    return [
        {"id": line, "name": names.get(line, ""), "left": left, "typed": request.POST.get(f"line-{line}", "")}
        for line, left in returns.left(sale).items()
    ]


def _typed(request: HttpRequest, sale: Purchase) -> Back:
    """What comes back, as it was typed. Raises Refused."""
    try:
        number = str(uuid.UUID(request.POST.get("document", "")))
        typed = {line: request.POST.get(f"line-{line}", "").strip() for line in returns.left(sale)}
        lines = {line: whole(amount) for line, amount in typed.items() if amount}
    except (NotANumber, ValueError):
        raise Refused("lines", _("Type a whole number, in Persian or Latin digits.")) from None
    if not lines:
        raise Refused("lines", _("Say of at least one line how much comes back."))
    return Back(sale, number, lines)
