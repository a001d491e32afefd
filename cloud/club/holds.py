"""Points set aside, and what becomes of them: spent, released, or written off. Time alone ends no hold."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from cloud.club.account import Account, Cause, Terms
from cloud.club.errors import Untimely
from cloud.club.ledger import allocate
from cloud.club.models import Entry, Hold
from cloud.club.postings import enough, follow, give_back, lapsed, lock_path
from mqtt.vocabulary import KioskId, MemberId, Points

ALLOWANCE, REDEMPTION = "allowance", "redemption"


class HoldEnded(Untimely):
    """The hold was settled, released or written off already."""


def hold(member: MemberId, points: Points, purpose: str, device: KioskId, cause: Cause) -> Hold:
    """Set points aside, once for a cause. Raises NotEnough, NoMember, and ValueError below 1 point."""
    if points < 1:
        raise ValueError(f"a hold has at least 1 point, not {points}")
    with transaction.atomic():
        account = Account.of(member)
        found = Hold.objects.filter(source_key=cause.source).first()
        if found is not None:
            return found
        enough(lapsed(account, cause), points, cause.occurred_at)
        return Hold.objects.create(
            member_id=member,
            points=points,
            purpose=purpose,
            device=device,
            made_at=cause.occurred_at,
            source_key=cause.source,
        )


def settle(number: int, points: Points, cause: Cause) -> Entry:
    """Spend points of a hold and release the others: those that could be spent when it was made.

    Said again it gives the same entry. Raises HoldEnded, and ValueError for more than the hold has.
    """
    with transaction.atomic():
        account, held = _locked(number)
        found = Entry.objects.filter(source_key=cause.source).first()
        if found is not None:
            return found
        _end(held, "settled", cause.received_at)
        if not 0 < points <= held.points:
            raise ValueError(f"hold {number} has {held.points} points, not {points}")
        return account.debit("redeem", points, cause, allocate(account.lots, points, held.made_at))


def release(number: int, at: datetime) -> None:
    """Let the points of a hold be spent by anybody again; one that is released stays so. Raises HoldEnded."""
    with transaction.atomic():
        _, held = _locked(number)
        if held.state != "released":
            _end(held, "released", at)


def write_off(number: int, cause: Cause) -> Entry:
    """Book a hold whose kiosk is lost as if all of it had been spent. Said again as `settle`.

    The entry is called after the hold, not by the cause: what the kiosk tells late is set off against it.
    """
    with transaction.atomic():
        account, held = _locked(number)
        named = replace(cause, source=written_off(held))
        found = Entry.objects.filter(source_key=named.source).first()
        if found is not None:
            return found
        _end(held, "written-off", cause.received_at)
        points = Points(held.points)
        return account.debit("adjust", points, named, allocate(account.lots, points, held.made_at))


def written_off(held: Hold) -> str:
    """What the entry is called by which a hold is written off."""
    return f"written-off:{held.source_key}"


def free(number: int, cause: Cause) -> None:
    """Let a hold's points be spent again: nothing of it is, nor will be. One that has ended otherwise stays.

    What was written off comes back, to whoever has the member's points now.
    """
    with transaction.atomic():
        _, held = _locked(number)
        if held.state == "open":
            _end(held, "released", cause.received_at)
        elif held.state == "written-off":
            _take_back(held, cause)


def spend(number: int, points: Points, cause: Cause) -> Entry:
    """Book what was given out for a hold's points, whatever became of the hold; the rest of it is free.

    An open one is settled, one that was written off comes back first: so what is spent is spent once. For
    one that has ended otherwise, or has fewer points, nothing is set aside. Said again, or for a cause that
    another hold was spent for, it gives the same entry.
    """
    with transaction.atomic():
        _, held = _locked(number)
        found = Entry.objects.filter(source_key=cause.source).first()
        if found is None and held.state == "open" and points <= held.points:
            return settle(number, points, cause)
        if held.state == "open":
            _end(held, "released", cause.received_at)
        if found is not None:
            return found
        if not (held.state == "written-off" and _take_back(held, cause)):
            return spend_unheld(MemberId(held.member_id), points, cause)
        account = Account.of(MemberId(held.member_id))
        entry = account.debit("redeem", points, cause, allocate(account.lots, points, held.made_at))
        follow(entry, cause)
        return entry


def spend_unheld(member: MemberId, points: Points, cause: Cause) -> Entry:
    """Book points for which nothing is set aside, and which were given out all the same; the rest is owed.

    On whoever has the member's points now. The time of arrival decides: of what had lapsed by then nothing
    is taken. Raises NoMember.
    """
    with transaction.atomic():
        account = Account.of(MemberId(lock_path(member)[-1]))
        found = Entry.objects.filter(source_key=cause.source).first()
        if found is not None:
            return found
        now = replace(cause, occurred_at=cause.received_at)
        taken = allocate(lapsed(account, now).lots, points, now.occurred_at)
        return account.debit("redeem", points, cause, taken)


def _take_back(held: Hold, cause: Cause) -> bool:
    """Undo a write-off, once: it and what comes back sum to zero."""
    off = Entry.objects.get(source_key=written_off(held))
    if off.reversals.exists():
        return False
    took = off.allocations.aggregate(points=Sum("points"))["points"] or 0
    back = replace(cause, source=f"taken-back:{held.source_key}", reason="write-off-undone")
    if took:
        give_back(off, Points(took), back, kind="adjust")
    if owed := Points(held.points - took):
        again = replace(back, source=f"{back.source}/owed")
        terms = Terms(cause.received_at)
        account = Account.of(MemberId(held.member_id))
        follow(account.credit("adjust", owed, again, terms, reverses=off.id), again)
    return True


def _locked(number: int) -> tuple[Account, Hold]:
    """The account first: it is what everybody locks. Raises Hold.DoesNotExist."""
    member = Hold.objects.values_list("member_id", flat=True).get(id=number)
    lock_path(member)
    return Account.of(MemberId(member)), Hold.objects.get(id=number)


def _end(held: Hold, state: str, at: datetime) -> None:
    if held.state != "open":
        raise HoldEnded(f"hold {held.id} is {held.state}")
    held.state, held.ended_at = state, at
    held.save(update_fields=("state", "ended_at"))
