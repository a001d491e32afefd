"""The rules of `needs` as the database's: 10,000 kiosks are sorted and counted there, and a page is read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from cloud.collector.models import Parked, Stream
from cloud.desk.fleet.needs import ENDING, LATELY, WORST, Need
from cloud.desk.live.kiosks import LATE, ROOM, SILENT
from cloud.fleet.models import Certificate, Kiosk, Refusal

ALL: Final = 1_000_000
"""More kiosks than there are: a bound makes Django ask for each kiosk's columns once, and count those."""


def standing(now: datetime) -> QuerySet[Kiosk]:
    """All kiosks with `seen` (an event's last arrival) and `ends` (of the certificate).

    And whether something of it was set aside (`has_parked`), or refused in its name lately (`was_refused`).
    """
    streams = Stream.objects.filter(kiosk=OuterRef("pk")).order_by("-seen_at")
    live = Certificate.objects.filter(kiosk=OuterRef("pk"), superseded_at=None, revoked_at=None)
    tries = Refusal.objects.filter(name=OuterRef("pk"), last_at__gt=now - LATELY)
    return Kiosk.objects.annotate(
        seen=Subquery(streams.values("seen_at")[:1]),
        ends=Subquery(live.order_by("-ends_at").values("ends_at")[:1]),
        has_parked=Exists(Parked.objects.filter(kiosk=OuterRef("pk"))),
        was_refused=Exists(tries),
    )


def conditions(now: datetime) -> Mapping[Need, Q]:
    """When a kiosk of :func:`standing` needs somebody, the worst first."""
    since, let_in = now - SILENT, Q(revoked_at=None)
    fresh = Q(kioskhealth__heard_at__gte=since) | Q(seen__gte=since)
    known = Q(kioskhealth__heard_at__isnull=False) | Q(seen__isnull=False)
    stale = Q(kioskhealth__heard_at__lt=since) | Q(kioskhealth__heard_at__isnull=True)
    silent = stale & (Q(seen__lt=since) | Q(seen__isnull=True)) & known
    remembered = Q(kioskhealth__heard_at__isnull=True, seen__isnull=True)
    there = let_in & Q(kioskhealth__online=True) & (fresh | remembered)
    found: dict[Need, Q] = {
        "ended": let_in & Q(ends__lte=now),
        "offline": let_in & (Q(kioskhealth__online=False) | silent),
        "refused": Q(was_refused=True),
        "reader": there & Q(kioskhealth__reader_down_since__isnull=False),
        "ending": let_in & Q(ends__gt=now, ends__lte=now + ENDING),
        "disk": there & Q(kioskhealth__disk_free__lt=ROOM),
        "queue": there & Q(kioskhealth__queue__gt=0, kioskhealth__queue_age__gt=LATE),
        "clock": there & Q(kioskhealth__clock=False),
        "parked": let_in & Q(has_parked=True),
        "never": let_in & Q(kioskhealth__isnull=True, seen__isnull=True),
        "revoked": Q(revoked_at__isnull=False),
    }
    return {need: found[need] for need in WORST}


def worst_first(kiosks: QuerySet[Kiosk], now: datetime) -> QuerySet[Kiosk]:
    """Kiosks of :func:`standing` with their `rank`, in its order, and by their names."""
    cases = [When(when, then=Value(rank)) for rank, when in enumerate(conditions(now).values())]
    rank = Case(*cases, default=Value(len(WORST)), output_field=IntegerField())
    return kiosks.annotate(rank=rank).order_by("rank", "id")


def counts(kiosks: QuerySet[Kiosk], now: datetime) -> dict[str, int]:
    """How many of these need somebody for what, and `all` of them."""
    each = {need: Count("pk", filter=when) for need, when in conditions(now).items()}
    return kiosks.order_by("pk")[:ALL].aggregate(all=Count("pk"), **each)
