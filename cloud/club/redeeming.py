"""What a kiosk asks of the ledger: an allowance for a member, and points that are to be spent there now."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from cloud.club import holds
from cloud.club.account import Account, Cause, NoMember
from cloud.club.decisions import Allowances, decided
from cloud.club.models import Entry, Hold, Member
from cloud.club.postings import NotEnough
from cloud.club.recalls import hold_of, recall, recallable
from mqtt.down import Lent, Spend
from mqtt.vocabulary import AllowanceId, KioskId, MemberId, Points, VisitId, WalletId, wallet_of

_BYTES = 8


def grant_of(kiosk: KioskId, visit: VisitId) -> str:
    """What the hold of a visit's redemption is called."""
    return f"grant:{kiosk}/{visit}"


def spent_by(kiosk: KioskId, visit: VisitId) -> str:
    """What the entry of a visit's redemption is called: a visit has one."""
    return f"spent:{kiosk}/{visit}"


def lend(
    kiosk: KioskId,
    wallet: WalletId,
    member: MemberId,
    now: datetime,
    new: Callable[[int], str] = secrets.token_hex,
) -> Lent | None:
    """What a kiosk may spend of a member's points without asking; None for nothing.

    Asked again it is the same, until it is used or called back; but not by another `wallet`, on another disk,
    which cannot know whether it was used. Who taps here has no use for what another kiosk holds, so that is
    called back.
    """
    if not decided(Allowances).most and not recallable(member).exists():
        return None  # most clubs, most taps: asking takes no lock, a transaction would
    with suppress(NoMember), transaction.atomic():
        return _borrowed(Account.of(member), kiosk, now, AllowanceId(wallet + new(_BYTES)))
    return None


def ask(kiosk: KioskId, member: MemberId, spend: Spend, now: datetime) -> bool:
    """Set points aside for a visit's redemption, once; whether they are.

    Not for a visit whose redemption is settled or abandoned. What `spend` gives back is free before that;
    where it still is not enough, what other kiosks hold is called back.
    """
    try:
        with transaction.atomic():
            Account.of(member)
            _give_back(kiosk, member, spend, now)
            return _here(member) and _granted(kiosk, member, spend, now)
    except (NoMember, IntegrityError):
        # gone meanwhile; or the visit is another member's
        return False


def _borrowed(account: Account, kiosk: KioskId, now: datetime, name: AllowanceId) -> Lent | None:
    member = account.member
    if not _here(member):
        return None
    recall(member, now, but=kiosk)
    mine = recallable(member).filter(device=kiosk).first()
    if mine is not None:
        # one that was called back may still be spent there: with another beside it, twice as much
        lent = _lent(mine)
        return None if mine.recalled_at or wallet_of(lent.allowance) != wallet_of(name) else lent
    points = decided(Allowances).of(account.available(now))
    if not points:
        return None
    return _lent(holds.hold(member, points, holds.ALLOWANCE, kiosk, Cause(hold_of(name), now, now)))


def _granted(kiosk: KioskId, member: MemberId, spend: Spend, now: datetime) -> bool:
    if Entry.objects.filter(source_key=spent_by(kiosk, spend.visit)).exists():
        return False
    name = grant_of(kiosk, spend.visit)
    found = Hold.objects.filter(source_key=name).first()
    if found is not None:
        return (found.state, found.member_id, found.points) == ("open", member, spend.points)
    try:
        holds.hold(member, spend.points, holds.REDEMPTION, kiosk, Cause(name, now, now))
    except NotEnough:
        recall(member, now, but=kiosk)
        return False
    return True


def _give_back(kiosk: KioskId, member: MemberId, spend: Spend, now: datetime) -> None:
    """Free an allowance of this kiosk's for this member: its journal says that it is unspent."""
    if spend.allowance is None:
        return
    held = Hold.objects.filter(source_key=hold_of(spend.allowance), device=kiosk, member=member).first()
    if held is not None:
        holds.free(held.id, Cause(held.source_key, now, now, device=kiosk))


def _here(member: MemberId) -> bool:
    """Whether the member has neither left nor been merged; asked while the account is locked."""
    return Member.objects.filter(id=member, left_on=None, merged_into=None).exists()


def _lent(held: Hold) -> Lent:
    name = held.source_key.removeprefix(hold_of(AllowanceId("")))
    return Lent(AllowanceId(name), MemberId(held.member_id), Points(held.points))
