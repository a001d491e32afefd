"""When members were last asked each question, at any kiosk: so that no other one asks them too soon."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from cloud.club.models import MemberAsked
from cloud.fleet.moments import stored
from mqtt.down import Asked
from mqtt.vocabulary import MemberId

MOST = 20
"""Questions of which a kiosk is told, the newest: whatever a kiosk makes up, a row stays small."""

NEWER = (
    "ON CONFLICT (member_id, question) DO UPDATE SET at = excluded.at, event = excluded.event"
    " WHERE (excluded.at, excluded.event) > (club_memberasked.at, club_memberasked.event)"
)
"""Of two rows of a member and question the newer one stays; of the same moment, that of the later event."""

_RECORDS = {
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS member, json_extract(value, '$[1]') AS question,"
        " json_extract(value, '$[2]') AS at, json_extract(value, '$[3]') AS event FROM json_each(%s)"
    ),
    "postgresql": (
        "SELECT value ->> 0 AS member, value ->> 1 AS question, (value ->> 2)::timestamptz AS at,"
        " (value ->> 3)::bigint AS event FROM json_array_elements(%s::json)"
    ),
}
_NEWEST = (
    "INSERT INTO club_memberasked (member_id, question, at, event)"
    " SELECT r.member, r.question, r.at, r.event FROM ({}) r JOIN club_person p ON p.member_id = r.member"
    # in one order everywhere, so that two who hold rows never wait for each other
    " ORDER BY r.member, r.question"
    " {} RETURNING member_id"
)


class Impression(NamedTuple):
    """A question stood before a member at a moment; `event` is the stored event that says so."""

    member: MemberId
    question: str
    at: datetime
    event: int


def note(shown: Iterable[Impression]) -> set[MemberId]:
    """Keep the newest of each member and question, in the caller's transaction; whose is newer than it was.

    Nothing is kept of one who is nobody, or who has left.
    """
    newest: dict[tuple[MemberId, str], Impression] = {}
    for one in shown:
        key = one.member, one.question
        newest[key] = max(newest.get(key, one), one)
    if not newest:
        return set()
    rows = [(one.member, one.question, stored(one.at), one.event) for one in newest.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _NEWEST.format(_RECORDS[connection.vendor], NEWER), (msgspec.json.encode(rows).decode(),)
        )
        return {MemberId(member) for (member,) in cursor.fetchall()}


def asked(members: Collection[MemberId]) -> dict[MemberId, tuple[Asked, ...]]:
    """What each member was asked, newest first; one who was asked nothing is not in it."""
    place = Window(RowNumber(), partition_by="member", order_by=(F("at").desc(), F("question")))
    found = MemberAsked.objects.filter(member__in=members).annotate(place=place).filter(place__lte=MOST)
    told: defaultdict[MemberId, list[Asked]] = defaultdict(list)
    for member, question, at in found.order_by("place").values_list("member_id", "question", "at"):
        told[MemberId(member)].append(Asked(question, at))
    return {member: tuple(lines) for member, lines in told.items()}
