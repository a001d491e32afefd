"""One kiosk: how it is and was, what it may, what it was told, who was refused in its name."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, cast
from zlib import crc32
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from cloud.desk.access import may, viewer
from cloud.desk.fleet import history
from cloud.desk.fleet.alarms import seen_by
from cloud.desk.fleet.asked import find
from cloud.desk.fleet.commanding import allowed
from cloud.desk.fleet.forms import TokenForm
from cloud.desk.fleet.noting import subject
from cloud.desk.fleet.rows import rows
from cloud.desk.fleet.standing import standing
from cloud.desk.fleet.wording import ALARMS, COMMANDS, PLACES, RESULTS, command_name, reason_name
from cloud.desk.language import active
from cloud.desk.models import AuditLine
from cloud.fleet.models import Certificate, Command, EnrolmentToken, Kiosk, Refusal

COMMANDS_SHOWN, OTHERS_SHOWN = 10, 20
"""The last ones of a kiosk that are listed."""
REFUSED: Final = timedelta(days=30)


class Given(NamedTuple):
    """A command, and what became of it: empty while it waits."""

    row: Command
    name: str
    result: Promise | None
    waits: bool


class Held(NamedTuple):
    """A certificate or a token, and what it is worth: live, waiting, superseded, revoked, ended and so on."""

    row: Certificate | EnrolmentToken
    state: str


@require_safe
def kiosk_page(request: HttpRequest, kiosk: str) -> HttpResponse:
    """The whole page."""
    found, now = find(request, kiosk), datetime.now(UTC)
    span = request.GET.get("span", "day")
    chosen = cast("history.Span", span if span in history.GRAINS else "day")
    who = viewer(request)
    context = _about(found, now) | {
        "alarms": [(ALARMS[each.kind], each) for each in seen_by(who).filter(kiosk=found)],
        "history": history.read(found.id, chosen, now, mirrored=active() == "fa"),
        "spans": list(history.GRAINS),
        "kinds": [(kind, *words) for kind, words in COMMANDS.items() if kind in allowed(who.role)],
        "form": TokenForm(),
        "reason": _reason(found),
        "keeps": may(who.role, "fleet-revoke"),
    }
    return render(request, "desk/fleet/kiosk.html", context | _commands(found, now))


@login_not_required  # by Django's own, which would send a part of a page to sign in: Access answers 401
@require_safe
def commands_part(request: HttpRequest, kiosk: str) -> HttpResponse:
    """What it was told, which renews itself."""
    found, now = find(request, kiosk), datetime.now(UTC)
    context = _commands(found, now)
    if context["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204)  # a screen reader would read out again what is as it was
    return render(request, "desk/fleet/_commands.html", context | {"kiosk": found})


def _about(kiosk: Kiosk, now: datetime) -> dict[str, Any]:
    (row,) = rows(standing(now).filter(pk=kiosk.pk), now)
    certificates = Certificate.objects.filter(kiosk=kiosk).order_by("-issued_at")[:OTHERS_SHOWN]
    tokens = EnrolmentToken.objects.filter(kiosk=kiosk).order_by("-made_at")[:OTHERS_SHOWN]
    refused = Refusal.objects.filter(name=kiosk.id, last_at__gt=now - REFUSED).order_by("-last_at")
    return {
        "kiosk": kiosk,
        "row": row,
        "zone": row.zone,
        "certificates": [Held(each, _worth(each, now)) for each in certificates],
        "tokens": [Held(each, _waiting(each, now)) for each in tokens],
        "refusals": [
            (each, reason_name(each.reason), PLACES.get(each.place, each.place))
            for each in refused[:OTHERS_SHOWN]
        ],
    }


def _commands(kiosk: Kiosk, now: datetime) -> dict[str, Any]:
    rows = Command.objects.filter(kiosk=kiosk).order_by("-given_at", "id")[:COMMANDS_SHOWN]
    given = [
        Given(each, command_name(each.kind), RESULTS.get(each.result), each.deadline > now) for each in rows
    ]
    seen = repr([(each.row.id, each.row.result, each.waits) for each in given])
    return {"zone": ZoneInfo(kiosk.store.time_zone), "given": given, "seen": str(crc32(seen.encode()))}


def _worth(row: Certificate, now: datetime) -> str:
    if row.revoked_at:
        return "revoked"
    if row.superseded_at:
        return "superseded"
    return "live" if row.ends_at > now else "ended"


def _waiting(row: EnrolmentToken, now: datetime) -> str:
    if row.used_at:
        return "used"
    if row.withdrawn_at:
        return "withdrawn"
    return "waiting" if row.expires_at > now else "expired"


def _reason(kiosk: Kiosk) -> AuditLine | None:
    """Who revoked it, and why; None where nobody did here."""
    if kiosk.revoked_at is None:
        return None
    lines = AuditLine.objects.filter(action="kiosk-revoked", subject=subject(kiosk))
    return lines.order_by("-id").first()
