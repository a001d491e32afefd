"""Member rows as kiosks get them: those after a version, as many as one message holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import cast
from zoneinfo import ZoneInfo

from cloud.club import accounts
from cloud.club.accounts import Standing
from cloud.club.asked import asked
from cloud.club.models import Card, Member, Person
from cloud.collector.models import MemberVersion
from cloud.collector.versions import head
from cloud.fleet.models import Store
from cloud.voice.buckets import day_of
from mqtt.down import MAX_PAGE, Expiring, MemberRow, MembersBatch, encode
from mqtt.envelope import MAX_BYTES
from mqtt.vocabulary import CardKey, GroupId, Language, MemberId

SOON = timedelta(days=60)
"""So long before points lapse a kiosk tells of it."""
FRAME = 1024
"""Bytes of a message that are not rows."""


def page(group: GroupId, after: int, generation: str) -> MembersBatch:
    """The rows and tombstones of a group after a version; `to` is the head where none is left out."""
    newest = head(group)
    found = MemberVersion.objects.filter(group=group, version__gt=after).order_by("version")
    places = list(found.values_list("version", "member_id", "gone")[:MAX_PAGE])
    rows = _rows(group, [MemberId(member) for _, member, gone in places if not gone])
    members = list(_fitting([MemberId(member) for _, member, _ in places], rows))
    last = len(members) < len(places) or len(places) == MAX_PAGE
    return MembersBatch(
        generation=generation,
        after=after,
        to=places[len(members) - 1][0] if last else newest,
        head=newest,
        rows=tuple(rows[member] for member in members if member in rows),
        gone=tuple(member for member in members if member not in rows),
    )


def find(group: GroupId, cards: Collection[CardKey]) -> MemberRow | None:
    """The row of the group's member who holds one of these cards, as of now."""
    holders = Card.objects.filter(key__in=cards).values_list("member_id", flat=True)
    rows = _rows(group, [MemberId(member) for member in holders])
    return next(iter(rows.values()), None)


def _rows(group: GroupId, members: Collection[MemberId]) -> dict[MemberId, MemberRow]:
    """The rows of those who are in the group; one who has just left it is on the way to a tombstone."""
    now = datetime.now(UTC)
    # asked for the group too, SQLite would go through all of it
    found = Member.objects.filter(id__in=members).values_list("id", "group_id", "language")
    languages = {member: language for member, home, language in found if home == group}
    cards, names = _cards(members), _names(members)
    zone = ZoneInfo(Store.objects.filter(group=group).values_list("time_zone", flat=True).first() or "UTC")
    standings, movements = accounts.standings(members, now), accounts.movements(members, zone)
    lately = asked(members)
    return {
        member: MemberRow(
            member=member,
            cards=tuple(cards[member]),
            name=names.get(member, ""),
            language=cast("Language", languages[member]),
            available=standings[member].available,
            pending=standings[member].pending,
            held=standings[member].held,
            expiring=_expiring(standings[member], now, zone),
            as_of=now,
            movements=movements.get(member, ()),
            asked=lately.get(member, ()),
        )
        for member in members
        if member in languages
    }


def _expiring(standing: Standing, now: datetime, zone: ZoneInfo) -> Expiring | None:
    """What lapses next, if it does soon: all of it that does on the first of the days."""
    days: defaultdict[date, int] = defaultdict(int)
    for moment, points in standing.lapsing.items():
        if moment - now <= SOON:
            days[day_of(moment, zone)] += points
    return Expiring(days[first], first) if (first := min(days, default=None)) else None


def _cards(members: Collection[MemberId]) -> defaultdict[MemberId, list[CardKey]]:
    found: defaultdict[MemberId, list[CardKey]] = defaultdict(list)
    for member, key in (
        Card.objects.filter(member__in=members).order_by("key").values_list("member_id", "key")
    ):
        found[MemberId(member)].append(CardKey(key))
    return found


def _names(members: Collection[MemberId]) -> dict[str, str]:
    return dict(Person.objects.filter(member__in=members).values_list("member_id", "given_name"))


def _fitting(members: Iterable[MemberId], rows: Mapping[MemberId, MemberRow]) -> Iterator[MemberId]:
    """The first members whose rows fit into one message."""
    room = MAX_BYTES - FRAME

    def fits(member: MemberId) -> bool:
        nonlocal room
        room -= len(encode(rows[member]) if member in rows else member.encode()) + 3
        return room >= 0

    return takewhile(fits, members)
