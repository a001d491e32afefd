"""Members by their id: new ones, and one who is to be changed, held until the change is written."""

import secrets
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from cloud.club.account import lock
from cloud.club.errors import Unknown, Untimely
from cloud.club.models import Member
from cloud.fleet.models import Store
from cloud.fleet.rows import among
from cloud.voice.buckets import day_of
from mqtt.vocabulary import MemberId

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH: Final = 10
_HERE: Final = "SELECT id FROM club_member WHERE left_on IS NULL AND merged_into_id IS NULL AND id {}"


def new_id(one_of: Callable[[str], str] = secrets.choice) -> MemberId:
    """An id that says nothing of the member: `m-` and 10 base-32 digits."""
    return MemberId("m-" + "".join(one_of(_LETTERS) for _ in range(_LENGTH)))


def held(member: str) -> Member:
    """A member, locked until the caller's transaction ends. Raises Unknown and Untimely."""
    found = Member.objects.select_for_update().filter(id=member).first()
    if found is None:
        raise Unknown("there is no such member")
    if found.left_on is not None:
        raise Untimely("this member has left")
    if found.merged_into_id is not None:
        raise Untimely(f"this member was merged into {found.merged_into_id}: use that one, or un-merge them")
    return found


def all_held(members: Collection[str]) -> None:
    """The same for many at once. Raises as `held` of the first who is not there."""
    lock(members)
    with connection.cursor() as cursor:
        found = {one for (one,) in among(cursor, _HERE, members)}
    for member in sorted(set(members) - found):
        held(member)


def day_in(group: str, at: datetime) -> date:
    """The day on which a moment is at a group's stores; in UTC where there is none."""
    zone = Store.objects.filter(group=group).order_by("id").values_list("time_zone", flat=True).first()
    return day_of(at, ZoneInfo(zone)) if zone else at.astimezone(UTC).date()


def merged(member: MemberId) -> list[MemberId]:
    """A member and all who were merged into them, also by the way of others."""
    found = [member]
    for one in found:
        found += map(MemberId, Member.objects.filter(merged_into=one).values_list("id", flat=True))
    return found
