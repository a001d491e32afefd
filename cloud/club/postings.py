"""What can be booked on a member's account, each a transaction of its own, and each once for its cause.

Said again under the same `source`, a posting changes nothing and gives the entry that is there.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from django.db import transaction
from django.db.models import Sum

from cloud.club.account import Account, Cause, Terms, lock
from cloud.club.errors import ClubError
from cloud.club.ledger import Allocation, allocate, claw, expire, move, unheld
from cloud.club.membership import path_of
from cloud.club.models import Allocation as StoredAllocation
from cloud.club.models import Entry, Merge
from cloud.club.models import Lot as StoredLot
from mqtt.vocabulary import MemberId, Points

GRACE = timedelta(days=30)
"""How long points can be spent that come back after their day."""
P = ParamSpec("P")


class NotEnough(ClubError, ValueError):
    """More points than can be spent; `available` of them can."""

    def __init__(self, available: Points) -> None:
        """Say how many there are."""
        super().__init__(f"only {max(0, available)} points can be spent")
        self.available = available


def once(
    post: Callable[Concatenate[Account, Points, Cause, P], Entry],
) -> Callable[Concatenate[MemberId, Points, Cause, P], Entry]:
    """Have a posting done once for its cause, in a transaction, of at least 1 point."""

    def posted(
        member: MemberId, points: Points, cause: Cause, /, *args: P.args, **options: P.kwargs
    ) -> Entry:
        if points < 1:
            raise ValueError(f"a posting has at least 1 point, not {points}")
        with transaction.atomic():
            account = Account.of(member)
            found = Entry.objects.filter(source_key=cause.source).first()
            return found or post(account, points, cause, *args, **options)

    return posted


@once
def redeem(account: Account, points: Points, cause: Cause) -> Entry:
    """Spend points. Raises NotEnough, NoMember."""
    enough(lapsed(account, cause), points, cause.occurred_at)
    return account.debit("redeem", points, cause, allocate(account.lots, points, cause.occurred_at))


@once
def goodwill(account: Account, points: Points, cause: Cause, terms: Terms) -> Entry:
    """Give points because the shop wants to."""
    return account.credit("goodwill", points, cause, terms)


@once
def correct(account: Account, points: Points, cause: Cause) -> Entry:
    """Take points that should not be there; what is spent already is owed."""
    taken = allocate(lapsed(account, cause).lots, points, cause.occurred_at)
    return account.debit("adjust", points, cause, taken)


@once
def make_good(account: Account, points: Points, cause: Cause, terms: Terms) -> Entry:
    """Give points that should be there and are not."""
    return account.credit("adjust", points, cause, terms)


def claw_back(earned: Entry, points: Points, cause: Cause) -> Entry:
    """Take back what an entry gave; what is spent already is owed. `ledger.reverse` says how many."""
    with transaction.atomic():
        entry = _claw_back(MemberId(earned.member_id), points, cause, earned.id)
        follow(entry, cause)
        return entry


@once
def _claw_back(account: Account, points: Points, cause: Cause, earned: int) -> Entry:
    taken = claw(lapsed(account, cause).lots, points, cause.occurred_at, earned)
    return account.debit("clawback", points, cause, taken, reverses=earned)


def give_back(spending: Entry, points: Points, cause: Cause, *, kind: str = "redeem_return") -> list[Entry]:
    """Give back what a debit took: each lot's points under its terms, with grace where its day has passed.

    What was spent last comes back first. Raises ValueError for more than was spent.
    """
    with transaction.atomic():
        account = Account.of(MemberId(spending.member_id))
        found = list(Entry.objects.filter(reverses=spending, source_key__startswith=f"{cause.source}/"))
        given = found or [
            account.credit(kind, part.points, _named(cause, part), terms, reverses=spending.id)
            for part, terms in _origins(spending, points, cause.occurred_at)
        ]
        follow(given[0], cause)
        return given


def follow(booked: Entry, cause: Cause) -> None:
    """Let whoever the entry's member was merged into have what came to them by it, or owe what they owe."""
    member = MemberId(booked.member_id)
    while merged := Merge.objects.filter(gone=member, undone_at=None).first():
        kept = MemberId(merged.kept_id)
        transfer_all(member, kept, replace(cause, source=f"merge/{merged.id}/{booked.id}"))
        member = kept


def transfer(
    giver: MemberId, taker: MemberId, points: Points, cause: Cause, *, first: Collection[int] = ()
) -> Entry:
    """Move points to another member, where they are spent and lapse as they would have; the giver's entry.

    From the lots `first`, then those that would be spent first; never what is on hold.
    Raises NotEnough, NoMember, and ValueError where both are the same.
    """
    if giver == taker:
        raise ValueError(f"{giver} cannot transfer to themselves")
    with transaction.atomic():
        lock((giver, taker))
        return _transfer(giver, points, cause, taker, first)


