"""A token for one device: shown once, printed for the technician, taken as a file, withdrawn.

Its text is in the answer to the form and in nothing that is kept: no address, session, message, log or audit.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cloud.desk.access import viewer
from cloud.desk.fleet.asked import find
from cloud.desk.fleet.forms import TokenForm
from cloud.desk.fleet.noting import noted
from cloud.desk.qr import svg
from cloud.fleet import tokens
from cloud.fleet.enrolling import fingerprint, fragment
from cloud.fleet.models import EnrolmentToken, Kiosk
from mqtt.vocabulary import KioskId

SHOWN: Final = 8
"""Hex digits of a token's hash by which the audit and the page tell one from another."""


@require_POST
def issue(request: HttpRequest, kiosk: str) -> HttpResponse:
    """Issue a token, and show it once, in this answer: a redirect would have to keep it somewhere."""
    found, form = find(request, kiosk), TokenForm(request.POST)
    problem = _problem(found, form)
    if problem:
        messages.error(request, problem)
        return redirect("fleet-kiosk", found.id)
    now, within = datetime.now(UTC), timedelta(days=form.cleaned_data["days"])
    with transaction.atomic():
        text = tokens.issue(KioskId(found.id), viewer(request).name, now, within)
        noted(request, "token-issued", found, tokens.digest(text)[:SHOWN])
    return _shown(request, found, text, now + within)


@sensitive_post_parameters()
@require_POST
def file(request: HttpRequest, kiosk: str) -> HttpResponse:
    """The same as part of a `kiosk.toml`, for whoever has the token on the page before them."""
    found, text = find(request, kiosk), request.POST.get("token", "")[:100]
    if not tokens.waiting(KioskId(found.id), datetime.now(UTC)).filter(hash=tokens.digest(text)).exists():
        messages.error(request, _("This token does not wait any more. Issue another one."))
        return redirect("fleet-kiosk", found.id)
    headers = {"Content-Disposition": 'attachment; filename="kiosk.toml"', "Cache-Control": "no-store"}
    return HttpResponse(fragment(found, text), content_type="application/toml", headers=headers)


@require_POST
def withdraw(request: HttpRequest, kiosk: str) -> HttpResponse:
    """Take a token back that waits."""
    found, name = find(request, kiosk), request.POST.get("token", "")
    if not EnrolmentToken.objects.filter(kiosk=found, hash=name).exists():
        messages.error(request, _("There is no such token."))
        return redirect("fleet-kiosk", found.id)
    try:
        with transaction.atomic():
            tokens.withdraw(name, datetime.now(UTC))
            noted(request, "token-withdrawn", found, name[:SHOWN])
    except tokens.BadToken:
        messages.error(
            request, _("This token was used already: revoke the kiosk if it was the wrong device.")
        )
    else:
        messages.success(request, _("The token is withdrawn."))
    return redirect("fleet-kiosk", found.id)


def _problem(kiosk: Kiosk, form: TokenForm) -> str:
    if not form.is_valid():
        return _("Choose how long the token is to be valid.")
    if kiosk.revoked_at:
        return _("This kiosk is revoked. Let it in again first.")
    if not fingerprint():
        return _("The club has no authority yet: it is made where the cloud is installed.")
    return ""


def _shown(request: HttpRequest, kiosk: Kiosk, text: str, until: datetime) -> HttpResponse:
    lines = fragment(kiosk, text)
    context = {"kiosk": kiosk, "text": text, "until": until, "lines": lines, "qr": svg(lines)}
    return render(request, "desk/fleet/token.html", context | {"gate": settings.GATE_PUBLIC})
