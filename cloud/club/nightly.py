"""Once a day: points past their day are booked. What must be so of the ledger is in `invariants`."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cloud.club.lapsing import lapse
from cloud.club.models import Lot
from mqtt.vocabulary import MemberId

BATCH = 1000
"""Members in a transaction: enough that a commit costs little, few enough that no till waits long."""


def lapse_all(at: datetime, said: Callable[[int], None]) -> int:
    """Book what lapsed by `at`, a transaction for :data:`BATCH` members, and tell how many were done so far.

    Begun again after it was stopped, it goes on where it was. What is on hold waits for its hold to end.
    """
    done = 0
    for members in _batches(at):
        lapse(members, at)
        done += len(members)
        said(done)
    return done


def _batches(at: datetime) -> Iterator[list[MemberId]]:
    """Whoever has points past their day, in order of their ids."""
    last = ""
    while True:
        past = Lot.objects.filter(remaining__gt=0, expires_at__lte=at, member__gt=last)
        found = list(past.order_by("member").values_list("member_id", flat=True).distinct()[:BATCH])
        if not found:
            return
        yield list(map(MemberId, found))
        last = found[-1]
