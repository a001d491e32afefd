"""Whether all that was confirmed is there, there once, and booked right: worked out anew from the truth."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from mqtt.vocabulary import Epoch, KioskId
from tests.faults.club import HOME, KIOSKS, ZONE, group
from tests.faults.database import Database
from tests.faults.truth import Ordered, Truth, token

VISIT_POINTS = 10
CORRECT = 1.0
"""Seconds by which a corrected time may be off."""
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
_HOLES = "SELECT count(*) FROM collector_hole"
_PARKED = "SELECT reason FROM collector_parked"


class Stored(NamedTuple):
    """A stored event as the cloud's tables have it."""

    kiosk: str
    epoch: str
    sequence: int
    type: str
    data: str
    clock: str
    occurred_at: datetime | str
    received_at: datetime | str
    posted: int


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

    @property
    def good(self) -> bool:
        """Nothing is wrong."""
        return not (self.lost or self.doubled or self.unreported or self.differences)


def judge(database: Database, truth: Truth, restarted: list[tuple[KioskId, Epoch]]) -> Verdict:
    """Compare; the system may go on meanwhile, only what is posted at this moment is booked."""
    confirmed, destroyed = truth.owed(), set(truth.destroyed)
    events, entries, taps, answers, holes, parked = database.ask(
        _EVENTS, _ENTRIES, _TAPS, _ANSWERS, _HOLES, _PARKED
    )
    stored = [Stored(*row) for row in events]
    named = [(token(row.type, row.data), row) for row in stored]
    visits = [(name, row) for name, row in named if name]
    times = Counter(name for name, _ in visits)
    books = Books(truth, [row for row in visits if row[1].posted])
    return Verdict(
        events=len(truth.confirmed),
        lost=confirmed - times.keys(),
        doubled=sum(times.values()) - len(times) + books.doubled(entries),
        destroyed=len(destroyed - times.keys()),
        holes=sum(count for (count,) in holes),
        restarts=sum(row.type == _RESTARTED for row in stored),
        unreported=_unreported(stored, restarted),
        differences=[*books.differences(entries, taps, answers), *(f"parked: {row[0]}" for row in parked)],
        parked=len(parked),
    )


_RESTARTED = "club.journal.restarted.v1"


def _unreported(stored: list[Stored], restarted: list[tuple[KioskId, Epoch]]) -> list[str]:
    """The journals that went backwards, and of which no new epoch tells."""
    told = {(row.kiosk, msgspec.json.decode(row.data)["before"]) for row in stored if row.type == _RESTARTED}
    return [f"{kiosk} {epoch}" for kiosk, epoch in restarted if (kiosk, epoch) not in told]


class Books:
    """Entries and counts as they must be, from what the kiosks say they recorded."""

    def __init__(self, truth: Truth, posted: list[tuple[str, Stored]]) -> None:
        self.taps: Counter[Hashable] = Counter()
        self.answers: Counter[Hashable] = Counter()
        self.credits: set[str] = set()
        self.strange: list[str] = []
        undone = {name.split("/", 1)[1] for name, row in posted if row.type == "club.answer.undone.v1"}
        for name, row in dict(posted).items():
            ordered = truth.ordered.get(name)
            if ordered is None or ordered.data != row.data or ordered.kiosk != row.kiosk:
                self.strange.append(f"{row.kiosk}/{row.epoch}-{row.sequence} was never recorded as {name}")
            else:
                self._book(ordered, row, undone)

    def differences(self, entries: list[Any], taps: list[Any], answers: list[Any]) -> list[str]:
        """Where the tables differ, in words."""
        booked = Counter({limit: points for _, reason, points, limit in entries if reason == "visit"})
        owed = Counter(dict.fromkeys(self.credits, VISIT_POINTS))
        return [
            *self.strange,
            *_apart("credit", owed, booked),
            *_apart("taps", self.taps, Counter({tuple(row[:-1]): row[-1] for row in taps})),
            *_apart("answers", self.answers, Counter({tuple(row[:-1]): row[-1] for row in answers})),
        ]

    def doubled(self, entries: list[Any]) -> int:
        """Entries for visits beyond one for each member and day."""
        booked = sum(1 for _, reason, _, _ in entries if reason == "visit")
        return max(0, booked - len(self.credits))

    def _book(self, ordered: Ordered, row: Stored, undone: set[str]) -> None:
        if row.clock == "corrected" and abs(_utc(row.occurred_at).timestamp() - ordered.real) > CORRECT:
            self.strange.append(f"{ordered.token}: corrected to {row.occurred_at}, it was {ordered.real}")
        data, store = msgspec.json.decode(ordered.data), KIOSKS[ordered.kiosk]
        moment, hour = _when(ordered, row)
        day = f"~{moment.date()}" if hour == "unsure" else f"{moment.date()}"
        if ordered.type == "club.card.tapped.v1":
            self.taps[store, hour] += 1
            if data["member"] is not None and group(store) == HOME:
                self.credits.add(f"visit/{data['member']}/{day}")
        elif ordered.type == "club.question.answered.v1" and ordered.token.split("/", 1)[1] not in undone:
            self.answers[store, data["question"], data["wording"], hour, data["value"]] += 1


def _when(ordered: Ordered, row: Stored) -> tuple[datetime, str]:
    """When it counts, in the store's time, and its hour.

    A sure clock's time is the truth's; one that was corrected, or is not sure, is taken from the table.
    """
    if ordered.synced:
        moment = datetime.fromtimestamp(ordered.wall, ZoneInfo(ZONE))
    else:
        moment = _utc(row.occurred_at if row.clock == "corrected" else row.received_at)
    sure = row.clock in {"synced", "corrected"}
    return moment, moment.isoformat(timespec="hours")[:13] if sure else "unsure"


def _utc(moment: datetime | str) -> datetime:
    """What a column of either database says."""
    told = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(ZoneInfo(ZONE))


def _apart(what: str, owed: Counter[Any], booked: Counter[Any]) -> Iterator[str]:
    for name in sorted(owed.keys() | booked.keys(), key=repr):
        if owed[name] != booked[name]:
            yield f"{what} {name}: {booked[name]} booked, {owed[name]} owed"
