"""Where the two databases differ in taking events: locks, COPY, and a partition for each month."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

TABLE = "collector_storedevent"
COLUMNS = "stream_id, sequence, chain, store, type, occurred_at, clock, received_at, data"
PARTITIONING = 0x626173686761
"""The advisory lock under which one process at a time makes a partition."""

Values = tuple[str | int, ...]
"""An event's columns, in the order of :data:`COLUMNS`."""

_INSERT = f"INSERT INTO {TABLE} ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants
_COPY = f"COPY {TABLE} ({COLUMNS}) FROM STDIN"
_LOCK = "SELECT id FROM collector_stream WHERE kiosk = ANY(%s) ORDER BY id FOR UPDATE"


def begin(cursor: CursorWrapper, kiosks: Collection[str], now: datetime) -> None:
    """Lock the streams of these kiosks, and see that there is room for what is received `now`.

    Always in the order of their ids, so that two collectors wait for each other, never in a circle. SQLite's
    transaction has locked everything.
    """
    if connection.vendor == "postgresql":
        _make_partition(cursor, now)
        cursor.execute(_LOCK, (sorted(kiosks),))


def insert(cursor: CursorWrapper, events: Sequence[Values]) -> None:
    """Write events in the caller's transaction."""
    if connection.vendor != "postgresql":
        cursor.executemany(_INSERT, events)
        return
    with connection.wrap_database_errors, cursor.cursor.copy(_COPY) as copy:
        for event in events:
            copy.write_row(event)


def make_room(now: datetime) -> None:
    """See that there is a partition for this month and one for the next, ahead of the first event in it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            _make_partition(cursor, now)
            _make_partition(cursor, _month(now)[1])


def partition(moment: datetime) -> str:
    """The table of the events that were received in this month (UTC)."""
    return f"{TABLE}_{_month(moment)[0]:%Y_%m}"


def _make_partition(cursor: CursorWrapper, moment: datetime) -> None:
    name = partition(moment)
    if _there(cursor, name):
        return
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITIONING,))
    if _there(cursor, name):
        return
    first, end = (f"'{edge:%Y-%m-%d} 00:00:00+00'" for edge in _month(moment))
    # a table that is made apart and then attached locks out nobody who reads or writes the others
    cursor.execute(
        f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS,"
        " PRIMARY KEY (id), UNIQUE (stream_id, sequence),"
        f" CHECK (received_at >= {first} AND received_at < {end}))"
    )
    cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})")


def _there(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (name,))
    return bool(cursor.fetchone()[0])


def _month(moment: datetime) -> tuple[datetime, datetime]:
    moment = moment.astimezone(UTC)
    first = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    return first, datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)
