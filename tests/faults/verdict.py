"""Whether all that was confirmed is there, there once, and booked right: worked out anew from the truth."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from mqtt.vocabulary import Epoch, KioskId
from tests.faults import money, rolled
from tests.faults.books import AGAIN, Books, Stored
from tests.faults.database import Database
from tests.faults.truth import Truth, token

SHOWN = 10
"""Differences that are told one by one."""
_EVENTS = (
    "SELECT s.kiosk, s.epoch, e.sequence, e.type, e.data, e.clock, e.occurred_at, e.received_at,"
    " CASE WHEN e.sequence <= s.posted THEN 1 ELSE 0 END"
    " FROM collector_storedevent e JOIN collector_stream s ON s.id = e.stream_id"
)
_ENTRIES = "SELECT member_id, reason, points, limit_key FROM club_entry"
_TAPS = "SELECT store_id, bucket, count FROM voice_tapcount"
_ANSWERS = "SELECT store_id, question, wording, bucket, value, count FROM voice_answercount"
_SIDES = "question, day, store_id, kiosk, wording, segment"
_DAYS = f"SELECT {_SIDES}, value, flagged, count FROM voice_daycount WHERE count <> 0 OR flagged <> 0"
_SHOWN = f"SELECT {_SIDES}, count FROM voice_showncount"
_HOLES = "SELECT count(*) FROM collector_hole"
_PARKED = "SELECT reason FROM collector_parked"


@dataclass
class Verdict:
    """What was found. `differences` say where the books are not what the truth makes them."""

    events: int = 0
    lost: set[str] = field(default_factory=set)
    doubled: int = 0
    destroyed: int = 0
    holes: int = 0
    restarts: int = 0
    unreported: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    parked: int = 0
    redemptions: int = 0
    owed: int = 0

    @property
    def good(self) -> bool:
        """Nothing is wrong."""
        return not (self.lost or self.doubled or self.unreported or self.differences)


def judge(
    database: Database, truth: Truth, restarted: list[tuple[KioskId, Epoch]], put_back: Collection[str] = ()
) -> Verdict:
    """Compare; the system may go on meanwhile, only what is posted at this moment is booked.

    `put_back` are those that may have forgotten what they spent or lent, by name.
    """
    confirmed, destroyed = truth.owed(), set(truth.destroyed)
    events, entries, taps, answers, days, shown, holes, parked, *others = database.ask(
        *(_EVENTS, _ENTRIES, _TAPS, _ANSWERS, _DAYS, _SHOWN, _HOLES, _PARKED),
        *(*rolled.QUERIES, *money.QUERIES),
    )
    sums, about_points = others[: len(rolled.QUERIES)], others[len(rolled.QUERIES) :]
    stored = [Stored(*row) for row in events]
    named = [(token(row.type, row.data), row) for row in stored]
    visits = [(name, row) for name, row in named if name]
    times = Counter(name for name, _ in visits)
    forgot = {name for name, row in visits if row.type in AGAIN and row.kiosk in put_back}
    again = sum(times[name] - 1 for name in forgot)
    posted = [row for row in visits if row[1].posted]
    books, points = Books(truth, posted), money.Money(posted, put_back)
    differences = (
        *books.differences(entries, taps, answers, days, shown),
        *rolled.differences(books, sums),
        *points.differences(truth, books.earned(), about_points),
        *(f"parked: {row[0]}" for row in parked),
    )
    return Verdict(
        events=len(truth.confirmed),
        lost=confirmed - times.keys(),
        doubled=sum(times.values()) - len(times) - again + books.doubled(entries),
        destroyed=len(destroyed - times.keys()),
        holes=sum(count for (count,) in holes),
        restarts=sum(row.type == _RESTARTED for row in stored),
        unreported=_unreported(stored, restarted),
        differences=list(differences),
        parked=len(parked),
        redemptions=len(points.given),
        owed=len(about_points[money.DEBTS]),
    )


_RESTARTED = "club.journal.restarted.v1"


def _unreported(stored: list[Stored], restarted: list[tuple[KioskId, Epoch]]) -> list[str]:
    """The journals that went backwards, and of which no new epoch tells."""
    told = {(row.kiosk, msgspec.json.decode(row.data)["before"]) for row in stored if row.type == _RESTARTED}
    return [f"{kiosk} {epoch}" for kiosk, epoch in restarted if (kiosk, epoch) not in told]
