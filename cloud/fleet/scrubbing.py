"""After an erasure: what is deleted for SQL may still lie in the database's files; it is taken out there."""

from typing import Final

from django.db import connection

PERSONAL: Final = ("club_person", "club_nameword", "club_memberasked", "club_personpart")
"""Tables of which rows are erased."""


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
        cursor.execute(f"VACUUM {'(FULL)' if whole else ''} pg_statistic")
    return True
