"""What SQLite leaves of rows that are no more, overwritten in the files.

`PRAGMA secure_delete` overwrites a row where it lies. What is left then are older pages in the write-ahead
log, which `Traces` empties; and copies in the unused middle of pages among which rows were once moved, which
only VACUUM ends. What a flash card keeps of blocks that it has remapped is beyond any program's reach.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

AGAIN = 1.0
"""Seconds after which it is tried again to empty a log that somebody was reading."""


class Traces:
    """The write-ahead log of a database that this connection alone writes, and when it is to be emptied.

    What a process before may have left goes first.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, now: Callable[[], float] = time.monotonic) -> None:
        """Let rows that are deleted from now on be overwritten. `path` is the database's."""
        self.go_on(db)
        self._wal, self._now = Path(f"{path}-wal"), now
        self._due = now()

    def go_on(self, db: sqlite3.Connection) -> None:
        """Use this connection from now on, to the same file."""
        db.execute("PRAGMA secure_delete = ON")
        self._db = db

    @property
    def left(self) -> bool:
        """Whether there may be traces."""
        return self._due < float("inf")

    def leave(self, within: float = 0.0) -> None:
        """Rows are no more, and their traces are to go within so many seconds."""
        self._due = min(self._due, self._now() + within)

    def erase(self) -> None:
        """Empty the log if that is due, unless somebody reads it just now. Raises sqlite3.Error, OSError."""
        if self._now() >= self._due:
            self._due = float("inf") if self._empty() else self._now() + AGAIN

    def _empty(self) -> bool:
        if not self._checkpoint("RESTART"):
            return False
        # everything is in the database and nobody reads the log: it may hold anything
        if self._wal.exists():
            _overwrite(self._wal)
        return self._checkpoint("TRUNCATE")

    def _checkpoint(self, how: str) -> bool:
        busy, *_ = self._db.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        return not busy


def _overwrite(file: Path) -> None:
    """Write zeros over a file's bytes, in their places of the disk."""
    with file.open("r+b") as bytes_:
        bytes_.write(b"\0" * file.stat().st_size)
        bytes_.flush()
        os.fsync(bytes_.fileno())
