"""Birthdays as occasions to earn something: the nightly job's, once a year for each member."""

from calendar import isleap
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from cloud.club import accounts, grants
from cloud.club.changes import tell
from cloud.club.models import Person
from cloud.club.occasions import Occasion
from cloud.club.rules import Versions
from cloud.fleet.models import Store
from cloud.voice.buckets import day_of
from mqtt.vocabulary import GroupId, MemberId, StoreId

BATCH: Final = 500
"""Members in one transaction."""
CAUGHT_UP: Final = 7
"""Days, today's among them: a night on which the job did not run costs nobody a birthday."""


class _At(NamedTuple):
    """Where the birthdays of a group's members are: its first store, as a birthday happens at none."""

    group: GroupId
    store: StoreId
    day: date


def birthdays(versions: Versions, at: datetime, said: Callable[[int], None]) -> int:
    """Book what birthdays earn, up to the store-local day of a moment; how many members had one.

    Begun again, it books nothing twice: the rules pay once a year.
    """
    if "birthday" not in versions.occasions:
        return 0
    done = 0
    for place in _places(at):
        for members in _born(place):
            _book(versions, place, members, at)
            done += len(members)
            said(done)
    return done


def _places(at: datetime) -> Iterator[_At]:
    stores = Store.objects.order_by("group", "id").values_list("group_id", "id", "time_zone")
    first = {group: (store, zone) for group, store, zone in reversed(stores)}
    for group, (store, zone) in sorted(first.items()):
        today = day_of(at, ZoneInfo(zone))
        for before in reversed(range(CAUGHT_UP)):
            yield _At(GroupId(group), StoreId(store), today - timedelta(days=before))


def _born(place: _At) -> Iterator[list[MemberId]]:
    """Members who have birthday on a day, in order of their ids; none who became a member after it."""
    last = ""
    while True:
        here = Q(member__group=place.group, member__merged_into=None)
        found = Person.objects.filter(here, _on(place.day), member__joined_on__lte=place.day, member__gt=last)
        members = list(found.order_by("member").values_list("member_id", flat=True)[:BATCH])
        if members:
            yield [MemberId(member) for member in members]
        if len(members) < BATCH:
            return
        last = members[-1]


def _on(day: date) -> Q:
    """Who has birthday on a day; who was born on a leap day has it a day earlier in a year without one."""
    born = Q(birthday__month=day.month, birthday__day=day.day)
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        born |= Q(birthday__month=2, birthday__day=29)
    return born


@transaction.atomic
def _book(versions: Versions, place: _At, members: Sequence[MemberId], at: datetime) -> None:
    occasions = (_occasion(place, member, at) for member in members)
    granted = grants.grant(grants.judged(versions, occasions))
    touched = accounts.book(granted)
    grants.note_uses(granted)
    tell(*touched)


def _occasion(place: _At, member: MemberId, at: datetime) -> Occasion:
    return Occasion(
        kind="birthday",
        source=f"birthday/{member}/{place.day.year}",
        member=member,
        group=place.group,
        store=place.store,
        day=place.day,
        occurred_at=at,
        received_at=at,
    )
