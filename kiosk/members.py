"""The local replica of members and of sync's own marks: an SQLite file that only sync writes."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiosk import lending
from kiosk.erasing import Traces
from kiosk.marks import Marks
from kiosk.sharing import shared
from mqtt import down
from mqtt.vocabulary import AllowanceId, CardKey, MemberId

log = logging.getLogger(__name__)

HELD = 8
"""Pages of a long way that are written in one transaction.

Members lie in the trees in no order, so that each page alone changes about a thousand of SQLite's pages all
over the file; together they change most of them once. More at a time would keep sync too long at an SD card.
"""
CACHE = 32 * 1024
"""KiB of SQLite's pages in memory: what such a transaction changes is not written before its end."""

SOON, HOUR, DAY = 10.0, 3600.0, 86_400.0
"""Seconds within which nothing is left in the log of who is gone, nor there of a balance or a reply; and in
the unused room of the file of who is gone."""
COMPACTED = 64 * 2**20
"""Bytes up to which the file is written anew for that; a larger one would take a card minutes and the memory.

Of a hundred rows about one has an older copy in the middle of a page, beside which it was moved. In a larger
file that stays until the page takes another row.
"""

_BEYOND = " " * 1100
"""Behind a row that is read, for the room that it takes.

CPython and glibc keep freed pieces of up to 512 and 1,032 bytes as they are, for the next piece of that size;
what is larger is overwritten when it is freed (`ui.start` has told glibc to).
"""

_TABLES = """
CREATE TABLE IF NOT EXISTS member (id TEXT PRIMARY KEY, row BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS card (key TEXT PRIMARY KEY, member TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reply (id TEXT PRIMARY KEY, reply BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""


class Members:
    """The screen's side: finds a member by a card."""

    def __init__(self, path: Path) -> None:
        """Open the replica, making an empty one if sync has not yet."""
        Replica(path).close()
        self._path = path
        self._db = self._opened()

    def find(self, cards: Sequence[CardKey]) -> down.MemberRow | None:
        """Whom one of these keys belongs to; None for a stranger."""
        for card in cards:
            found = self._db.execute(
                "SELECT CAST(row || ? AS BLOB) FROM member"
                " WHERE id = (SELECT member FROM card WHERE key = ?)",
                (_BEYOND, card),
            ).fetchone()
            if found:
                return down.decode(found[0], down.MemberRow).seen_by(cards)
        return None

    def reply(self, ask: str) -> down.Reply | None:
        """What the cloud answered to an ask; None if nothing, yet."""
        found = self._db.execute(
            "SELECT CAST(reply || ? AS BLOB) FROM reply WHERE id = ?", (_BEYOND, ask)
        ).fetchone()
        return down.decode(found[0], down.Reply) if found else None

    def lent(self, member: MemberId) -> down.Lent | None:
        """What this kiosk may grant the member without asking, used or not; None for nothing."""
        return lending.lent(self._db, member)

    def recalled(self) -> tuple[AllowanceId, ...]:
        """Allowances that the cloud wants back."""
        return lending.recalled(self._db)

    def heard_at(self) -> float:
        """When the cloud was last heard, in seconds since 1970 on this kiosk's clock; 0.0 for never.

        It is 0.0 as well while the connection is known to be down.
        """
        found = self._db.execute("SELECT value FROM mark WHERE name = 'heard_at'").fetchone()
        return float(found[0]) if found else 0.0

    def forget(self) -> None:
        """Keep nothing in memory of what was read: no row, and no page with its neighbours on it.

        Only closing does that to the last byte (SQLite's lookaside is never overwritten). The file is opened
        again before: whoever closes it last would have to checkpoint it.
        """
        before, self._db = self._db, self._opened()
        before.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(shared(self._path), isolation_level=None, timeout=1)
        db.execute("PRAGMA query_only = ON")
        return db


