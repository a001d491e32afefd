"""Points set aside, and what becomes of them: spent, released, or written off. Time alone ends no hold."""

from datetime import datetime

from django.db import transaction

from cloud.club.account import Account, Cause
from cloud.club.errors import Untimely
from cloud.club.ledger import allocate
from cloud.club.models import Entry, Hold
from cloud.club.postings import enough, lapsed
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
    """Book a hold whose kiosk is lost as if all of it had been spent. Said again as `settle`."""
    with transaction.atomic():
        account, held = _locked(number)
        found = Entry.objects.filter(source_key=cause.source).first()
        if found is not None:
            return found
        _end(held, "written-off", cause.received_at)
        points = Points(held.points)
        return account.debit("adjust", points, cause, allocate(account.lots, points, held.made_at))


def _locked(number: int) -> tuple[Account, Hold]:
    """The account first: it is what everybody locks. Raises Hold.DoesNotExist."""
    member = Hold.objects.values_list("member_id", flat=True).get(id=number)
    return Account.of(MemberId(member)), Hold.objects.get(id=number)


def _end(held: Hold, state: str, at: datetime) -> None:
    if held.state != "open":
        raise HoldEnded(f"hold {held.id} is {held.state}")
    held.state, held.ended_at = state, at
    held.save(update_fields=("state", "ended_at"))
