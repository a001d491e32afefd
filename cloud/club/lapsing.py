"""What has lapsed is booked for many members at once, as `postings.lapse` books it for one."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Sum

from cloud.club.account import lock
from cloud.club.ledger import Allocation, Lot, expire
from cloud.club.models import Entry, Hold
from cloud.club.models import Lot as StoredLot
from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, among, insert
from mqtt.vocabulary import MemberId, Points

_ENTRIES = Into(
    "club_entry",
    ("member_id", "kind", "points", "reason", "occurred_at", "received_at", "source_key", "reverses_id"),
)
_BOOKED = "SELECT id, reverses_id, -points FROM club_entry WHERE source_key {}"
_ALLOCATIONS = Into("club_allocation", ("debit_id", "lot_id", "points"))
_LESS = (
    "UPDATE club_lot SET remaining = remaining + e.points FROM club_entry e"
    " WHERE e.reverses_id = club_lot.entry_id AND e.source_key {} RETURNING remaining"
)


@transaction.atomic
def lapse(members: Collection[MemberId], at: datetime) -> None:
    """Book what has lapsed by `at`, an entry a lot; what is on hold waits for its hold to end."""
    lock(members)
    due = _due(members, at)
    times = _times({part.lot for parts in due.values() for part in parts})
    named = {
        f"expire/{part.lot}/{times[part.lot]}": (member, part)
        for member, parts in due.items()
        for part in parts
    }
    with connection.cursor() as cursor:
        insert(cursor, _ENTRIES, [_entry(name, *what, at) for name, what in named.items()])
        _take(cursor, named)


def _due(members: Collection[MemberId], at: datetime) -> dict[MemberId, tuple[Allocation, ...]]:
    """By member, what lapses of which lot."""
    held = Hold.objects.filter(member__in=members, state="open").values_list("member").annotate(Sum("points"))
    kept = dict(held)
    lots: defaultdict[MemberId, list[Lot]] = defaultdict(list)
    found = StoredLot.objects.filter(member__in=members, remaining__gt=0)
    for member, entry, left, begin, end in found.values_list(
        "member_id", "entry_id", "remaining", "active_from", "expires_at"
    ):
        lots[MemberId(member)].append(Lot(entry, Points(left), begin, end))
    return {member: expire(own, at, Points(kept.get(member, 0))) for member, own in lots.items()}


def _times(lots: Collection[int]) -> Counter[int]:
    """How often each lot has lapsed before: what was on hold then lapses later."""
    before = Entry.objects.filter(reverses__in=lots, kind="expire").values_list("reverses")
    return Counter(dict(before.annotate(Count("id"))))


def _entry(name: str, member: MemberId, part: Allocation, at: datetime) -> tuple[str | int, ...]:
    return member, "expire", -part.points, "expire", stored(at), stored(at), name, part.lot


def _take(cursor: CursorWrapper, named: Collection[str]) -> None:
    """Take what was booked from its lots."""
    insert(cursor, _ALLOCATIONS, among(cursor, _BOOKED, named))
    among(cursor, _LESS, named)
