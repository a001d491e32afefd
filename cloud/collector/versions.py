"""Which version of its group a member's row is: given out by one process, after the change is committed."""

from dataclasses import dataclass

from django.db import transaction

from cloud.collector.models import GroupHead, MemberVersion, Outbox
from mqtt.vocabulary import GroupId

BATCH = 500
"""Outbox rows taken in one transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """The versions of a group after `after`, up to `to`, are new."""

    group: GroupId
    after: int
    to: int


def assign() -> list[Change]:
    """Give the next versions to the members in the outbox, and empty it as far; none if it was empty.

    A counter that several writers move would let a kiosk pass over a change that is committed late.
    """
    if not Outbox.objects.exists():
        return []  # asking takes no lock, a transaction would
    with transaction.atomic():
        waiting = list(
            Outbox.objects.order_by("id").values_list("id", "member_id", "member__group_id")[:BATCH]
        )
        groups: dict[str, dict[str, None]] = {}
        for _, member, group in waiting:
            groups.setdefault(group, {})[member] = None
        changes = [_advance(GroupId(group), list(members)) for group, members in groups.items()]
        Outbox.objects.filter(id__in=[row for row, _, _ in waiting]).delete()
    return changes


def head(group: GroupId) -> int:
    """The newest version of a group; 0 if it has none."""
    found = GroupHead.objects.filter(group=group).values_list("version", flat=True).first()
    return found or 0


def _advance(group: GroupId, members: list[str]) -> Change:
    after = head(group)
    to = after + len(members)
    rows = [MemberVersion(member_id=m, group_id=group, version=v) for v, m in enumerate(members, after + 1)]
    MemberVersion.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member"], update_fields=["group", "version"]
    )
    GroupHead.objects.update_or_create(group_id=group, defaults={"version": to})
    return Change(group, after, to)
