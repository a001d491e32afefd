"""What taps, answers and withdrawals change in the voice's tables, gathered and then written at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, among, insert
from mqtt.vocabulary import MemberId, StoreId, VisitId

Name = tuple[VisitId, str, int, StoreId]
"""What an undo names an answer by: visit, question, attempt, store."""
Cell = tuple[str, str, int, str, int]
"""Store, question, wording, bucket, value."""

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
        *("occurred_at", "source_key", "undone", "flagged"),
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
    " AND store_id = %s AND NOT {0} RETURNING {1}, source_key, wording, bucket, value"
)
_UNDO, _FLAG = _TAKE_OUT.format("undone", "flagged"), _TAKE_OUT.format("flagged", "undone")


@dataclass(slots=True)
class Given:
    """An answer as it was given; `undone` or `flagged` if that was known before it was even written."""

    name: Name
    wording: int
    value: int
    member: MemberId
    bucket: str
    occurred_at: datetime
    source_key: str
    undone: bool = False
    flagged: bool = False

    @property
    def cell(self) -> Cell:
        """Where it counts."""
        _, question, _, store = self.name
        return store, question, self.wording, self.bucket, self.value


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
        self._withdrawn: list[Withdrawn] = []
        self.taken_back: list[tuple[str, Cell]] = []
        """Answers, by source key, that were counted in the tables before `write` took them out."""

    def tap(self, store: StoreId, bucket: str) -> None:
        """A club card was tapped."""
        self._taps[store, bucket] += 1

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
            insert(cursor, _ANSWERS, [_values(given) for given in self._given])
            # in one order everywhere, so that two who hold cells never wait for each other
            insert(cursor, _COUNTS, sorted((*cell, by) for cell, by in self._counts.items() if by))
            insert(cursor, _TAPS, sorted((*cell, by) for cell, by in self._taps.items()))

    def _take_out(self, cursor: CursorWrapper) -> None:
        """Let answers that are in the table count no longer, each once, however often it is withdrawn."""
        new = {given.name for given in self._given}
        for each in self._withdrawn:
            if each.name in new:
                continue
            cursor.execute(_FLAG if each.flagged else _UNDO, each.name)
            for was_out, source_key, *where in cursor.fetchall():
                if not was_out:
                    _, question, _, store = each.name
                    cell = (store, question, *where)
                    self._counts[cell] -= 1
                    self.taken_back.append((source_key, cell))

    def _mark(self, cursor: CursorWrapper) -> None:
        """Let answers count that come now, unless they were withdrawn."""
        rows = among(cursor, _WITHDRAWN, {given.name[0] for given in self._given})
        withdrawn = {(tuple(name), bool(flagged)) for *name, flagged in rows}
        for given in self._given:
            given.undone = (given.name, False) in withdrawn
            given.flagged = (given.name, True) in withdrawn
            if not (given.undone or given.flagged):
                self._counts[given.cell] += 1


def _values(given: Given) -> tuple[str | int, ...]:
    visit, question, attempt, store = given.name
    return (
        *(visit, question, attempt, given.wording, given.value, store, given.member, given.bucket),
        *(stored(given.occurred_at), given.source_key, given.undone, given.flagged),
    )
