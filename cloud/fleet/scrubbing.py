"""After an erasure: what is deleted for SQL may still lie in the database's files; it is taken out there."""

from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

PERSONAL: Final = ("club_person", "club_nameword", "club_memberasked", "club_personpart")
"""Tables of which rows are erased."""
_SAMPLED: Final = (
    "SELECT s.attname, format_type(a.atttypid, a.atttypmod) FROM pg_stats s"
    " JOIN pg_attribute a ON a.attrelid = s.tablename::regclass AND a.attname = s.attname"
    " WHERE s.schemaname = current_schema() AND s.tablename = %s AND s.attname !~ '(^|_)id$'"
)
"""Columns of a table of whose values the planner keeps some, and what they are; but for ids."""


def scrub(*, whole: bool = False, patience: float | None = None) -> bool:
    """Take what was erased out of the files; False if somebody reads for too long: it has to be said again.

    SQLite: each connection overwrites what it deletes; here the log, which has older pages, is emptied.
    PostgreSQL: the dead rows are given up; their bytes lie in the pages until other rows take their room.
    `whole` writes the database (PostgreSQL: those tables and its statistics) anew, for which nobody else may
    be at it.
    On SQLite it waits for `patience` seconds for those who read; as long as any statement without one.
    Not within a transaction.
    """
    return _sqlite(whole, patience) if connection.vendor == "sqlite" else _postgresql(whole=whole)


def _sqlite(whole: bool, patience: float | None) -> bool:  # noqa: FBT001 - its only caller names it
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        if patience is not None:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        if whole:
            cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {before}")
    return not busy


def _postgresql(*, whole: bool) -> bool:
    with connection.cursor() as cursor:
        # the planner's statistics hold the most frequent names: they are made anew, without those erased
        cursor.execute(f"VACUUM ({'FULL, ' if whole else ''}ANALYZE) {', '.join(PERSONAL)}")
        for table in PERSONAL:
            _forget_samples(cursor, table)
        cursor.execute(f"VACUUM {'(FULL)' if whole else ''} pg_statistic")
    return True


def _forget_samples(cursor: CursorWrapper, table: str) -> None:
    """Let the planner forget what it knows of a table of which nothing is left: ANALYZE would keep it.

    A column that is made again of the type that it has loses its statistics, and nothing else.
    """
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")  # noqa: S608 - one of PERSONAL
    if cursor.fetchone()[0]:
        return
    cursor.execute(_SAMPLED, (table,))
    for column, kind in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
