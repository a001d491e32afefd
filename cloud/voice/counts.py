"""What taps, impressions and answers change in the voice's tables, gathered and then written at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, among, insert
from cloud.voice import loyalty
from cloud.voice.buckets import day_in
from cloud.voice.days import Days, segments
from cloud.voice.rolling import Cell, add_hours
from cloud.voice.sides import Sides
from mqtt.vocabulary import KioskId, MemberId, StoreId, VisitId

Name = tuple[VisitId, str, int, StoreId]
"""What an undo names an answer by: visit, question, attempt, store."""

_TAPS = Into(
    "voice_tapcount",
    ("store_id", "bucket", "count"),
    "ON CONFLICT (store_id, bucket) DO UPDATE SET count = voice_tapcount.count + excluded.count",
)
_COUNTS = Into(
    "voice_answercount",
    ("store_id", "question", "wording", "bucket", "value", "count"),
    "ON CONFLICT (store_id, question, wording, bucket, value)"
    " DO UPDATE SET count = voice_answercount.count + excluded.count",
)
_ANSWERS = Into(
    "voice_answer",
    (
        *("visit", "question", "attempt", "wording", "value", "store_id", "member", "bucket"),
        *("occurred_at", "source_key", "undone", "flagged", "kiosk", "segment"),
    ),
)
_WITHDRAWALS = Into(
    "voice_withdrawal",
    ("visit", "question", "attempt", "store_id", "event", "flagged"),
    "ON CONFLICT (event, question, attempt) DO NOTHING",
)
_WITHDRAWN = "SELECT visit, question, attempt, store_id, flagged FROM voice_withdrawal WHERE visit {}"
_TAKE_OUT = (
    "UPDATE voice_answer SET {0} = TRUE WHERE visit = %s AND question = %s AND attempt = %s"
    " AND store_id = %s AND NOT {0} RETURNING {1}, kiosk, segment, source_key, wording, bucket, value"
)
_UNDO, _FLAG = _TAKE_OUT.format("undone", "flagged"), _TAKE_OUT.format("flagged", "undone")


@dataclass(slots=True)
class Given:
    """An answer as it was given; `undone` or `flagged` if that was known before it was even written.

    `segment` is the member's, as far as it is known when the answer is written.
    """

    name: Name
    wording: int
    value: int
    member: MemberId
    bucket: str
    occurred_at: datetime
    source_key: str
    kiosk: KioskId
    undone: bool = False
    flagged: bool = False
    segment: str = ""

    @property
    def cell(self) -> Cell:
        """Where it counts."""
        _, question, _, store = self.name
        return store, question, self.wording, self.bucket, self.value

    @property
    def sides(self) -> Sides:
        """Where it is counted by day."""
        _, question, _, store = self.name
        return Sides(question, day_in(self.bucket), store, self.kiosk, self.wording, self.segment)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question stood before a member."""

    question: str
    wording: int
    member: MemberId
    store: StoreId
    kiosk: KioskId
    bucket: str

    def sides(self, segment: str) -> Sides:
        """Where it is counted by day."""
        return Sides(self.question, day_in(self.bucket), self.store, self.kiosk, self.wording, segment)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A stored event's word that an answer does not count: it was undone, or is `flagged`."""

    event: int
    name: Name
    flagged: bool = False


