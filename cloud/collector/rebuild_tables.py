"""Empty tables under the poster's own names, beside the live ones: what is posted goes there.

A temporary table hides the table of its name from statements that name no schema, in SQLite and in
PostgreSQL, and only on its own connection. So the same code posts into scratch, nobody else sees it, and
nothing is left of it when the connection ends.
"""

# ruff: noqa: S608 - the statements hold names of this code and of its tables, never what a kiosk sent

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from cloud.club.asked import NEWER
from cloud.club.models import Allocation, Debt, Entry, LimitUse, Lot, MemberAsked
from cloud.collector.models import Closing, Outbox, Parked, Stream
from cloud.voice.models import (
    Answer,
    AnswerCount,
    DayCount,
    Loyalty,
    MessageSeen,
    ShownCount,
    TapCount,
    Ticket,
    Withdrawal,
)
from cloud.voice.recounting import recount
from cloud.voice.rollups import ROLLED

Table = type[Model]

VOICE: tuple[Table, ...] = (
    *(Withdrawal, Answer, Loyalty, AnswerCount),
    *(TapCount, DayCount, ShownCount, *ROLLED, Ticket),
)
"""What customers said, as far as the poster writes it, in its order."""
WRITTEN: tuple[Table, ...] = (
    *VOICE,
    *(Entry, Lot, Debt, Allocation, LimitUse, MessageSeen, MemberAsked, Outbox),
)
"""What the poster writes, in its order: whoever locks them in this order never waits in a circle with it."""
SCRATCH: tuple[Table, ...] = (Stream, Parked, Closing, *WRITTEN)

OF_AN_EVENT = "^[a-z0-9-]+/[0-9a-f]{16}-[0-9]+/"
"""How the source key of an entry begins that an event brought about."""

_REFERENCES = re.compile(r' REFERENCES "\w+" \("\w+"\)( DEFERRABLE INITIALLY DEFERRED)?')


class ClosedMeanwhile(Exception):
    """Retention dropped a month while it was being posted."""


