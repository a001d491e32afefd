"""Whose a card is, and whose it was when it was tapped: a tap counts for whoever held the card then."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from cloud.club.models import BLOCKED, CardMove
from cloud.fleet.rows import among
from mqtt.vocabulary import CardKey, GroupId, MemberId

_HOLDERS = (
    "SELECT c.key, c.member_id, m.group_id, c.status, {0}, {1}, c.join_id, {2},"
    " EXISTS (SELECT 1 FROM club_cardmove v WHERE v.card_id = c.key)"
    " FROM club_card c JOIN club_member m ON m.id = c.member_id"
    " LEFT JOIN club_kioskjoin j ON j.event = c.join_id WHERE c.key {{}}"
)
# as text: the drivers parse moments slower
_MOMENT = {"sqlite": "{} || '+00'", "postgresql": "{}::text"}


class Span(NamedTuple):
    """A member had a card from `since` (None: from the first) to `until` (None: still).

    `join` is the event by which it began, at a kiosk.
    """

    member: MemberId
    since: datetime | None
    until: datetime | None
    join: str | None = None

    def begun(self, received_at: datetime, event: str) -> bool:
        """Whether a tap of that name, heard of then, was of this member's card already.

        In the stream of the join the order decides: a kiosk that was cut off has more of that visit to tell,
        and of later ones.
        """
        if self.join is not None and _stream(self.join) == _stream(event):
            return _place(event) > _place(self.join)
        return self.since is None or received_at >= self.since


class Holding(NamedTuple):
    """A card through time: in whose hands it was, oldest first, and when it ended, if it did.

    `lost`: it ended because it was lost; `group` is where its holders earn.
    """

    group: GroupId
    spans: tuple[Span, ...]
    ended_at: datetime | None
    lost: bool

    def earner(self, moment: datetime, received_at: datetime, event: str) -> MemberId | None:
        """Who earns by the tap `event` at a `moment`, heard of at `received_at`; None for nobody.

        What was heard when decides, so that posting later, or again, gives the same. Only of a lost card
        the taps before the loss count whenever they are heard of: they were the holder's own.
        """
        at = min(moment, received_at) if self.lost else received_at
        if self.ended_at is not None and at >= self.ended_at:
            return None
        span = next(one for one in self.spans if one.until is None or received_at < one.until)
        return span.member if span.begun(received_at, event) else None


def holdings(cards: Collection[CardKey]) -> dict[CardKey, Holding]:
    """Each of these cards that the club has issued."""
    moment = _MOMENT[connection.vendor]
    query = _HOLDERS.format(*map(moment.format, ("c.issued_at", "c.ended_at", "j.posted_at")))
    # past the models: it is asked for each tap
    with connection.cursor() as cursor:
        found = among(cursor, query, cards)
    past = _past([key for key, *_, moved in found if moved])
    return {
        key: Holding(
            group,
            _from((*past.get(key, ()), Span(member, _read(issued_at), None)), join, _read(posted_at)),
            _read(ended_at),
            status in BLOCKED,
        )
        for key, member, group, status, issued_at, ended_at, join, posted_at, _ in found
    }


def _from(spans: tuple[Span, ...], join: str | None, posted_at: datetime | None) -> tuple[Span, ...]:
    """Spans of which the first began with a join: until the cloud knew of it, the card was nobody's."""
    if join is None:
        return spans
    return (spans[0]._replace(since=posted_at, join=join), *spans[1:])


def _stream(event: str) -> str:
    return event.rpartition("-")[0]


def _place(event: str) -> int:
    return int(event.rpartition("-")[2])


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _past(cards: Collection[CardKey]) -> Mapping[str, list[Span]]:
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    if cards:
        moves = CardMove.objects.filter(card__in=cards).order_by("until", "id")
        for key, member, since, until in moves.values_list("card_id", "member_id", "since", "until"):
            spans[key].append(Span(MemberId(member), since, until))
    return spans
