"""Two members who are one person: their cards and points come together, and apart again if it was wrong."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from cloud.club import naming, postings
from cloud.club.account import Account, Cause
from cloud.club.changes import tell
from cloud.club.errors import Unknown, Untimely
from cloud.club.lineage import lapsed, lineage, paid
from cloud.club.membership import held
from cloud.club.models import Card, CardMove, Entry, Member, Merge, Person
from cloud.club.recalls import recall
from mqtt.vocabulary import MemberId, Points

log = logging.getLogger("cloud.club")


class OnHold(Untimely):
    """Points of who is to be merged are out."""


def merge(gone: MemberId, kept: MemberId, at: datetime) -> Merge:
    """Let the cards of `gone` be those of `kept`; both persons stay until it is confirmed.

    Raises Unknown, and Untimely for members of two groups, or for one whose points are on hold: what kiosks
    hold is then called back, so that it can be done in a moment.
    """
    try:
        return _merge(gone, kept, at)
    except OnHold:
        recall(gone, at)
        raise


@transaction.atomic
def _merge(gone: MemberId, kept: MemberId, at: datetime) -> Merge:
    if gone == kept:
        raise Untimely("these are one member already")
    members = {one: held(one) for one in sorted((gone, kept))}
    if members[gone].group_id != members[kept].group_id:
        raise Untimely("members of two store groups cannot be merged: move one of them first")
    merged = Merge.objects.create(gone_id=gone, kept_id=kept, at=at, points=0)
    merged.points = _bring_points(merged, at)
    merged.save(update_fields=("points",))
    _move(Card.objects.filter(member=gone), kept, merged, at)
    Member.objects.filter(id=gone).update(merged_into=kept)
    tell(gone, kept)
    log.info("merge %d: %s into %s", merged.id, gone, kept)
    return merged


@transaction.atomic
def unmerge(number: int, at: datetime) -> Merge:
    """Put everything back: the cards that came, those that replaced them, the member. Raises as `merge`."""
    merged = _open(number)
    held(merged.kept_id)
    came = CardMove.objects.filter(merge=merged).values_list("card", flat=True)
    back = _with_followers(came)
    _move(Card.objects.filter(key__in=back, member=merged.kept_id), MemberId(merged.gone_id), merged, at)
    _return_points(merged, at)
    Member.objects.filter(id=merged.gone_id).update(merged_into=None)
    Merge.objects.filter(id=number).update(undone_at=at)
    tell(merged.gone_id, merged.kept_id)
    log.info("merge %d: undone", number)
    return merged


@transaction.atomic
def confirm(number: int, at: datetime) -> Merge:
    """Let it be for good: one person is left, that of `kept` if there is one. Raises as `merge`."""
    merged = _open(number)
    held(merged.kept_id)
    person = Person.objects.filter(member=merged.gone_id).first()
    if person is not None:
        person.delete()
        if not Person.objects.filter(member=merged.kept_id).exists():
            person.member_id = merged.kept_id
            person.save(force_insert=True)
            naming.index(person)
    Merge.objects.filter(id=number).update(confirmed_at=at)
    tell(merged.kept_id)
    log.info("merge %d: confirmed", number)
    return merged


def _open(number: int) -> Merge:
    found = Merge.objects.select_for_update().filter(id=number).first()
    if found is None:
        raise Unknown("there is no such merge")
    if found.undone_at or found.confirmed_at:
        raise Untimely(f"this merge was {'undone' if found.undone_at else 'confirmed'} already")
    return found


def _bring_points(merged: Merge, at: datetime) -> int:
    """Move all that `gone` has, or owes (below 0); how much it was. Raises Untimely for points on hold."""
    gone, kept = MemberId(merged.gone_id), MemberId(merged.kept_id)
    cause = Cause(f"merge/{merged.id}", at, at, reason="merge")
    if Account.of(gone).held:
        raise OnHold(
            "this member has points on hold: what kiosks hold is called back now, try again in a moment;"
            " `hold list` shows what does not come"
        )
    return postings.transfer_all(gone, kept, cause)


def _return_points(merged: Merge, at: datetime) -> None:
    """Move back what came, as far as it neither lapsed nor was spent meanwhile. Raises Untimely for holds.

    First of the very lots that came. What paid the debts of `kept` from before is owed by them again.
    """
    gone, kept = MemberId(merged.gone_id), MemberId(merged.kept_id)
    cause = Cause(f"unmerge/{merged.id}", at, at, reason="unmerge")
    account = postings.lapsed(Account.of(kept), cause)
    came = set(_of(merged, kept).filter(points__gt=0).values_list("id", flat=True))
    due = -(_of(merged, gone).aggregate(sum=Sum("points"))["sum"] or 0)
    if due < 0:
        postings.transfer_debt(kept, gone, Points(-due), cause)
        return
    free = sum(lot.remaining for lot in account.lots)
    due = Points(due - lapsed(came))
    if account.held and free - account.held < due:
        raise Untimely("this member has points on hold: release them or write them off first")
    points = Points(min(due, free))
    if points > 0:
        postings.transfer(kept, gone, points, cause, first=lineage(came))
    owed = Points(min(due - points, paid(came, min(came, default=0))))
    if owed > 0:
        postings.transfer_debt(gone, kept, owed, replace(cause, source=f"{cause.source}/owed"))
    if points + owed < due:
        log.warning("merge %d: %d points were spent meanwhile", merged.id, due - points - owed)


def _of(merged: Merge, member: MemberId) -> QuerySet[Entry]:
    """What a merge booked on a member, then and when a return followed it."""
    name = f"merge/{merged.id}"
    booked = Q(source_key=name) | Q(source_key__startswith=f"{name}/")
    return Entry.objects.filter(booked, member=member, kind="transfer")


def _move(cards: Iterable[Card], to: MemberId, merged: Merge, at: datetime) -> None:
    moved = list(cards)
    CardMove.objects.bulk_create(
        CardMove(card=card, member_id=card.member_id, since=card.issued_at, until=at, merge=merged)
        for card in moved
    )
    Card.objects.filter(key__in=[card.key for card in moved]).update(member=to)


def _with_followers(cards: Iterable[str]) -> set[str]:
    """Cards, and those that took their places or are their newer names."""
    found: set[str] = set()
    more = set(cards)
    while more:
        found |= more
        next_ones = Card.objects.filter(key__in=more).exclude(replaced_by=None)
        more = set(next_ones.values_list("replaced_by_id", flat=True)) - found
    return found
