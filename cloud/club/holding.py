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
    "SELECT c.key, c.member_id, m.group_id, c.status, {0}, {1},"
    " EXISTS (SELECT 1 FROM club_cardmove v WHERE v.card_id = c.key)"
    " FROM club_card c JOIN club_member m ON m.id = c.member_id WHERE c.key {{}}"
)
# as text: the drivers parse moments slower
_MOMENT = {"sqlite": "c.{} || '+00'", "postgresql": "c.{}::text"}


class Span(NamedTuple):
    """A member had a card from `since` (None: from the first) to `until` (None: still)."""

    member: MemberId
    since: datetime | None
    until: datetime | None


class Holding(NamedTuple):
    """A card through time: in whose hands it was, oldest first, and when it ended, if it did.

    `lost`: it ended because it was lost; `group` is where its holders earn.
    """

    group: GroupId
    spans: tuple[Span, ...]
    ended_at: datetime | None
    lost: bool

    def earner(self, moment: datetime, received_at: datetime) -> MemberId | None:
        """Who earns by a tap at a `moment` of which the cloud heard at `received_at`; None for nobody.

        What was heard when decides, so that posting later, or again, gives the same. Only of a lost card
        the taps before the loss count whenever they are heard of: they were the holder's own.
        """
        at = min(moment, received_at) if self.lost else received_at
        if self.ended_at is not None and at >= self.ended_at:
            return None
        span = next(one for one in self.spans if one.until is None or received_at < one.until)
        return None if span.since is not None and received_at < span.since else span.member


def holdings(cards: Collection[CardKey]) -> dict[CardKey, Holding]:
    """Each of these cards that the club has issued."""
    moment = _MOMENT[connection.vendor]
    query = _HOLDERS.format(moment.format("issued_at"), moment.format("ended_at"))
    # past the models: it is asked for each tap
    with connection.cursor() as cursor:
        found = among(cursor, query, cards)
    past = _past([key for key, *_, moved in found if moved])
    return {
        key: Holding(
            group,
            (*past.get(key, ()), Span(member, _read(issued_at), None)),
            _read(ended_at),
            status in BLOCKED,
        )
        for key, member, group, status, issued_at, ended_at, _ in found
    }


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _past(cards: Collection[CardKey]) -> Mapping[str, list[Span]]:
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    if cards:
        moves = CardMove.objects.filter(card__in=cards).order_by("until", "id")
        for key, member, since, until in moves.values_list("card_id", "member_id", "since", "until"):
            spans[key].append(Span(MemberId(member), since, until))
    return spans
