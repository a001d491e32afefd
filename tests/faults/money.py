"""Whether points are booked as they were spent: worked out anew from what the kiosks say they recorded."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from cloud.club.invariants import INVARIANTS
from tests.faults.books import Stored, apart
from tests.faults.club import GOODWILL, MEMBERS, member
from tests.faults.database import Rows
from tests.faults.truth import Truth
from tests.faults.world import CLOUD

_SPENT = "SELECT source_key, member_id, points FROM club_entry WHERE kind = 'redeem'"
_LEFT = (
    "SELECT member_id, SUM(points) FROM (SELECT member_id, remaining AS points FROM club_lot"
    " UNION ALL SELECT member_id, -remaining FROM club_debt) AS one GROUP BY member_id"
)
_DEBTS = "SELECT entry_id, member_id FROM club_debt"
_ASIDE = "SELECT source_key FROM club_hold WHERE state = 'open' AND purpose = 'redemption'"
_COUPONS = "SELECT code, points FROM club_coupon"
QUERIES = (_SPENT, _LEFT, _DEBTS, _ASIDE, _COUPONS, *INVARIANTS.values())
"""What :class:`Money` is told, all of one moment."""
DEBTS = QUERIES.index(_DEBTS)

GIVEN = frozenset({"club.redemption.granted-offline.v1", "club.redemption.confirmed.v1"})
ASKED, ABANDONED = "club.redemption.asked.v1", "club.redemption.abandoned.v1"


class Told(msgspec.Struct, frozen=True):
    """What is read of an event about points."""

    visit: str | None = None
    member: str | None = None
    points: int = 0
    allowance: str | None = None
    coupon: str | None = None


class Event(NamedTuple):
    """A posted event about points."""

    name: str
    type: str
    kiosk: str
    told: Told


class Money:
    """Compares; `put_back` are the kiosks, and perhaps the cloud, of which an older copy was put back.

    Those can have forgotten what they spent, or what they lent: then points may be spent twice and owed.
    """

    def __init__(self, posted: Iterable[tuple[str, Stored]], put_back: Collection[str]) -> None:
        self._put_back = put_back
        self._events = [
            Event(name, row.type, row.kiosk, _TOLD.decode(row.data))
            for name, row in dict(posted).items()
            if row.type.startswith(("club.redemption.", "club.allowance."))
        ]
        self.given = [event for event in self._events if event.type in GIVEN]

    def differences(self, truth: Truth, earned: Counter[str], answers: list[Rows]) -> Iterator[str]:
        """Where the ledger differs, in words; `earned` is by member."""
        spent, left, debts, aside, coupons, *broken = answers
        redeemed: Counter[str] = Counter()
        for event in self.given:
            redeemed[str(event.told.member)] += event.told.points
        booked = Counter({(source, who): -points for source, who, points in spent})
        owed = Counter({(_source(event), event.told.member): event.told.points for event in self.given})
        yield from apart("redemption", owed, booked)
        out = Counter({event.told.coupon: event.told.points for event in self.given})
        yield from apart("coupon", out, Counter(dict(coupons)))
        should = Counter({who: GOODWILL + earned[who] - redeemed[who] for who in map(member, range(MEMBERS))})
        yield from apart("points left", should, Counter({who: int(points) for who, points in left}))
        yield from (f"{name}: {rows}" for name, rows in zip(INVARIANTS, broken, strict=True) if rows)
        yield from (f"{who} owes for entry {entry}" for entry, who in debts if not self._may_owe(who))
        yield from self._used_twice()
        yield from self._undecided(truth)
        decided = self._visits(GIVEN | {ABANDONED})
        yield from (f"still set aside: {name}" for (name,) in aside if name.partition("/")[2] in decided)

    def _may_owe(self, who: str) -> bool:
        where = {event.kiosk for event in self.given if event.told.member == who}
        return not where.isdisjoint(self._put_back) or CLOUD in self._put_back

    def _used_twice(self) -> Iterator[str]:
        uses: defaultdict[Hashable, list[str]] = defaultdict(list)
        for event in self._events:
            if event.told.allowance and event.kiosk not in self._put_back:
                uses[event.told.allowance].append(event.name)
        yield from (f"{name} is used by {' and '.join(by)}" for name, by in uses.items() if len(by) > 1)

    def _undecided(self, truth: Truth) -> Iterator[str]:
        """Redemptions that were asked for and then forgotten, while the kiosk went on."""
        decided, last = self._visits(GIVEN | {ABANDONED}), _last(truth)
        for event in self._events:
            visit = event.told.visit
            open_ = event.type == ASKED and visit not in decided and visit != last.get(event.kiosk)
            if open_ and event.kiosk not in self._put_back:
                yield f"{event.name} is not decided"

    def _visits(self, types: Collection[str]) -> set[str | None]:
        return {event.told.visit for event in self._events if event.type in types}


def _source(event: Event) -> str:
    return f"spent:{event.kiosk}/{event.told.visit}"


def _last(truth: Truth) -> dict[str, str]:
    """The visit of which each kiosk spoke last."""
    return {str(ordered.kiosk): name.split("/")[1] for name, ordered in truth.ordered.items()}


_TOLD: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Told)
