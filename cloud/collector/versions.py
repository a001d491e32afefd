"""Which version of its group a member's row is: given out by one process, after the change is committed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cloud.club.models import Member
from cloud.collector.models import GroupHead, MemberVersion, Outbox
from mqtt.vocabulary import GroupId

BATCH = 500
"""Outbox rows taken in one transaction."""

Gone = dict[str, bool]
"""Members in the order in which they changed, and whether they are to be forgotten."""


@dataclass(frozen=True, slots=True)
class Change:
    """The versions of a group after `after`, up to `to`, are new."""

    group: GroupId
    after: int
    to: int


def assign(now: datetime) -> list[Change]:
    """Give the next versions to the members in the outbox who are due, and empty it as far; none if none is.

    A counter that several writers move would let a kiosk pass over a change that is committed late.
    """
    ready = Outbox.objects.filter(Q(due=None) | Q(due__lte=now))
    if not ready.exists():
        return []  # asking takes no lock, a transaction would
    with transaction.atomic():
        waiting = dict(ready.order_by("id").values_list("id", "member_id")[:BATCH])
        groups = _by_group(tuple(waiting.values()))
        changes = [_advance(GroupId(group), told) for group, told in sorted(groups.items())]
        Outbox.objects.filter(id__in=waiting).delete()
        # the row that goes now says this too
        Outbox.objects.filter(due__isnull=False, member__in=set(waiting.values())).delete()
    return changes


def head(group: GroupId) -> int:
    """The newest version of a group; 0 if it has none."""
    found = GroupHead.objects.filter(group=group).values_list("version", flat=True).first()
    return found or 0


def _by_group(members: Sequence[str]) -> Mapping[str, Gone]:
    """Which groups are to hear of these members: their own, and those that must forget them."""
    here = Member.objects.filter(id__in=members, left_on=None, merged_into=None)
    homes = dict(here.values_list("id", "group_id"))
    groups: defaultdict[str, Gone] = defaultdict(dict)
    for member in members:
        if member in homes:
            groups[homes[member]][member] = False
    held = MemberVersion.objects.filter(member__in=members, gone=False)
    for member, group in held.order_by("version").values_list("member_id", "group_id"):
        if homes.get(member) != group:
            groups[group][member] = True
    return groups


def _advance(group: GroupId, told: Gone) -> Change:
    # locked until the commit: a process that comes back late goes on behind what another gave out
    place, _ = GroupHead.objects.select_for_update().get_or_create(group_id=group)
    after = place.version
    to = after + len(told)
    rows = [
        MemberVersion(member_id=member, group_id=group, version=version, gone=gone)
        for version, (member, gone) in enumerate(told.items(), after + 1)
    ]
    MemberVersion.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member", "group"], update_fields=["version", "gone"]
    )
    GroupHead.objects.filter(group=group).update(version=to)
    return Change(group, after, to)
