"""What changes the fleet: a kiosk is added, let in nowhere any more, and let in again."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cloud.desk.access import viewer
from cloud.desk.fleet.asked import find
from cloud.desk.fleet.forms import AddForm, RevokeForm
from cloud.desk.fleet.noting import noted
from cloud.fleet import revoking
from cloud.fleet.models import Kiosk
from mqtt.vocabulary import KioskId


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a kiosk; it is nobody until a device was enrolled as it."""
    form = AddForm(viewer(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        messages.success(request, _("The kiosk is added. Issue a token for the technician who sets it up."))
        return redirect("fleet-kiosk", form.cleaned_data["id"])
    return render(request, "desk/fleet/add.html", {"form": form, "stores": viewer(request).shown})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, kiosk: str) -> HttpResponse:
    """Say what happens, have the name typed, and revoke the kiosk."""
    found = find(request, kiosk)
    form = RevokeForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            revoking.revoke(KioskId(found.id), datetime.now(UTC))
            noted(request, "kiosk-revoked", found, form.cleaned_data["reason"])
        messages.success(request, _("The kiosk is revoked. It is let in nowhere any more."))
        return redirect("fleet-kiosk", found.id)
    return render(request, "desk/fleet/revoke.html", {"kiosk": found, "form": form})


@require_POST
def admit(request: HttpRequest, kiosk: str) -> HttpResponse:
    """Let a kiosk in again; it needs a new token."""
    found = find(request, kiosk)
    if found.revoked_at is None:
        messages.warning(request, _("This kiosk is not revoked."))
        return redirect("fleet-kiosk", found.id)
    with transaction.atomic():
        revoking.admit(KioskId(found.id), datetime.now(UTC))
        noted(request, "kiosk-admitted", found)
    messages.success(request, _("The kiosk may come back. Issue a token: its old certificates stay revoked."))
    return redirect("fleet-kiosk", found.id)


def _added(request: HttpRequest, form: AddForm) -> bool:
    """Whether it was: somebody else may have taken the name at the same moment."""
    said = form.cleaned_data
    made = Kiosk(id=said["id"], store_id=said["store"], touchpoint_id=said["touchpoint"] or None)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            noted(request, "kiosk-added", made)
    except IntegrityError:
        form.add_error("id", _("There is a kiosk of this name already."))
        return False
    return True