class Tally:
    """Changes; the tables see nothing before `write`. Answers and withdrawals may come in any order."""

    def __init__(self) -> None:
        """Begin empty."""
        self._taps: Counter[tuple[StoreId, str]] = Counter()
        self._counts: Counter[Cell] = Counter()
        self._given: list[Given] = []
        self._shown: list[Shown] = []
        self._withdrawn: list[Withdrawn] = []
        self._days = Days()
        self.taken_back: list[tuple[str, Cell]] = []
        """Answers, by source key, that were counted in the tables before `write` took them out."""

    def tap(self, store: StoreId, bucket: str) -> None:
        """A club card was tapped."""
        self._taps[store, bucket] += 1

    def show(self, shown: Shown) -> None:
        """A question stood on a screen."""
        self._shown.append(shown)

    def answer(self, given: Given) -> None:
        """A question was answered."""
        self._given.append(given)

    def withdraw(self, withdrawn: Withdrawn) -> None:
        """An answer does not count, whether it is known or is yet to come."""
        self._withdrawn.append(withdrawn)

    def touched(self) -> set[tuple[VisitId, str, StoreId]]:
        """The questions of visits of which an answer was withdrawn, or given behind another."""
        names = [each.name for each in self._withdrawn]
        names += [given.name for given in self._given if given.name[2] > 1 or given.undone or given.flagged]
        return {(visit, question, store) for visit, question, _, store in names}

    def write(self) -> None:
        """Bring everything into the tables, in the caller's transaction.

        Raises IntegrityError where two answers have the same name.
        """
        with connection.cursor() as cursor:
            insert(cursor, _WITHDRAWALS, [(*each.name, each.event, each.flagged) for each in self._withdrawn])
            self._take_out(cursor)
            self._mark(cursor)
            self._divide(cursor)
            insert(cursor, _ANSWERS, [_values(given) for given in self._given])
            loyalty.settle(cursor, self._loyal(), self._days)
            # in one order everywhere, so that two who hold cells never wait for each other
            insert(cursor, _COUNTS, sorted((*cell, by) for cell, by in self._counts.items() if by))
            insert(cursor, _TAPS, sorted((*cell, by) for cell, by in self._taps.items()))
            self._days.write(cursor)
            add_hours(cursor, self._counts)

    def _take_out(self, cursor: CursorWrapper) -> None:
        """Let answers that are in the table count no longer, each once, however often it is withdrawn."""
        new = {given.name for given in self._given}
        for each in self._withdrawn:
            if each.name in new:
                continue
            cursor.execute(_FLAG if each.flagged else _UNDO, each.name)
            for was_out, kiosk, segment, source_key, wording, bucket, value in cursor.fetchall():
                _, question, _, store = each.name
                sides = Sides(question, day_in(bucket), store, kiosk, wording, segment)
                self._take_out_of_day(sides, value, flagged=each.flagged, was_out=was_out)
                if not was_out:
                    cell = store, question, wording, bucket, value
                    self._counts[cell] -= 1
                    self.taken_back.append((source_key, cell))

    def _take_out_of_day(self, sides: Sides, value: int, *, flagged: bool, was_out: bool) -> None:
        """An answer that was undone is in no figure, whether it was flagged or not."""
        if not was_out:
            self._days.count(sides, value, -1)
        if flagged and not was_out:
            self._days.flag(sides, value, 1)
        if was_out and not flagged:
            self._days.flag(sides, value, -1)

    def _mark(self, cursor: CursorWrapper) -> None:
        """Let answers count that come now, unless they were withdrawn."""
        rows = among(cursor, _WITHDRAWN, {given.name[0] for given in self._given})
        withdrawn = {(tuple(name), bool(flagged)) for *name, flagged in rows}
        for given in self._given:
            given.undone = (given.name, False) in withdrawn
            given.flagged = (given.name, True) in withdrawn
            if not (given.undone or given.flagged):
                self._counts[given.cell] += 1

    def _divide(self, cursor: CursorWrapper) -> None:
        """Count by day what is new, apart by the kind of member."""
        members = {given.member for given in self._given} | {shown.member for shown in self._shown}
        known = segments(cursor, members)
        for given in self._given:
            given.segment = known.get(given.member, "")
            if not given.undone:
                add = self._days.flag if given.flagged else self._days.count
                add(given.sides, given.value, 1)
        for shown in self._shown:
            self._days.show(shown.sides(known.get(shown.member, "")))

    def _loyal(self) -> set[loyalty.Visit]:
        """The visits whose loyalty may be another now."""
        names = [given.name for given in self._given] + [each.name for each in self._withdrawn]
        return {(visit, store) for visit, question, _, store in names if question in loyalty.ASKED}


def _values(given: Given) -> tuple[str | int, ...]:
    visit, question, attempt, store = given.name
    return (
        *(visit, question, attempt, given.wording, given.value, store, given.member, given.bucket),
        *(stored(given.occurred_at), given.source_key, given.undone, given.flagged),
        *(given.kiosk, given.segment),
    )