@once
def _transfer(
    account: Account, points: Points, cause: Cause, taker: MemberId, first: Collection[int]
) -> Entry:
    free = unheld(lapsed(account, cause).lots, account.held, cause.occurred_at)
    taken = move(free, points, cause.occurred_at, first)
    if sum(part.points for part in taken) < points:
        raise NotEnough(Points(sum(lot.remaining for lot in free)))
    entry = account.debit("transfer", points, cause, taken)
    receiver = Account.of(taker)
    for part, terms in _terms(taken):
        receiver.credit("transfer", part.points, _named(cause, part), terms, reverses=entry.id)
    return entry


def transfer_debt(giver: MemberId, taker: MemberId, points: Points, cause: Cause) -> Entry:
    """Let another member owe what one owes; the taker's entry. Raises as `transfer`."""
    with transaction.atomic():
        lock((giver, taker))
        return _transfer_debt(taker, points, cause, giver)


@once
def _transfer_debt(account: Account, points: Points, cause: Cause, giver: MemberId) -> Entry:
    taken = allocate(lapsed(account, cause).lots, points, cause.occurred_at)
    entry = account.debit("transfer", points, cause, taken)
    paying = replace(cause, source=f"{cause.source}/debt")
    Account.of(giver).credit("transfer", points, paying, Terms(cause.occurred_at), reverses=entry.id)
    return entry


def transfer_all(giver: MemberId, taker: MemberId, cause: Cause) -> int:
    """Let another member have all that one has, or owe what one owes; how much, below 0 for a debt.

    Raises as `transfer`: NotEnough where points are on hold.
    """
    with transaction.atomic():
        lock((giver, taker))
        account = lapsed(Account.of(giver), cause)
        if account.debt:
            transfer_debt(giver, taker, account.debt, cause)
            return -account.debt
        points = Points(sum(lot.remaining for lot in account.lots))
        if points:
            transfer(giver, taker, points, cause)
        return points


def lock_path(member: str) -> list[str]:
    """Lock a member and whoever they were merged into; the last one has the points."""
    path = path_of(member)
    lock(path)
    return path if path_of(member) == path else lock_path(member)


def lapse(member: MemberId, cause: Cause) -> None:
    """Book what has lapsed by the cause's moment. Raises NoMember."""
    with transaction.atomic():
        lapsed(Account.of(member), cause)


def lapsed(account: Account, cause: Cause) -> Account:
    """The account after what has lapsed by the cause's moment is booked: one entry a lot."""
    for part in expire(account.lots, cause.occurred_at, account.held):
        day = Cause(f"expire/{part.lot}/{_times(part.lot)}", cause.occurred_at, cause.received_at)
        account.debit("expire", part.points, day, [part], reverses=part.lot)
    return account


def enough(account: Account, points: Points, at: datetime) -> None:
    """Raise NotEnough if less can be spent."""
    if account.available(at) < points:
        raise NotEnough(account.available(at))


def _times(lot: int) -> int:
    """How often a lot has lapsed before: what was on hold then lapses later."""
    return Entry.objects.filter(reverses=lot, kind="expire").count()


def _named(cause: Cause, part: Allocation) -> Cause:
    return replace(cause, source=f"{cause.source}/{part.lot}")


def _terms(parts: Iterable[Allocation]) -> list[tuple[Allocation, Terms]]:
    parts = list(parts)
    lots = StoredLot.objects.in_bulk([part.lot for part in parts])
    return [(part, Terms(lots[part.lot].active_from, lots[part.lot].expires_at, part.lot)) for part in parts]


def _origins(spending: Entry, points: Points, at: datetime) -> list[tuple[Allocation, Terms]]:
    """Which lots get points back, and under which terms; what is still owed of it comes without any."""
    if points > -spending.points - sum(entry.points for entry in spending.reversals.all()):
        raise ValueError(f"{points} points are more than entry {spending.id} still has to give back")
    taken = StoredAllocation.objects.filter(debit=spending).order_by("-id").values_list("lot_id", "points")
    back = _back(spending)
    parts = []
    for lot, took in taken:
        part = min(points, took - back.pop(lot, 0))
        points = Points(points - part)
        if part:
            parts.append(Allocation(lot, Points(part)))
    owed = [(Allocation(spending.id, points), Terms(at))] if points else []
    return [(part, _graced(terms, at)) for part, terms in _terms(parts)] + owed


def _back(spending: Entry) -> dict[int, int]:
    """By lot, what was given back before."""
    given = StoredLot.objects.filter(entry__reverses=spending, origin__isnull=False)
    return dict(given.values_list("origin").annotate(Sum("entry__points")))


def _graced(terms: Terms, at: datetime) -> Terms:
    over = terms.expires_at is not None and terms.expires_at <= at
    return terms._replace(expires_at=at + GRACE) if over else terms
