"""One account, locked until the caller's transaction ends: what is left of it, and what changes it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from django.db import connection
from django.db.models import F, Sum

from cloud.club.errors import Unknown
from cloud.club.ledger import Allocation, Lot, Owed, available, pay, spent
from cloud.club.models import Debt as StoredDebt
from cloud.club.models import Entry, Hold, Member
from cloud.club.models import Lot as StoredLot
from cloud.fleet.rows import Into, among, insert
from mqtt.vocabulary import MemberId, Points, StoreId

_LOCK = "SELECT id FROM club_member WHERE id {} ORDER BY id FOR NO KEY UPDATE"
_ALLOCATIONS = Into("club_allocation", ("debit_id", "lot_id", "points"))
_LESS = "UPDATE club_lot SET remaining = remaining - %s WHERE entry_id = %s"


def lock(members: Collection[str]) -> None:
    """Let nobody else book on members before the caller's transaction ends; none waits in a circle."""
    if connection.vendor != "sqlite":  # there the one who writes is alone anyhow
        with connection.cursor() as cursor:
            among(cursor, _LOCK, members)


class NoMember(Unknown):
    """Nobody has this id, or whoever had it has been deleted."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry is there. `source` is its unique name: what was booked under it is not booked again."""

    source: str
    occurred_at: datetime
    received_at: datetime
    reason: str = ""
    store: StoreId | None = None
    invoice: str | None = None
    line: str | None = None
    device: str | None = None
    actor: str | None = None


class Terms(NamedTuple):
    """From when until before when a credit can be spent, and the lot whose points it brings back."""

    active_from: datetime
    expires_at: datetime | None = None
    origin: int | None = None


@dataclass
class Account:
    """What is left of a member's entries. Made and changed within one transaction only."""

    member: MemberId
    lots: list[Lot]
    debts: list[Owed]
    held: Points

    @classmethod
    def of(cls, member: MemberId) -> Self:
        """Lock a member's account and read it. Raises NoMember."""
        if not Member.objects.select_for_update(no_key=True).filter(id=member).values_list("id"):
            raise NoMember(f"there is no member {member}")
        left = {"member": member, "remaining__gt": 0}
        lots = StoredLot.objects.filter(**left).values_list(
            "entry_id", "remaining", "active_from", "expires_at"
        )
        debts = StoredDebt.objects.filter(**left).order_by("entry_id").values_list("entry_id", "remaining")
        held = Hold.objects.filter(member=member, state="open").aggregate(held=Sum("points"))["held"] or 0
        return cls(
            member,
            [Lot(entry, Points(left), begin, end) for entry, left, begin, end in lots],
            [Owed(entry, Points(left)) for entry, left in debts],
            Points(held),
        )

    @property
    def debt(self) -> Points:
        """What the next credits pay."""
        return Points(sum(owed.points for owed in self.debts))

    def available(self, at: datetime) -> Points:
        """What can be spent, below 0 where more is owed or set aside than there is."""
        return Points(available(self.lots, self.held, at) - self.debt)

    def debit(
        self,
        kind: str,
        points: Points,
        cause: Cause,
        taken: Sequence[Allocation],
        *,
        reverses: int | None = None,
    ) -> Entry:
        """Post a debit of what was taken; what is missing is paid by what is pending, or else owed."""
        entry = self._post(kind, -points, cause, reverses)
        self._take({entry.id: taken})
        missing = Points(points - sum(part.points for part in taken))
        if missing:
            StoredDebt.objects.create(entry=entry, member_id=self.member, remaining=missing)
            self.debts.append(Owed(entry.id, missing))
            self.pay()
        return entry

    def credit(
        self, kind: str, points: Points, cause: Cause, terms: Terms, *, reverses: int | None = None
    ) -> Entry:
        """Post a credit, which pays what is owed first."""
        entry = self._post(kind, points, cause, reverses)
        active_from, expires_at, origin = terms
        StoredLot.objects.create(
            entry=entry,
            member_id=self.member,
            remaining=points,
            active_from=active_from,
            expires_at=expires_at,
            origin_id=origin,
        )
        self.lots.append(Lot(entry.id, points, active_from, expires_at))
        self.pay()
        return entry

    def pay(self) -> None:
        """Pay what is owed out of what is there, oldest debts first."""
        paid = pay(self.debts, self.lots)
        self._take(paid)
        for debit, parts in paid.items():
            sum_of = sum(part.points for part in parts)
            StoredDebt.objects.filter(entry=debit).update(remaining=F("remaining") - sum_of)
        self.debts = [left for owed in self.debts if (left := _less(owed, paid)).points]

    def _post(self, kind: str, points: int, cause: Cause, reverses: int | None) -> Entry:
        return Entry.objects.create(
            member_id=self.member,
            kind=kind,
            points=points,
            reason=cause.reason or kind,
            occurred_at=cause.occurred_at,
            received_at=cause.received_at,
            store_id=cause.store,
            source_key=cause.source,
            invoice=cause.invoice,
            line=cause.line,
            device=cause.device,
            actor=cause.actor,
            reverses_id=reverses,
        )

    def _take(self, taken: Mapping[int, Sequence[Allocation]]) -> None:
        for parts in taken.values():
            self.lots = spent(self.lots, parts)
        rows = [(debit, lot, points) for debit, parts in taken.items() for lot, points in parts]
        if not rows:
            return
        with connection.cursor() as cursor:
            insert(cursor, _ALLOCATIONS, rows)
            cursor.executemany(_LESS, [(points, lot) for _, lot, points in rows])


def _less(owed: Owed, paid: Mapping[int, Sequence[Allocation]]) -> Owed:
    return replace(owed, points=Points(owed.points - sum(part.points for part in paid.get(owed.entry, ()))))
