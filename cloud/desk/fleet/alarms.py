"""The fleet's open alarms, for the pages and for the mark beside their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from cloud.desk.access import Viewer, may
from cloud.desk.fleet.wording import ALARMS
from cloud.fleet.models import FleetAlarm

NAMED: Final = 6
"""Kiosks of one kind that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The open alarms of one kind: their number, and the first ones."""

    kind: str
    name: Promise
    count: int
    some: Sequence[FleetAlarm]

    @property
    def more(self) -> int:
        """How many are not among the first."""
        return self.count - len(self.some)


def seen_by(who: Viewer) -> QuerySet[FleetAlarm]:
    """The open ones that are theirs to look at."""
    every = FleetAlarm.objects.filter(ended_at=None)
    return every if who.stores is None else every.filter(kiosk__store__in=who.stores)


def shown(who: Viewer) -> list[Kind]:
    """By kind, the newest first; a kind of which there are none is left out."""
    every = seen_by(who)
    number = dict(every.order_by().values_list("kind").annotate(Count("id")))
    return [
        Kind(kind, name, number[kind], list(every.filter(kind=kind).order_by("-raised_at", "kiosk")[:NAMED]))
        for kind, name in ALARMS.items()
        if kind in number
    ]


def badge(request: HttpRequest) -> dict[str, Any]:
    """`open_fleet_alarms`: looked up only where a page draws it."""
    who = getattr(request, "viewer", None)
    return {"open_fleet_alarms": lambda: _open(who) if isinstance(who, Viewer) else 0}


def _open(who: Viewer) -> int:
    return seen_by(who).count() if may(who.role, "fleet") else 0
