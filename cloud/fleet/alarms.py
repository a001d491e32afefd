"""What of the fleet needs a person at once: found every minute, shown until it is over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, cast

from django.db import transaction
from django.db.models import Max, Sum

from cloud.fleet.models import Certificate, FleetAlarm, Kiosk, KioskHealth, Refusal

Kind = Literal["offline", "reader", "card", "certificate", "refused"]
AWAY: Final = timedelta(minutes=30)
"""How long a kiosk is not heard before somebody has to look."""
DOWN: Final = timedelta(minutes=15)
"""The same for a reader that does not answer."""
ENDING: Final = timedelta(days=14)
"""A kiosk renews earlier than this by itself: one that has not cannot."""
REMADE: Final = timedelta(days=14)
"""How long a card counts as failing whose data had to be made anew; another card ends it at once."""
LATELY: Final = timedelta(hours=1)
TRIES: Final = 20
"""Refused tries within the hour under a kiosk's name, or under all that are no kiosk's; mistakes are few."""
KEPT: Final = timedelta(days=35)
"""How long an alarm is kept that is over."""


class Of(NamedTuple):
    """Of which kiosk (None: of none) and of which kind."""

    kiosk: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Found:
    """The moment that an alarm is about, and how many times."""

    at: datetime
    count: int = 0


def judge(now: datetime) -> int:
    """Raise what is new, end what is over; how many alarms were raised. One process at a time."""
    found = dict(_found(now))
    with transaction.atomic():
        there = {
            Of(row.kiosk_id, cast(Kind, row.kind)): row for row in FleetAlarm.objects.filter(ended_at=None)
        }
        over = [row.pk for of, row in there.items() if of not in found]
        FleetAlarm.objects.filter(pk__in=over).update(ended_at=now)
        _follow(there, found)
        new = [_alarm(of, each, now) for of, each in found.items() if of not in there]
        FleetAlarm.objects.bulk_create(new, batch_size=500)
    FleetAlarm.objects.filter(ended_at__lt=now - KEPT).delete()
    return len(new)


def _found(now: datetime) -> Iterator[tuple[Of, Found]]:
    said = KioskHealth.objects.filter(kiosk__revoked_at=None)
    away = said.filter(heard_at__lt=now - AWAY)
    down = said.filter(reader_down_since__lt=now - DOWN, online=True, heard_at__gte=now - AWAY)
    yield from _since("offline", away.values_list("kiosk", "heard_at"))
    yield from _since("reader", down.values_list("kiosk", "reader_down_since"))
    failing = said.filter(remade__gt=0, remade_at__gte=now - REMADE)
    remade = failing.values_list("kiosk", "remade_at", "remade")
    yield from ((Of(kiosk, "card"), Found(at, count)) for kiosk, at, count in remade if at)
    live = Certificate.objects.filter(superseded_at=None, revoked_at=None, kiosk__revoked_at=None)
    ends = live.exclude(kiosk=None).order_by().values_list("kiosk").annotate(Max("ends_at"))
    for kiosk, end in ends.filter(ends_at__max__lt=now + ENDING):
        yield Of(kiosk, "certificate"), Found(end)
    yield from _refused(now)


def _since(kind: Kind, rows: Iterable[tuple[str, datetime | None]]) -> Iterator[tuple[Of, Found]]:
    yield from ((Of(kiosk, kind), Found(at)) for kiosk, at in rows if at)


def _refused(now: datetime) -> Iterator[tuple[Of, Found]]:
    lately = Refusal.objects.filter(last_at__gt=now - LATELY).order_by()
    kiosks = Kiosk.objects.values("id")
    by_name = lately.filter(name__in=kiosks).values_list("name").annotate(Sum("count"), Max("last_at"))
    yield from ((Of(name, "refused"), Found(at, n)) for name, n, at in by_name if n >= TRIES)
    others = lately.exclude(name__in=kiosks).aggregate(n=Sum("count"), at=Max("last_at"))
    if (others["n"] or 0) >= TRIES:
        yield Of(None, "refused"), Found(others["at"], others["n"])


def _follow(there: Mapping[Of, FleetAlarm], found: Mapping[Of, Found]) -> None:
    """More tries, another certificate: what is open tells what is now."""
    for of, row in there.items():
        now = found.get(of)
        if now and (now.at, now.count) != (row.at, row.count):
            FleetAlarm.objects.filter(pk=row.pk).update(at=now.at, count=now.count)


def _alarm(of: Of, found: Found, now: datetime) -> FleetAlarm:
    return FleetAlarm(kiosk_id=of.kiosk, kind=of.kind, at=found.at, count=found.count, raised_at=now)
