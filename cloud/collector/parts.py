"""Personal parts of which nothing will come: nobody joined by them, and they are not kept for that."""

from datetime import datetime, timedelta
from typing import Final

from cloud.club.models import WAITS, KioskJoin, PersonPart
from cloud.collector.people import EMPTY

KEPT: Final = timedelta(days=30)
"""So long a parked event may still be mended and posted, with what somebody said of themselves."""


def forget(now: datetime) -> int:
    """Empty what came so long ago and no join waits for; how many it were."""
    waiting = KioskJoin.objects.filter(person=WAITS).values("event")
    old = PersonPart.objects.filter(received_at__lt=now - KEPT).exclude(fields=EMPTY)
    return old.exclude(event__in=waiting).update(fields=EMPTY)
