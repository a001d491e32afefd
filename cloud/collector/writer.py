"""Where the two databases differ in taking events: locks, COPY, and a partition for each month."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cloud.fleet.moments import stored
from mqtt.envelope import Envelope

TABLE = "collector_storedevent"
PARTITIONING = 0x626173686761
"""The advisory lock under which one process at a time makes a partition."""

TOGETHER = 20
"""Rows in one of SQLite's statements: a third of what it does for a statement with one is not for the row."""

Placed = tuple[int, Envelope]
"""An event and the id of its stream."""

_COLUMNS = {
    "stream_id": "int8",
    "sequence": "int8",
    "chain": "text",
    "store": "text",
    "type": "text",
    "occurred_at": "int8",
    "clock": "text",
    "received_at": "int8",
    "data": "text",
}
"""With what each is in a binary COPY, where a time is a number of ticks."""
_INTO = f"{TABLE} ({', '.join(_COLUMNS)})"
_INSERT = f"INSERT INTO {_INTO} VALUES "  # noqa: S608 - constants
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"
_COPY = f"COPY {_INTO} FROM STDIN (FORMAT BINARY)"
_ORIGIN, _TICK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_LOCK = "SELECT id FROM collector_stream WHERE kiosk = ANY(%s) ORDER BY id FOR UPDATE"


def begin(cursor: CursorWrapper, kiosks: Collection[str], now: datetime) -> None:
    """Lock the streams of these kiosks, and see that there is room for what is received `now`.

    Always in the order of their ids, so that two collectors wait for each other, never in a circle. SQLite's
    transaction has locked everything.
    """
    if connection.vendor == "postgresql":
        _make_partition(cursor, now)
        cursor.execute(_LOCK, (sorted(kiosks),))


def insert(cursor: CursorWrapper, events: Sequence[Placed], now: datetime) -> None:
    """Write events that were received `now` in the caller's transaction."""
    if connection.vendor == "postgresql":
        _copy(cursor, events, now)
    else:
        _insert(cursor, events, now)


def make_room(now: datetime) -> None:
    """See that there is a partition for this month and one for the next, ahead of the first event in it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            _make_partition(cursor, now)
            _make_partition(cursor, _month(now)[1])


def partition(moment: datetime) -> str:
    """The table of the events that were received in this month (UTC)."""
    return f"{TABLE}_{_month(moment)[0]:%Y_%m}"


def _copy(cursor: CursorWrapper, events: Sequence[Placed], now: datetime) -> None:
    received = _ticks(now)
    with connection.wrap_database_errors, cursor.cursor.copy(_COPY) as copy:
        copy.set_types(list(_COLUMNS.values()))
        for stream, row in events:
            occurred, data = _ticks(row.time), row.data.decode()
            copy.write_row(
                (stream, row.sequence, row.chain, row.store, row.type, occurred, row.clock, received, data)
            )


def _ticks(moment: datetime) -> int:
    # as PostgreSQL's own tables hold it: neither side has to write or to read a date
    return (moment - _ORIGIN) // _TICK


def _insert(cursor: CursorWrapper, events: Sequence[Placed], now: datetime) -> None:
    stamp = stored(now)
    values = [_values(stream, row, stamp) for stream, row in events]
    whole = len(values) - len(values) % TOGETHER
    many = [list(chain(*values[at : at + TOGETHER])) for at in range(0, whole, TOGETHER)]
    cursor.executemany(_INSERT + ", ".join([_ROW] * TOGETHER), many)
    cursor.executemany(_INSERT + _ROW, values[whole:])


def _values(stream: int, row: Envelope, stamp: str) -> tuple[str | int, ...]:
    occurred, data = stored(row.time), row.data.decode()
    return stream, row.sequence, row.chain, row.store, row.type, occurred, row.clock, stamp, data


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
