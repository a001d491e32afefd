"""Member rows as kiosks get them: those after a version, as many as one message holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import takewhile
from typing import cast

from cloud.club import ledger
from cloud.club.models import Card, Member, Person
from cloud.collector.models import MemberVersion
from cloud.collector.versions import head
from mqtt.down import MAX_PAGE, MemberRow, MembersBatch, encode
from mqtt.envelope import MAX_BYTES
from mqtt.vocabulary import CardKey, GroupId, Language, MemberId

FRAME = 1024
"""Bytes of a message that are not rows."""


def page(group: GroupId, after: int, generation: str) -> MembersBatch:
    """The rows of a group after a version, in order; `to` is the head where no row is left out."""
    newest = head(group)
    found = MemberVersion.objects.filter(group=group, version__gt=after).order_by("version")
    versions = list(found.values_list("version", "member_id")[:MAX_PAGE])
    rows = list(_fitting(_rows([MemberId(member) for _, member in versions])))
    last = len(rows) < len(versions) or len(versions) == MAX_PAGE
    return MembersBatch(
        generation=generation,
        after=after,
        to=versions[len(rows) - 1][0] if last else newest,
        head=newest,
        rows=tuple(rows),
    )


def _rows(members: list[MemberId]) -> Iterator[MemberRow]:
    now = datetime.now(UTC)
    cards, names = _cards(members), _names(members)
    balances, movements = ledger.balances(members), ledger.movements(members)
    languages = dict(Member.objects.filter(id__in=members).values_list("id", "language"))
    for member in members:
        yield MemberRow(
            member=member,
            cards=tuple(cards[member]),
            name=names.get(member, ""),
            language=cast("Language", languages[member]),
            available=balances.get(member, 0),
            as_of=now,
            movements=movements.get(member, ()),
        )


def _cards(members: Collection[MemberId]) -> defaultdict[MemberId, list[CardKey]]:
    found: defaultdict[MemberId, list[CardKey]] = defaultdict(list)
    for member, key in (
        Card.objects.filter(member__in=members).order_by("key").values_list("member_id", "key")
    ):
        found[MemberId(member)].append(CardKey(key))
    return found


def _names(members: Collection[MemberId]) -> dict[str, str]:
    return dict(Person.objects.filter(member__in=members).values_list("member_id", "given_name"))


def _fitting(rows: Iterable[MemberRow]) -> Iterator[MemberRow]:
    """The first rows that fit into one message."""
    room = MAX_BYTES - FRAME

    def fits(row: MemberRow) -> bool:
        nonlocal room
        room -= len(encode(row)) + 1
        return room >= 0

    return takewhile(fits, rows)
