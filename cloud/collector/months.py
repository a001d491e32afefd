"""On PostgreSQL the events of a month lie in a table of their own, which can go as a whole."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.collector.writer import TABLE, partition

LOCK_WAIT = 3.0
"""Seconds for which a table to be dropped may be waited for: for as long, collectors wait behind it."""

_TABLES = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = %s::regclass AND c.relname < %s ORDER BY c.relname"
)


class Month(NamedTuple):
    """A month's table, and its moments: from `first` to before `end`."""

    table: str
    first: datetime
    end: datetime


def months(before: datetime) -> list[Month]:
    """The months before the one of a moment that have a table, oldest first; on SQLite none has."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, (TABLE, partition(before)))
        return [_month(table) for (table,) in cursor.fetchall()]


def hold(cursor: CursorWrapper, month: Month) -> None:
    """Let others only read the month, until the caller's transaction ends.

    OperationalError if somebody writes in it, or later, in `drop`, reads, for longer than `LOCK_WAIT`.
    """
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'")
    cursor.execute(f"LOCK TABLE {month.table} IN SHARE ROW EXCLUSIVE MODE")


def drop(cursor: CursorWrapper, month: Month) -> None:
    """Drop the month's table with all that is in it, in the caller's transaction."""
    cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {month.table}")
    cursor.execute(f"DROP TABLE {month.table}")


def _month(table: str) -> Month:
    first = datetime.strptime(f"{table[-7:]}_01+0000", "%Y_%m_%d%z").astimezone(UTC)
    return Month(table, first, (first + timedelta(days=31)).replace(day=1))
