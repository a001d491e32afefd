"""Entries and counts as they must be, worked out anew from what the kiosks say they recorded."""

from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from tests.faults.club import HOME, KIOSKS, ZONE, group
from tests.faults.truth import Ordered, Truth

VISIT_POINTS = 10
SEGMENT, NO_MASHING = "consumer", 0
"""What all members are, and how many of the answers are flagged as mashing."""
CORRECT = 1.0
"""Seconds by which a corrected time may be off."""
AGAIN = frozenset({"club.redemption.abandoned.v1", "club.allowance.returned.v1"})
"""Types of event that a kiosk says again whose journal was put back: it knows no more that it did."""


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


class Books:
    """Entries and counts as they must be, from what the kiosks say they recorded."""

    def __init__(self, truth: Truth, posted: list[tuple[str, Stored]]) -> None:
        self.taps: Counter[Hashable] = Counter()
        self.answers: Counter[Hashable] = Counter()
        self.days: Counter[Hashable] = Counter()
        self.shown: Counter[Hashable] = Counter()
        self.credits: set[str] = set()
        self.strange: list[str] = []
        undone = {name.split("/", 1)[1] for name, row in posted if row.type == "club.answer.undone.v1"}
        for name, row in dict(posted).items():
            ordered = truth.ordered.get(name)
            if ordered is None or ordered.data != row.data or ordered.kiosk != row.kiosk:
                self.strange.append(f"{row.kiosk}/{row.epoch}-{row.sequence} was never recorded as {name}")
            else:
                self._book(ordered, row, undone)

    def differences(self, entries: list[Any], *counts: list[Any]) -> list[str]:
        """Where the tables differ, in words; `counts`: taps, answers by hour and by day, impressions."""
        made = {"taps": self.taps, "answers": self.answers, "days": self.days, "impressions": self.shown}
        booked = Counter({limit: points for _, reason, points, limit in entries if reason == "visit"})
        earned = Counter(dict.fromkeys(self.credits, VISIT_POINTS))
        return [
            *self.strange,
            *apart("credit", earned, booked),
            *(
                line
                for (what, owed), rows in zip(made.items(), counts, strict=True)
                for line in apart(what, owed, Counter({tuple(row[:-1]): row[-1] for row in rows}))
            ),
        ]

    def doubled(self, entries: list[Any]) -> int:
        """Entries for visits beyond one for each member and day."""
        booked = sum(1 for _, reason, _, _ in entries if reason == "visit")
        return max(0, booked - len(self.credits))

    def earned(self) -> Counter[str]:
        """Points for visits, by member."""
        return Counter({who: days * VISIT_POINTS for who, days in self._days().items()})

    def _days(self) -> Counter[str]:
        return Counter(limit.split("/")[1] for limit in self.credits)

    def _book(self, ordered: Ordered, row: Stored, undone: set[str]) -> None:
        apart_by = abs(_utc(row.occurred_at).timestamp() - ordered.real)
        if row.clock == "corrected" and ordered.type not in AGAIN and apart_by > CORRECT:
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
            self.days[(*_sides(ordered, hour), data["value"], NO_MASHING)] += 1
        elif ordered.type == "club.question.shown.v1":
            self.shown[_sides(ordered, hour)] += 1


def _sides(ordered: Ordered, hour: str) -> tuple[Hashable, ...]:
    """By what answers are counted by day."""
    data = msgspec.json.decode(ordered.data)
    day, store = hour.partition("T")[0], KIOSKS[ordered.kiosk]
    return data["question"], day, store, ordered.kiosk, data["wording"], SEGMENT


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


def apart(what: str, owed: Counter[Any], booked: Counter[Any]) -> Iterator[str]:
    """Where two tables differ, in words."""
    for name in sorted(owed.keys() | booked.keys(), key=repr):
        if owed[name] != booked[name]:
            yield f"{what} {name}: {booked[name]} booked, {owed[name]} owed"