class Replica(Marks):
    """Sync's side: applies what the cloud sends and keeps its marks beside it.

    A row that is replaced or dropped is overwritten where it lies. Of members who are gone, and of names that
    are no more, the log is emptied by the next `erase`.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.monotonic) -> None:
        """Open or make the file."""
        super().__init__(path)
        self._now, self._traces = now, Traces(self._db, path, now)
        self._compacted_at = float("-inf")
        self._db.executescript(_TABLES + lending.TABLES)
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA cache_size = -{CACHE}")
        self._db.execute("PRAGMA temp_store = MEMORY")  # no copy of anybody in yet another file
        self._held: list[down.MembersBatch] = []

    @property
    def generation(self) -> str:
        """Which life of the cloud's database the members came from; empty before the first word."""
        return self._mark("generation", "")

    @property
    def reached(self) -> int:
        """How new the members are once what is held is written; only what follows it is asked for."""
        return self._held[-1].to if self._held else self.version

    def set_heard_at(self, wall: float) -> None:
        """Remember when the cloud was last heard; 0.0 when the connection is gone."""
        self._set(heard_at=repr(wall))

    def hold(self, batch: down.MembersBatch) -> bool:
        """Keep the next page of a long way in memory, to be written with those after it; False if it is none.

        It does not count before it is written. What is held is written with the last page, by `settle`, or
        when it is `HELD` pages; if the disk does not take it, or the process ends, it has to come again.
        """
        follows = batch.generation == self.generation and self.reached == batch.after
        if not (follows and batch.after < batch.to < batch.head):
            return False
        self._held.append(batch)
        if len(self._held) == HELD:
            self.settle()
        return True

    def settle(self) -> None:
        """Write what is held, all or none."""
        if self._held:
            self._write([], anew=False)

    def apply(self, batch: down.MembersBatch) -> bool:
        """Take a batch of rows and what is held before it, all or none; False if rows before it are missing.

        A batch of another generation is only taken from its beginning, and then replaces everyone.
        """
        anew = batch.generation != self.generation
        if batch.after > (0 if anew else self.reached):
            return False
        if anew or batch.to > self.reached:
            self._write([batch], anew=anew)
        return True

    def forget(self) -> None:
        """Have everything sent anew; the members stay until the first page of it comes, but nothing lent."""
        self._held = []
        with self._transaction():
            lending.drop(self._db)
            self._set(generation="", version="0")

    def heard_from(self, generation: str) -> None:
        """The cloud spoke in this life of its database: what was lent in another is nothing any more."""
        if self._mark("lends", "") == generation:
            return
        self._db.execute("PRAGMA synchronous = FULL")  # a power cut must not bring them back
        with self._transaction():
            lending.drop(self._db, but=generation)
            self._set(lends=generation)
        self._db.execute("PRAGMA synchronous = NORMAL")

    def lend(self, lent: down.Lent, generation: str) -> None:
        """Keep an allowance, if it is of the life of the cloud's database that is known here."""
        if generation and generation == self.generation == self._mark("lends", generation):
            lending.keep(self._db, lent, generation)

    def call_back(self, allowances: Sequence[AllowanceId]) -> None:
        """Remember what the cloud wants back: these, and no others."""
        with self._transaction():
            lending.call_back(self._db, allowances)

    def put_reply(self, reply: down.Reply) -> None:
        """Leave an answer for the screen."""
        self._db.execute("INSERT OR REPLACE INTO reply VALUES (?, ?)", (reply.id, down.encode(reply)))

    def drop_replies(self) -> None:
        """Forget every answer: nobody waits for one any more."""
        self._db.execute("DELETE FROM reply")
        self._traces.leave(HOUR)

    def erase(self) -> None:
        """Let nothing be read in the files of what is no more, as far as that is due."""
        try:
            self._compact()
            self._traces.erase()
        except (OSError, sqlite3.Error) as error:
            log.error("members: not erased: %s", error)  # noqa: TRY400 - the reason says it all

    def _compact(self) -> None:
        """Write the file anew after members are gone, at most once a day: its unused room may hold copies."""
        if not self._mark("gone", "") or self._now() < self._compacted_at + DAY:
            return
        self._compacted_at = self._now()  # a disk that has no room for it now is asked again tomorrow
        if self._size() <= COMPACTED:
            self._db.execute("VACUUM")
            self._set(gone="")
            self._traces.leave()

    def _holds_any(self) -> bool:
        return self._db.execute("SELECT 1 FROM member").fetchone() is not None

    def _size(self) -> int:
        (size,) = self._db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        return int(size)

    def _write(self, batches: Sequence[down.MembersBatch], *, anew: bool) -> None:
        batches, self._held = [*([] if anew else self._held), *batches], []
        gone = (anew and self._holds_any()) or any(batch.gone for batch in batches)
        self._traces.leave(SOON if gone else HOUR)
        with self._transaction():
            if anew:
                self._db.execute("DELETE FROM member")
                self._db.execute("DELETE FROM card")
                lending.drop(self._db, but=batches[-1].generation)
            if gone:
                self._set(gone="yes")
            for batch in batches:
                self._put(batch.rows)
                self._drop(batch.gone)
            self._set(generation=batches[-1].generation, version=str(batches[-1].to))

    def _put(self, rows: Sequence[down.MemberRow]) -> None:
        before = self._drop([row.member for row in rows])
        if any(before.get(row.member, row.name) != row.name for row in rows):
            self._traces.leave(SOON)
        self._db.executemany(
            "INSERT INTO member VALUES (?, ?)", [(row.member, down.encode(row)) for row in rows]
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO card VALUES (?, ?)",
            [(card, row.member) for row in rows for card in (*row.cards, *row.lost)],
        )

    def _drop(self, members: Sequence[MemberId]) -> dict[MemberId, str]:
        """Let members be no more; the names that they had."""
        names = {}
        for member in members:
            found = self._db.execute("SELECT row FROM member WHERE id = ?", (member,)).fetchone()
            if found:
                row = down.decode(found[0], down.MemberRow)
                names[member] = row.name
                self._db.executemany(
                    "DELETE FROM card WHERE key = ? AND member = ?",
                    [(card, member) for card in (*row.cards, *row.lost)],
                )
                self._db.execute("DELETE FROM member WHERE id = ?", (member,))
        return names

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