class Scratch:
    """The scratch tables, and how they are filled with what the poster starts from."""

    def __init__(self) -> None:
        """Make the tables; `live` is the schema of those that they hide."""
        self.live = "main" if _sqlite() else str(ask("SELECT current_schema()")[0][0])
        for model in SCRATCH:
            _hide(model._meta.db_table, self.live)  # noqa: SLF001 - Django's documented name
        self._closings = self._closed()
        self._start_from_closings()

    def close(self) -> None:
        """Drop the tables."""
        for model in SCRATCH:
            run(f"DROP TABLE {self.scratch_name(model)}")

    def live_name(self, model: Table) -> str:
        """The live table."""
        return f"{self.live}.{model._meta.db_table}"  # noqa: SLF001 - likewise

    def scratch_name(self, model: Table) -> str:
        """The table that hides it."""
        return f"{'temp' if _sqlite() else 'pg_temp'}.{model._meta.db_table}"  # noqa: SLF001 - likewise

    @property
    def live_entries(self) -> str:
        """The ledger."""
        return self.live_name(Entry)

    @property
    def scratch_entries(self) -> str:
        """The ledger that the events give."""
        return self.scratch_name(Entry)

    def follow(self) -> None:
        """Let scratch be behind by what was posted since; take over what no event brings about.

        Raises ClosedMeanwhile.
        """
        if self._closed() != self._closings:
            raise ClosedMeanwhile("a month was closed meanwhile; begin again")
        live = self.live_name(Stream)
        self._copy(Stream, "id NOT IN (SELECT id FROM collector_stream)", posted="0", keep_id=True)
        posted = f"SELECT l.posted FROM {live} l WHERE l.id = collector_stream.id"
        run(f"UPDATE collector_stream SET upto = ({posted})")
        known = "event_id NOT IN (SELECT p.event_id FROM collector_parked p)"
        self._copy(Parked, f"event_id IS NOT NULL AND {known}")
        known = "source_key NOT IN (SELECT e.source_key FROM club_entry e)"
        match = "NOT REGEXP" if _sqlite() else "!~"
        self._copy(Entry, f"source_key {match} '{OF_AN_EVENT}' AND {known}")
        known = "(key, source_key) NOT IN (SELECT u.key, u.source_key FROM club_limituse u)"
        self._copy(LimitUse, f"source_key {match} '{OF_AN_EVENT}' AND {known}")
        self._take_over_dropped()

    def lock(self) -> None:
        """Keep posters out until the caller's transaction ends. SQLite's write lock has done so."""
        if not _sqlite():
            names = ", ".join(self.live_name(model) for model in WRITTEN)
            run(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")

    def _closed(self) -> int:
        """How many closing figures there are; what posting into scratch takes out of them goes nowhere."""
        return int(ask(f"SELECT COUNT(*) FROM {self.live_name(Closing)}")[0][0])

    def _take_over_dropped(self) -> None:
        """What is known from events that are dropped by now; a kiosk's other words may be newer."""
        dropped = "NOT EXISTS (SELECT 1 FROM collector_storedevent e WHERE e.id = event)"
        self._copy(Withdrawal, dropped, conflict="ON CONFLICT (event, question, attempt) DO NOTHING")
        self._copy(Ticket, dropped, conflict="ON CONFLICT (code) DO NOTHING")
        self._copy(MessageSeen, dropped, conflict="ON CONFLICT (event) DO NOTHING")
        self._copy(MemberAsked, dropped, conflict=NEWER)
        left = "member_id NOT IN (SELECT member_id FROM club_person)"
        run(f"DELETE FROM {self.scratch_name(MemberAsked)} WHERE {left}")

    def _start_from_closings(self) -> None:
        if not self._closings:
            return
        closed = f"source_key IN (SELECT {json_part(2)} FROM {self.live_name(Closing)} WHERE kind = 'entry')"
        self._copy(Entry, closed)
        self._copy(LimitUse, closed)
        self._total(TapCount, "tap", ("store_id", "bucket"))
        self._total(AnswerCount, "answer", ("store_id", "question", "wording", "bucket", "value"))
        self._total(ShownCount, "shown", ("store_id", "kiosk", "question", "wording", "segment", "day"))
        # an answer whose event is gone may still be taken back by one that is there
        self._copy(
            Answer,
            "source_key NOT IN (SELECT s.kiosk || '/' || s.epoch || '-' || e.sequence"
            f" FROM collector_storedevent e JOIN {self.live_name(Stream)} s ON s.id = e.stream_id)",
        )
        with connection.cursor() as cursor:
            recount(cursor)

    def _total(self, model: Table, kind: str, columns: tuple[str, ...]) -> None:
        whole = {"wording", "value"}
        parts = [
            f"CAST({json_part(n)} AS integer)" if name in whole else json_part(n)
            for n, name in enumerate(columns)
        ]
        names, values = ", ".join(columns), ", ".join(parts)
        run(
            f"INSERT INTO {self.scratch_name(model)} ({names}, count) SELECT {values}, SUM(count)"
            f" FROM {self.live_name(Closing)} WHERE kind = '{kind}' GROUP BY {values}"
        )

    def _copy(
        self, model: Table, condition: str, *, conflict: str = "", keep_id: bool = False, **instead: str
    ) -> None:
        """Take over live rows, with other expressions for some columns."""
        columns = [column for column in columns_of(model) if keep_id or column != "id"]
        values = ", ".join(instead.get(column, column) for column in columns)
        run(
            f"INSERT INTO {self.scratch_name(model)} ({', '.join(columns)})"
            f" SELECT {values} FROM {self.live_name(model)} WHERE {condition} {conflict}"
        )


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Scratch tables for as long as the block; on SQLite posting into them takes no lock meanwhile."""
    with _mode("DEFERRED"):
        made = Scratch()
        try:
            yield made
        finally:
            made.close()


@contextmanager
def standing_still(tables: Scratch, *, locked: bool) -> Iterator[None]:
    """One transaction that sees one state: `locked` keeps posters out, else they go on unseen."""
    nested = connection.in_atomic_block
    with _mode("IMMEDIATE" if locked else "DEFERRED"), transaction.atomic():
        if locked:
            tables.lock()
        elif not (_sqlite() or nested):
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def columns_of(model: Table) -> list[str]:
    """The columns of a table."""
    return [str(field.column) for field in model._meta.local_concrete_fields]  # noqa: SLF001 - likewise


def run(statement: str) -> int:
    """Run a statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def ask(question: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def json_part(part: int | str, column: str = "key") -> str:
    """One part of a closing's key, or of what else is JSON, as text."""
    if _sqlite():
        place = f"[{part}]" if isinstance(part, int) else f".{part}"
        return f"json_extract({column}, '${place}')"
    return f"({column}::json ->> {part!r})"


def _sqlite() -> bool:
    return connection.vendor == "sqlite"


def _hide(table: str, live: str) -> None:
    if not _sqlite():
        run(f"CREATE TEMP TABLE {table} (LIKE {live}.{table} INCLUDING ALL)")
        return
    made = "SELECT type, sql FROM main.sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
    for kind, sql in ask(f"{made} AND tbl_name = '{table}' ORDER BY type DESC"):
        run(_hiding[kind](sql))


_hiding: dict[str, Callable[[str], str]] = {
    # what it refers to lies in another schema, where SQLite cannot follow
    "table": lambda sql: _REFERENCES.sub("", sql).replace("CREATE TABLE", "CREATE TEMP TABLE", 1),
    "index": lambda sql: sql.replace("INDEX ", "INDEX temp.", 1),
}


@contextmanager
def _mode(wanted: str) -> Iterator[None]:
    """How transactions begin on SQLite: a deferred one that only reads takes no lock."""
    connection.ensure_connection()  # which sets the mode to that of the settings
    before = getattr(connection, "transaction_mode", None)
    setattr(connection, "transaction_mode", wanted)  # noqa: B010 - only SQLite's connection declares it
    try:
        yield
    finally:
        setattr(connection, "transaction_mode", before)  # noqa: B010 - likewise
