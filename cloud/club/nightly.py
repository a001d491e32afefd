"""Once a day: points past their day are booked. What must be so of the ledger is in `invariants`."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cloud.club import postings
from cloud.club.account import Cause
from cloud.club.models import Lot
from mqtt.vocabulary import MemberId

BATCH = 1000
"""Members looked up at a time."""


def lapse_all(at: datetime, said: Callable[[int], None]) -> int:
    """Book what lapsed by `at`, a transaction a member, and tell how many members were done so far.

    Begun again after it was stopped, it goes on where it was. What is on hold waits for its hold to end.
    """
    done = 0
    for member in _members(at):
        postings.lapse(member, Cause("nightly", at, at))
        done += 1
        if done % BATCH == 0:
            said(done)
    return done


def _members(at: datetime) -> Iterator[MemberId]:
    """Whoever has points past their day, in order of their ids."""
    last = ""
    while True:
        past = Lot.objects.filter(remaining__gt=0, expires_at__lte=at, member__gt=last)
        found = list(past.order_by("member").values_list("member_id", flat=True).distinct()[:BATCH])
        yield from map(MemberId, found)
        if len(found) < BATCH:
            return
        last = found[-1]
