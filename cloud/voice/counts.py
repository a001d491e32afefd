"""What taps, answers and undone answers change in the voice's tables, gathered and then written at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, insert
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
        *("occurred_at", "source_key", "undone"),
    ),
)
_UNDO = (
    "UPDATE voice_answer SET undone = TRUE WHERE visit = %s AND question = %s AND attempt = %s"
    " AND store_id = %s AND NOT undone RETURNING source_key, wording, bucket, value"
)


@dataclass(slots=True)
class Given:
    """An answer as it was given; `undone` if it was taken back before it was even written."""

    name: Name
    wording: int
    value: int
    member: MemberId
    bucket: str
    occurred_at: datetime
    source_key: str
    undone: bool = False

    @property
    def cell(self) -> Cell:
        """Where it counts."""
        _, question, _, store = self.name
        return store, question, self.wording, self.bucket, self.value


class Tally:
    """Changes in the order of their stream; the tables see nothing before `write`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._taps: Counter[tuple[StoreId, str]] = Counter()
        self._counts: Counter[Cell] = Counter()
        self._given: list[Given] = []
        self._by_name: dict[Name, Given] = {}
        self._undone: list[Name] = []
        self.taken_back: list[tuple[str, Cell]] = []
        """Answers, by source key, that were in the table before `write` undid them."""

    def tap(self, store: StoreId, bucket: str) -> None:
        """A club card was tapped."""
        self._taps[store, bucket] += 1

    def answer(self, given: Given) -> None:
        """A question was answered."""
        self._given.append(given)
        self._by_name[given.name] = given
        self._counts[given.cell] += 1

    def undo(self, name: Name) -> None:
        """An answer was taken back. One that is not known, or was taken back before, changes nothing."""
        given = self._by_name.get(name)
        if given is None:
            self._undone.append(name)
        elif not given.undone:
            given.undone = True
            self._counts[given.cell] -= 1

    def write(self) -> None:
        """Bring everything into the tables, in the caller's transaction.

        Raises IntegrityError where two answers have the same name.
        """
        with connection.cursor() as cursor:
            # what is undone here was given before what is given here
            self._write_undone(cursor)
            insert(cursor, _ANSWERS, [_values(given) for given in self._given])
            # in one order everywhere, so that two who hold cells never wait for each other
            insert(cursor, _COUNTS, sorted((*cell, by) for cell, by in self._counts.items() if by))
            insert(cursor, _TAPS, sorted((*cell, by) for cell, by in self._taps.items()))

    def _write_undone(self, cursor: CursorWrapper) -> None:
        for name in self._undone:
            cursor.execute(_UNDO, name)
            _, question, _, store = name
            for source_key, *where in cursor.fetchall():
                cell = (store, question, *where)
                self._counts[cell] -= 1
                self.taken_back.append((source_key, cell))


def _values(given: Given) -> tuple[str | int, ...]:
    visit, question, attempt, store = given.name
    return (
        *(visit, question, attempt, given.wording, given.value, store, given.member, given.bucket),
        *(stored(given.occurred_at), given.source_key, given.undone),
    )
