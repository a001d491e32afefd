"""Two members who are one person: their cards and points come together, and apart again if it was wrong."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cloud.club import accounts
from cloud.club.changes import tell
from cloud.club.errors import Unknown, Untimely
from cloud.club.membership import held
from cloud.club.models import Card, CardMove, Member, Merge, Person
from mqtt.vocabulary import MemberId

log = logging.getLogger("cloud.club")


@transaction.atomic
def merge(gone: MemberId, kept: MemberId, at: datetime) -> Merge:
    """Let the cards of `gone` be those of `kept`; both persons stay until it is confirmed.

    Raises Unknown, and Untimely for members of two groups, or for one who has points.
    """
    if gone == kept:
        raise Untimely("these are one member already")
    members = {one: held(one) for one in sorted((gone, kept))}
    if members[gone].group_id != members[kept].group_id:
        raise Untimely("members of two store groups cannot be merged: move one of them first")
    _refuse_points(gone)
    merged = Merge.objects.create(gone_id=gone, kept_id=kept, at=at, points=0)
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


def _refuse_points(member: MemberId) -> None:
    if accounts.balances([member]).get(member, 0):
        raise Untimely("this member has points, which cannot be moved yet: merge the other way round")


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
