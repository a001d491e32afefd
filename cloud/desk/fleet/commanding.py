"""Commands to one kiosk or to several at once: given once, refused where they would do nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cloud.desk.access import Role, viewer
from cloud.desk.fleet.asked import theirs
from cloud.desk.fleet.noting import noted
from cloud.desk.fleet.wording import COMMANDS, command_name
from cloud.desk.language import active
from cloud.desk.numerals import number
from cloud.fleet import commands
from cloud.fleet.models import Command, Kiosk

WITHIN: Final = timedelta(minutes=15)
"""How long a command is good for: who gave it waits for it."""
AT_ONCE: Final = 200
"""Kiosks that are commanded at once at most."""
IN_STORE: Final = frozenset({"identify", "restart"})
"""What who runs a store may have its kiosks do."""


def allowed(role: Role) -> frozenset[str]:
    """The kinds of command that a role may give."""
    return IN_STORE if role == "store-manager" else frozenset(COMMANDS)


@require_POST
def command(request: HttpRequest) -> HttpResponse:
    """Give a command to the kiosks that were chosen; what was refused is said, the others are told."""
    kind, names = request.POST.get("kind", ""), list(dict.fromkeys(request.POST.getlist("kiosk")))
    if kind not in COMMANDS:
        raise Http404
    if kind not in allowed(viewer(request).role):
        raise PermissionDenied
    if not names:
        messages.error(request, _("Choose at least one kiosk."))
    elif len(names) > AT_ONCE:
        most = {"n": number(AT_ONCE, 0, active())}
        messages.error(request, _("At most %(n)s kiosks can be told at once.") % most)
    else:
        _tell(request, kind, names)
    return _back(request, names)


def _tell(request: HttpRequest, kind: str, names: list[str]) -> None:
    with transaction.atomic():
        kiosks = theirs(viewer(request), Kiosk.objects.filter(id__in=names))
        found = list(kiosks.select_for_update(no_key=True).order_by("id"))
        if len(found) != len(names):
            raise Http404
        told = Counter(_give(request, kind, kiosk) for kiosk in found)
    _say(request, kind, told)


def _give(request: HttpRequest, kind: str, kiosk: Kiosk) -> str:
    now = datetime.now(UTC)
    if kiosk.revoked_at:
        return "revoked"
    if Command.objects.filter(kiosk=kiosk, kind=kind, result="", deadline__gt=now).exists():
        return "waits"
    commands.give(kiosk.id, kind, WITHIN, now)
    noted(request, "command-given", kiosk, kind)
    return "given"


def _say(request: HttpRequest, kind: str, told: Counter[str]) -> None:
    what = {name: number(count, 0, active()) for name, count in told.items()} | {"what": command_name(kind)}
    if told["given"]:
        messages.success(request, _("“%(what)s” was sent to kiosks: %(given)s.") % what)
    if told["waits"]:
        said = _("Kiosks that wait for “%(what)s” already, and were not told again: %(waits)s.")
        messages.warning(request, said % what)
    if told["revoked"]:
        said = _("Kiosks that were revoked, and cannot be told anything: %(revoked)s.")
        messages.warning(request, said % what)


def _back(request: HttpRequest, names: list[str]) -> HttpResponse:
    """To the kiosk's own page if it was told there, else to the list as it was."""
    if request.POST.get("from") == "kiosk" and len(names) == 1:
        return redirect("fleet-kiosk", names[0])
    kept = request.POST.get("list", "")[:300]
    back = redirect("fleet")
    if kept and "\0" not in kept and kept.isascii() and kept.isprintable():
        back["Location"] += f"?{kept}"
    return back
