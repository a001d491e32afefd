"""The signals: what is open first, who is accountable, acknowledged and closed with a note."""

from datetime import UTC, datetime
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cloud.desk.access import Viewer, may, viewer
from cloud.desk.alarms.badge import counts, seen_by
from cloud.desk.alarms.people import may_handle
from cloud.desk.alarms.rows import RELATED, rows
from cloud.desk.audit import note
from cloud.desk.stream import row_id
from cloud.voice.alarms.models import ACKNOWLEDGED, CLOSED, OPEN, Notice, Signal, Watch
from cloud.voice.alarms.rounds import chain_zone

PAGE: Final = 30
"""Signals on one page."""
NOTE: Final = 1000
"""Letters of a note."""
STATES: Final = (
    (OPEN, gettext_lazy("Open")),
    (ACKNOWLEDGED, gettext_lazy("Acknowledged")),
    (CLOSED, gettext_lazy("Closed")),
)
_FROM: Final = {ACKNOWLEDGED: (OPEN,), CLOSED: (OPEN, ACKNOWLEDGED)}
"""To a state from which others."""


@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """The signals in one state, the newest first; those that are open, unless others are asked for."""
    who, asked = viewer(request), request.GET.get("state", OPEN)
    state = asked if asked in dict(STATES) else OPEN
    found = seen_by(who).filter(state=state).select_related(*RELATED).order_by("-id")
    before = row_id(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(id__lt=before)
    page, number = list(found[: PAGE + 1]), counts(who)
    context = {
        "rows": rows(page[:PAGE], who),
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "state": state,
        "states": [(name, said, number.get(name, 0)) for name, said in STATES],
        "watched": Watch.objects.filter(enabled=True).exists(),
        "sets": may(who.role, "alarm-watches"),
    }
    return render(request, "desk/alarms/alarms.html", context)


@require_safe
def signal_page(request: HttpRequest, number: int) -> HttpResponse:
    """One signal, with what became of it and of the messages about it."""
    who = viewer(request)
    signal = _found(who, number)
    notices = Notice.objects.filter(signals=signal).select_related("person", "hook").order_by("id")
    (row,) = rows([signal], who)
    state = dict(STATES)[signal.state]
    context = {"row": row, "notices": notices, "state": state, "zone": chain_zone().key}
    # an address may hold what only those should know who set it up
    context["sets"] = may(who.role, "alarm-watches")
    return render(request, "desk/alarms/signal.html", context)


@require_POST
def handle(request: HttpRequest, number: int) -> HttpResponse:
    """Acknowledge or close a signal, with a note."""
    signal = _found(viewer(request), number)
    if not may_handle(viewer(request), signal):
        raise PermissionDenied
    state, said = request.POST.get("state", ""), request.POST.get("note", "").strip()
    if state not in _FROM:
        raise Http404
    if len(said) > NOTE or "\0" in said:
        messages.error(request, _("This note is too long. Write it shorter."))
    elif not _moved(request, signal, state, said):
        messages.warning(request, _("Somebody else has done that already."))
    else:
        done = _("The alarm is acknowledged.") if state == ACKNOWLEDGED else _("The alarm is closed.")
        messages.success(request, done)
    return redirect("alarm-signal", number)


def _found(who: Viewer, number: int) -> Signal:
    signal = seen_by(who).filter(pk=number).select_related(*RELATED).first()
    if signal is None:
        raise Http404
    return signal


def _moved(request: HttpRequest, signal: Signal, state: str, said: str) -> bool:
    change = {"state": state, "by": viewer(request).name, "at": datetime.now(UTC)}
    change |= {"note": "\n".join(filter(None, (signal.note, said)))}
    with transaction.atomic():
        if not Signal.objects.filter(pk=signal.pk, state__in=_FROM[state]).update(**change):
            return False
        note(request, f"alarm-{state}", f"alarm:{signal.pk}", store=signal.watch.store_id or "")
    return True
