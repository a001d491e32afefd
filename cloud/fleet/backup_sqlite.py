"""SQLite's part of backup and restore: a copy of one moment, while others write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cloud.fleet.backup import QUEUE, BackupError, Say, has_room, settle

PAGES = 2000
"""Pages copied between two words on how far it is."""
PATIENCE = 2.0
"""Seconds for whoever just closes the database."""


def dump(database: Path, to: Path, say: Say) -> None:
    """Copy the database as it is at this moment into one file, and check the copy. Raises BackupError."""
    has_room(to.parent, 2 * size(database))
    with _told(database), closing(_opened(database)) as source, closing(_opened(to)) as copy:
        # the snapshot of this transaction: without it, each write of others would begin the copy anew
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(
            copy,
            pages=PAGES,
            progress=lambda _, left, total: say(f"copied {total - left} of {total} pages"),
        )
        copy.execute("PRAGMA journal_mode = DELETE")
        _empty_queue(copy)
        _check(copy, to)


def size(database: Path) -> int:
    """Bytes that a backup takes at most."""
    return database.stat().st_size


def put_in_place(work: Path, database: Path, generation: str) -> None:
    """Let the copy `work` be the database, under a new generation.

    Raises BackupError, also if others have the database open; then it is as it was.
    """
    with _told(work), closing(_opened(work)) as copy:
        _check(copy, work)
        copy.execute("UPDATE fleet_installation SET generation = ?", (generation,))
    _retire(database)
    settle(work, database)


def _retire(database: Path) -> None:
    """Leave no log of the old database that would be taken for the new one's."""
    if not database.exists():
        return
    try:
        with closing(_opened(database)) as old:
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise BackupError(f"{database} is open elsewhere: stop what uses it ({error})") from error
    except sqlite3.DatabaseError:
        # it is damaged, which may be why there is a restore
        for suffix in ("-wal", "-shm"):
            log = database.with_name(database.name + suffix)
            if log.exists():
                log.replace(database.with_name(f"{database.name}{suffix}.damaged"))


def _empty_queue(copy: sqlite3.Connection) -> None:
    """Where the release that runs has one: a backup may be made before its successor's migrations."""
    copy.execute("PRAGMA secure_delete = ON")
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (QUEUE,)).fetchone():
        copy.execute(f"DELETE FROM {QUEUE}")  # noqa: S608 - a name of this code


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


def _check(copy: sqlite3.Connection, path: Path) -> None:
    found = [text for (text,) in copy.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        raise BackupError(f"{path} is damaged: {'; '.join(found)}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{path}: {error}") from error
