"""The watches: listed, added, changed, paused, tried; and the quiet hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloud.club.decisions import decide, decided, written
from cloud.desk.alarms.forms import HookForm, OfferForm, QuietForm, WatchForm, initial
from cloud.desk.alarms.offered import begin_with
from cloud.desk.alarms.people import fits, recipients
from cloud.desk.alarms.wording import rule, what
from cloud.desk.audit import note
from cloud.voice.alarms.models import Hook, Notice, Watch
from cloud.voice.alarms.outbox import put_test
from cloud.voice.alarms.quiet import QuietHours
from cloud.voice.alarms.rounds import chain_zone
from cloud.voice.buckets import day_of

SENT: Final = 10
"""Messages whose fate the page shows."""
RELATED: Final = ("store", "unit", "touchpoint", "accountable", "hook")


@require_safe
def watches(request: HttpRequest) -> HttpResponse:
    """All watches, the addresses that are told, the quiet hours, and what became of the last messages."""
    return render(request, "desk/alarms/watches.html", context())


def context(**changed: object) -> dict[str, Any]:
    """What that page shows."""
    found = Watch.objects.select_related(*RELATED).order_by("-enabled", "index", "store", "id")
    hours = decided(QuietHours)
    return {
        "watches": [_row(watch) for watch in found],
        "hooks": Hook.objects.order_by("url"),
        "notices": Notice.objects.select_related("person", "hook").order_by("-id")[:SENT],
        "quiet": QuietForm(initial={"since": hours.since, "until": hours.until}),
        "offer": OfferForm(),
        "hook_form": HookForm(),
        "sets": True,
        "mail": settings.MAIL,
        "zone": chain_zone().key,
        **changed,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def watch_page(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Add a watch, or change one."""
    watch = None if number is None else get_object_or_404(Watch, pk=number)
    if request.method != "POST":
        form = WatchForm(initial=initial(watch) if watch else {"limits": True})
    else:
        form = WatchForm(request.POST)
        if form.is_valid():
            _save(request, form, watch)
            messages.success(request, _("The watch is saved."))
            return redirect("alarm-watches")
    shown = {"form": form, "watch": watch, "what": what(watch) if watch else ""}
    return render(request, "desk/alarms/watch.html", shown)


@require_POST
def pause(request: HttpRequest, number: int) -> HttpResponse:
    """Pause a watch, or let it go on; days in between are not judged afterwards."""
    watch = get_object_or_404(Watch, pk=number)
    watch.enabled = request.POST.get("on") == "1"
    if watch.enabled:
        watch.since = _yesterday()
    with transaction.atomic():
        watch.save(update_fields=("enabled", "since"))
        _note(request, "alarm-watch-on" if watch.enabled else "alarm-watch-off", watch)
    return redirect("alarm-watches")


@require_POST
def try_out(request: HttpRequest, number: int) -> HttpResponse:
    """Put a test into the outbox for each channel of a watch."""
    watch, now = get_object_or_404(Watch.objects.select_related(*RELATED), pk=number), datetime.now(UTC)
    people = recipients(watch)
    with transaction.atomic():
        mails = [put_test(person, None, now) for person in people if watch.email and person.email]
        hooks = [put_test(person, watch.hook, now) for person in people[:1] if watch.hook]
        _note(request, "alarm-test", watch)
    if mails or hooks:
        messages.success(request, _("A test is on its way. What became of it stands below in a moment."))
    else:
        messages.warning(request, _("This watch tells nobody but this page."))
    return redirect("alarm-watches")


@require_POST
def offer(request: HttpRequest) -> HttpResponse:
    """Add the watches that most clubs begin with, where there are none."""
    form = OfferForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/alarms/watches.html", context(offer=form))
    person = form.cleaned_data["accountable"]
    with transaction.atomic():
        for made in begin_with(lambda _store: person, _yesterday()):
            _note(request, "alarm-watch-added", made)
    return redirect("alarm-watches")


@require_POST
def quiet(request: HttpRequest) -> HttpResponse:
    """Let other hours be the quiet ones."""
    form = QuietForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/alarms/watches.html", context(quiet=form))
    with transaction.atomic():
        hours = QuietHours(form.cleaned_data["since"], form.cleaned_data["until"])
        decide(QuietHours, written(hours))
        note(request, "quiet-hours", detail=f"{hours.since}-{hours.until}")
    messages.success(request, _("The quiet hours are saved."))
    return redirect("alarm-watches")


def _row(watch: Watch) -> dict[str, Any]:
    person = watch.accountable
    return {
        "watch": watch,
        "what": what(watch),
        "rule": rule(watch),
        "accountable": person.get_full_name() or person.get_username(),
        "deserted": not fits(person, watch.store_id),
    }


def _save(request: HttpRequest, form: WatchForm, found: Watch | None) -> None:
    watch = found or Watch()
    kept = ("index", "accountable", "limits", "below", "above", "email", "hook")
    values = {name: form.cleaned_data[name] for name in kept} | form.placed()
    of = ("index", *form.placed())
    if found is None or any(getattr(watch, name) != values[name] for name in of):
        watch.since = _yesterday()
    for name, value in values.items():
        setattr(watch, name, value)
    with transaction.atomic():
        watch.save()
        _note(request, "alarm-watch-changed" if found else "alarm-watch-added", watch)


def _note(request: HttpRequest, action: str, watch: Watch) -> None:
    said = f"{watch.index}, accountable: {watch.accountable.get_username()}"
    note(request, action, f"alarm-watch:{watch.pk}", store=watch.store_id or "", detail=said)


def _yesterday() -> date:
    return day_of(datetime.now(UTC), chain_zone()) - timedelta(days=1)
