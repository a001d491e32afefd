"""What a sale would be while it is typed, and its booking: asked by the page's script, answered as JSON."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cloud.desk.access import viewer
from cloud.desk.till.customers import KEPT, LIFE, NotServed, served
from cloud.desk.till.forms import SaleForm
from cloud.desk.till.pages import at_till
from cloud.desk.till.sales import Refused, Serving, reckon, take
from cloud.desk.till.shown import name_of
from cloud.fleet.models import Till

INVALID, CONFLICT = 422, 409


@require_POST
@at_till
def quote(request: HttpRequest, till: Till) -> HttpResponse:
    """What is earned, what comes off and what is to be paid, with the reasons; nothing is stored."""
    form = SaleForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.said})
    try:
        found = reckon(form.sale, _serving(request, till))
    except Refused as error:
        return JsonResponse({"errors": {error.field: str(error)}})
    except NotServed as error:
        return JsonResponse({"said": str(error)})
    wanted = form.sale.wanted
    fewer = not found.bill.points if wanted is None else found.bill.points < wanted
    context = {"found": found, "bill": found.bill, "fewer": fewer}
    html = render_to_string("desk/till/_reckoned.html", context, request)
    return JsonResponse({"html": html, "pay": found.bill.pay})


@require_POST
@at_till
def sale(request: HttpRequest, till: Till) -> HttpResponse:
    """Book a sale: the same document again gives the same answer; another one under its number is refused."""
    form = SaleForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.said, "said": " ".join(form.said.values())}, status=INVALID)
    try:
        at = _serving(request, till)
        booked = take(request, form.sale, at)
    except Refused as error:
        return JsonResponse({"errors": {error.field: str(error)}, "said": str(error)}, status=CONFLICT)
    except NotServed as error:
        return JsonResponse({"said": str(error)}, status=CONFLICT)
    context = {"document": booked, "name": name_of(booked.member), "receipt": booked.receipt}
    return JsonResponse({"html": render_to_string("desk/till/_booked.html", context, request)})


def _serving(request: HttpRequest, till: Till) -> Serving:
    now = datetime.now(UTC)
    life = KEPT if request.POST.get("kept") else LIFE
    customer = served(request.POST.get("token", ""), till.id, viewer(request).user, now, life)
    if not customer.member or customer.member != request.POST.get("member"):
        raise NotServed(_("This sale was begun with somebody else: begin it anew."))
    return Serving(customer, till, now)
