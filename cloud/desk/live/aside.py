"""What was set aside, and what will never come, of the kiosks of some stores (None: all there is)."""

from collections.abc import Collection

from django.db.models import QuerySet

from cloud.collector.models import Hole, Parked
from cloud.fleet.models import Kiosk


def set_aside(stores: Collection[str] | None) -> QuerySet[Parked]:
    """Messages that could not be read or booked."""
    every = Parked.objects.all()
    return every if stores is None else every.filter(kiosk__in=_kiosks(stores))


def never_coming(stores: Collection[str] | None) -> QuerySet[Hole]:
    """Rows that neither the kiosk nor the cloud has."""
    every = Hole.objects.select_related("stream")
    return every if stores is None else every.filter(stream__kiosk__in=_kiosks(stores))


def _kiosks(stores: Collection[str]) -> QuerySet[Kiosk, str]:
    return Kiosk.objects.filter(store__in=stores).values_list("id", flat=True)
