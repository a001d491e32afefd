"""Accounts as they are stored: credits become entries, each once; balances and histories are read."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Sum, Window
from django.db.models.functions import RowNumber

from cloud.club.account import Account, lock
from cloud.club.ledger import Lot, available, pending, spendable
from cloud.club.models import Debt, Entry, Hold
from cloud.club.models import Lot as StoredLot
from cloud.club.rules import Credit
from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, among, insert
from cloud.voice.buckets import day_of
from mqtt.down import Movement
from mqtt.vocabulary import MemberId, Points

MOVEMENTS = 5
"""Lines of history that a kiosk shows."""

_ENTRIES = Into(
    "club_entry",
    (
        *("member_id", "kind", "points", "reason", "occurred_at", "received_at"),
        *("store_id", "source_key", "limit_key", "rule", "rule_version", "invoice"),
    ),
    "ON CONFLICT (limit_key) DO NOTHING",
)
_TERMS = {
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS source, json_extract(value, '$[1]') AS active_from,"
        " json_extract(value, '$[2]') AS expires_at FROM json_each(%s)"
    ),
    "postgresql": (
        "SELECT value ->> 0 AS source, (value ->> 1)::timestamptz AS active_from,"
        " (value ->> 2)::timestamptz AS expires_at FROM json_array_elements(%s::json)"
    ),
}
_LOTS = (
    "INSERT INTO club_lot (entry_id, member_id, remaining, active_from, expires_at)"
    " SELECT e.id, e.member_id, e.points, r.active_from, r.expires_at"
    " FROM ({}) r JOIN club_entry e ON e.source_key = r.source"
)
_OWING = "SELECT DISTINCT member_id FROM club_debt WHERE remaining > 0 AND member_id {}"
_TAKEN = "SELECT limit_key FROM club_entry WHERE limit_key {}"


def book(earned: Iterable[Credit]) -> set[MemberId]:
    """Book what the limits allow, in the caller's transaction; whose balance changed.

    Nobody else books on these members before that transaction ends. Raises IntegrityError for a source
    that was booked before under another limit.
    """
    wanted: dict[str, Credit] = {}
    for credit in earned:
        wanted.setdefault(credit.limit_key, credit)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        lock({credit.member for credit in wanted.values()})
        taken = {key for (key,) in among(cursor, _TAKEN, wanted)}
        fresh = [credit for key, credit in wanted.items() if key not in taken]
        insert(cursor, _ENTRIES, [_values(credit) for credit in fresh])
        _open(cursor, fresh)
        members = {credit.member for credit in fresh}
        for (owing,) in among(cursor, _OWING, members):
            Account.of(MemberId(owing)).pay()
    return members


def balances(members: Collection[MemberId]) -> dict[MemberId, int]:
    """The sum of each member's entries; a member without entries is not in it."""
    sums = Entry.objects.filter(member__in=members).values_list("member_id").annotate(Sum("points"))
    return {MemberId(member): points for member, points in sums}


@dataclass
class Standing:
    """What one has at a moment: `pending` can be spent later, `held` is set aside.

    `available` below 0 is a debt. `lapsing` is what can be spent and has a day, by the moment of its end.
    """

    available: int = 0
    pending: int = 0
    held: int = 0
    lapsing: dict[datetime, int] = field(default_factory=dict)


def standings(members: Collection[MemberId], at: datetime) -> defaultdict[MemberId, Standing]:
    """What each member has; one without entries has nothing."""
    left = {"member__in": members, "remaining__gt": 0}
    rows = StoredLot.objects.filter(**left).values_list(
        "member_id", "entry_id", "remaining", "active_from", "expires_at"
    )
    lots: defaultdict[str, list[Lot]] = defaultdict(list)
    for member, entry, points, begin, end in rows:
        lots[member].append(Lot(entry, Points(points), begin, end))
    open_holds = Hold.objects.filter(member__in=members, state="open").values_list("member_id")
    held = dict(open_holds.annotate(Sum("points")))
    found: defaultdict[MemberId, Standing] = defaultdict(Standing)
    for member in {*lots, *held}:
        found[MemberId(member)] = _standing(lots[member], Points(held.get(member, 0)), at)
    for member, points in Debt.objects.filter(**left).values_list("member_id").annotate(Sum("remaining")):
        found[MemberId(member)].available -= points
    return found


def movements(members: Collection[MemberId], zone: ZoneInfo) -> dict[MemberId, tuple[Movement, ...]]:
    """Each member's last entries, newest first, on the day that it was at their store, or else in `zone`."""
    place = Window(RowNumber(), partition_by="member", order_by=F("id").desc())
    entries = Entry.objects.filter(member__in=members).annotate(place=place).filter(place__lte=MOVEMENTS)
    found: defaultdict[MemberId, list[Movement]] = defaultdict(list)
    fields = ("member_id", "occurred_at", "store__time_zone", "points", "reason")
    for member, moment, at_store, points, reason in entries.order_by("-id").values_list(*fields):
        day = day_of(moment, ZoneInfo(at_store) if at_store else zone)
        found[MemberId(member)].append(Movement(day, points, reason))
    return {member: tuple(lines) for member, lines in found.items()}


def _standing(lots: Collection[Lot], held: Points, at: datetime) -> Standing:
    made = Standing(available(lots, held, at), pending(lots, at), held)
    for lot in lots:
        if lot.expires_at and spendable([lot], at):
            made.lapsing[lot.expires_at] = made.lapsing.get(lot.expires_at, 0) + lot.remaining
    return made


def _open(cursor: CursorWrapper, fresh: Iterable[Credit]) -> None:
    """Make lots of new credits."""
    terms = [(c.source_key, stored(c.active_from), c.expires_at and stored(c.expires_at)) for c in fresh]
    if terms:
        cursor.execute(_LOTS.format(_TERMS[cursor.db.vendor]), (msgspec.json.encode(terms).decode(),))


def _values(credit: Credit) -> tuple[str | int | None, ...]:
    return (
        *(credit.member, "earn", credit.points, credit.reason),
        *(stored(credit.occurred_at), stored(credit.received_at)),
        *(credit.store, credit.source_key, credit.limit_key),
        *(credit.rule, credit.rule_version, credit.invoice),
    )
