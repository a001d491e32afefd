"""How many open signals there are for whoever looks, for the way from page to page."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from cloud.desk.access import Viewer, may
from cloud.voice.alarms.models import OPEN, Signal


def seen_by(who: Viewer) -> QuerySet[Signal]:
    """The signals that are theirs to look at."""
    every = Signal.objects.all()
    return every if who.stores is None else every.filter(watch__store__in=who.stores)


def counts(who: Viewer) -> dict[str, int]:
    """How many of them there are, by state."""
    return dict(seen_by(who).order_by().values_list("state").annotate(Count("id")))


def badge(request: HttpRequest) -> dict[str, Any]:
    """`open_alarms`: looked up only where a page draws it."""
    who = getattr(request, "viewer", None)
    return {"open_alarms": lambda: _open(who) if isinstance(who, Viewer) and may(who.role, "alarms") else 0}


def _open(who: Viewer) -> int:
    return seen_by(who).filter(state=OPEN).count()
