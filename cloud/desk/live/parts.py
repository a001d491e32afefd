"""The parts of the pages that renew themselves, drawn for an audience, and when they are to be drawn anew."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Max, Sum
from django.template.loader import render_to_string
from django.utils.translation import override

from cloud.collector.models import Parked, Stream
from cloud.desk.figures import Figures, read_figures
from cloud.desk.live.aside import set_aside
from cloud.desk.live.board import read_board
from cloud.desk.live.today import the_day
from cloud.desk.tail import Audience, Parts, Scope, View
from cloud.desk.wording import Kind
from cloud.fleet.models import KioskHealth, Store

KINDS: Final[Mapping[View, tuple[Kind, ...]]] = {
    "figures": ("tap", "answer", "redemption", "ticket", "fault"),
    "machines": ("fault",),
    "board": (),
}
"""What is counted of today, beside the events."""
TEMPLATES: Final[Mapping[View, tuple[str, ...]]] = {
    "figures": ("tiles", "state", "stores", "days"),
    "machines": ("state",),
    "board": ("board",),
}


def context(scope: Scope, now: datetime) -> dict[str, Any]:
    """What the templates of these parts need, at `now` (aware)."""
    every = Store.objects.order_by("name_fa", "id")
    stores = list(every if scope.stores is None else every.filter(id__in=scope.stores))
    figures = read_figures(now, stores) if scope.view == "figures" else None
    return {
        "figures": figures,
        "board": read_board(now, stores),
        "set_aside": set_aside(scope.stores).count(),
        "today": _today(scope.view, figures, now, stores),
        "together": scope.stores is None,
        "parts": [f"desk/live/_{name}.html" for name in TEMPLATES[scope.view]],
    }


def draw(audience: Audience, known: Mapping[str, Any]) -> Parts:
    """The parts as HTML in the audience's language; `known` is the context of its scope."""
    with override(audience.language):
        drawn = {
            name: render_to_string(f"desk/live/_{name}.html", dict(known))
            for name in TEMPLATES[audience.scope.view]
        }
        for each in known["today"]:
            drawn[f"today-{each['kind']}"] = render_to_string("desk/live/_today.html", {"each": each})
    return drawn


def fingerprint(now: datetime, upto: int) -> tuple[object, ...]:
    """Something small that changes whenever a part may have; `upto` is the newest event's id.

    What stands still may be wrong by now, so it also changes each minute.
    """
    streams = Stream.objects.aggregate(posted=Sum("posted"), seen=Max("seen_at"))
    zones = Store.objects.values_list("time_zone", flat=True).distinct()
    days = tuple(sorted((zone, now.astimezone(ZoneInfo(zone)).date()) for zone in zones))
    heard = KioskHealth.objects.aggregate(last=Max("heard_at"))["last"]
    gone = tuple(KioskHealth.objects.filter(online=False).order_by("kiosk").values_list("kiosk", flat=True))
    parked = Parked.objects.aggregate(last=Max("id"))["last"]
    return upto, *streams.values(), parked, heard, gone, days, now.replace(second=0, microsecond=0)


def _today(view: View, figures: Figures | None, now: datetime, stores: list[Store]) -> list[dict[str, Any]]:
    if not KINDS[view]:
        return []
    counts: Counter[Kind] = the_day().counts(now, stores)
    if figures:
        counts.update({"tap": figures.chain.taps, "answer": figures.chain.answers})
    return [{"kind": kind, "count": counts[kind]} for kind in KINDS[view]]
