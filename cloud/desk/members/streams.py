"""From which tables a timeline is made: each by an index on the member, newest first, a part at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from cloud.club.models import Card, CardMove, Consent, Coupon, Entry, KioskJoin, Merge, Purchase, Return
from cloud.voice.models import Answer, Message, MessageSeen, Ticket

Kind = Literal["points", "purchases", "answers", "coupons", "tickets", "cards", "consents", "membership"]
Rows = QuerySet[Any]
Position = tuple[str, str]
"""Behind which row a stream goes on: its moment (ISO 8601) and its key."""

_MOST: Final = 2**63 - 1
_RETURNS: Final = (
    "SELECT r.id FROM club_purchase p JOIN club_return r"
    " ON r.store_id = p.store_id AND r.invoice = p.invoice WHERE p.member_id IN ({})"
)


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows of one table, each at the moment that its column `at` says, in that order.

    `numbered`: the key is the order of arrival and the order of the rows, whatever the moments say. `named`:
    the key is a text, no number.
    """

    name: str
    kind: Kind
    rows: Callable[[Sequence[str]], Rows]
    at: str
    numbered: bool = False
    named: bool = False

    def part(self, members: Sequence[str], behind: Position | None, most: int) -> list[Any]:
        """So many rows behind a position, the newest first."""
        found = self.rows(members).filter(**{f"{self.at}__isnull": False})
        if behind is not None:
            found = found.filter(self._behind(*behind))
        order = ("-pk",) if self.numbered else (f"-{self.at}", "-pk")
        return list(found.order_by(*order)[:most])

    def position(self, row: Model) -> Position:
        """Where a row stands."""
        return self.moment(row).isoformat(), str(row.pk)

    def can_be_at(self, position: Position) -> bool:
        """Whether a position that came from outside can be one of this stream."""
        moment, key = position
        try:
            known = datetime.fromisoformat(moment).tzinfo is not None
            return known and "\x00" not in key and (self.named or 0 <= int(key) <= _MOST)
        except (ValueError, OverflowError):
            return False

    def moment(self, row: Model) -> datetime:
        """When it happened, or was heard of."""
        moment: datetime = getattr(row, self.at)
        return moment

    def _behind(self, moment: str, key: str) -> Q:
        if self.numbered:
            return Q(pk__lt=key)
        return Q(**{f"{self.at}__lt": moment}) | Q(**{self.at: moment, "pk__lt": key})


def _of(model: type[Model], *more: str) -> Callable[[Sequence[str]], Rows]:
    """The rows of members, with those they point at."""

    def rows(members: Sequence[str]) -> Rows:
        return model._default_manager.filter(member__in=members).select_related(*more)  # noqa: SLF001

    return rows


def _returns(members: Sequence[str]) -> Rows:
    places = ", ".join(["%s"] * len(members))
    own = RawSQL(_RETURNS.format(places), list(members))  # noqa: S611 - places of parameters only
    return Return.objects.filter(id__in=own).select_related("store")


def _messages(members: Sequence[str]) -> Rows:
    return Message.objects.filter(ticket__in=Ticket.objects.filter(member__in=members)).select_related(
        "ticket__store"
    )


def _seen(members: Sequence[str]) -> Rows:
    return MessageSeen.objects.filter(ticket__in=Ticket.objects.filter(member__in=members)).select_related(
        "ticket__store"
    )


def _merges(members: Sequence[str]) -> Rows:
    return Merge.objects.filter(Q(gone__in=members) | Q(kept__in=members))


STREAMS: Final = (
    Stream("entry", "points", _of(Entry, "store"), "received_at", numbered=True),
    Stream("purchase", "purchases", _of(Purchase, "store"), "received_at", numbered=True),
    Stream("return", "purchases", _returns, "received_at", numbered=True),
    Stream("answer", "answers", _of(Answer, "store"), "occurred_at"),
    Stream("coupon", "coupons", _of(Coupon, "store"), "issued_at", named=True),
    Stream("used", "coupons", _of(Coupon, "used_store"), "used_at", named=True),
    Stream("ticket", "tickets", _of(Ticket, "store"), "opened_at", named=True),
    Stream("message", "tickets", _messages, "at"),
    Stream("seen", "tickets", _seen, "at"),
    Stream("card", "cards", _of(Card), "issued_at", named=True),
    Stream("card-ended", "cards", _of(Card), "ended_at", named=True),
    Stream("card-moved", "cards", _of(CardMove), "until"),
    Stream("consent", "consents", _of(Consent), "given_at"),
    Stream("withdrawn", "consents", _of(Consent), "withdrawn_at"),
    Stream("join", "membership", _of(KioskJoin), "joined_at", named=True),
    Stream("merge", "membership", _merges, "at"),
    Stream("unmerge", "membership", _merges, "undone_at"),
    Stream("confirm", "membership", _merges, "confirmed_at"),
)
"""All of them. Taps that came to nothing are in no table by member: what they earned or answered is here."""
