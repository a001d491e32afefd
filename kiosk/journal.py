"""The journal: an append-only SQLite file of events, durable before the screen confirms them.

Only the kiosk's screen process writes it; sync reads it.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clock import Stamp
from kiosk.errors import JournalError
from mqtt import envelope
from mqtt.events import Event
from mqtt.vocabulary import Chain, Epoch, KioskId, StoreId
from mqtt.vocabulary import Sequence as Place

_TABLES = """
CREATE TABLE IF NOT EXISTS stream (epoch TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS row (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL, data BLOB NOT NULL, chain TEXT NOT NULL,
    boot TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, wall REAL NOT NULL, synced INTEGER NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A journalled event and its place."""

    epoch: Epoch
    sequence: Place
    chain: Chain
    type: str
    data: bytes
    wall: float
    synced: bool

    def envelope(self, store: StoreId, kiosk: KioskId) -> envelope.Envelope:
        """The row as it is sent."""
        return envelope.Envelope(
            store,
            kiosk,
            self.epoch,
            self.sequence,
            self.chain,
            self.type,
            datetime.fromtimestamp(self.wall, UTC),
            "synced" if self.synced else "unsynced",
            self.data,
        )


class Journal:
    """The writer's side; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with an epoch of its own. Raises JournalError."""
        with _explained(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_TABLES)
            self._path = path
            self.epoch = self._epoch()

    def append(self, events: Sequence[tuple[Event, Stamp]]) -> Place:
        """Make events durable, all or none; the place of the last. Raises JournalError.

        When it returns, the rows have been flushed to the disk (WAL, synchronous=FULL).
        """
        with _explained(self._path), self._transaction():
            place, chain = self._last()
            for event, stamp in events:
                place = Place(place + 1)
                chain = self._insert(place, chain, event, stamp)
        return place

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _epoch(self) -> Epoch:
        with self._transaction():
            row = self._db.execute("SELECT epoch FROM stream").fetchone()
            if row is None:
                row = (secrets.token_hex(8),)
                self._db.execute("INSERT INTO stream VALUES (?)", row)
        return Epoch(row[0])

    def _last(self) -> tuple[Place, Chain]:
        row = self._db.execute("SELECT sequence, chain FROM row ORDER BY sequence DESC LIMIT 1").fetchone()
        return (Place(row[0]), Chain(row[1])) if row else (Place(0), envelope.START)

    def _insert(self, place: Place, before: Chain, event: Event, stamp: Stamp) -> Chain:
        name, data = envelope.type_name(event), envelope.encode_data(event)
        chain = envelope.next_chain(before, f"{self.epoch}-{place}", name, data)
        self._db.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (place, name, data, chain, stamp.boot, stamp.monotonic_ns, stamp.wall, stamp.synced),
        )
        return chain

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


class JournalReader:
    """Sync's side: it reads what is durable and never writes."""

    def __init__(self, path: Path) -> None:
        """Open a journal that exists. Raises JournalError if it does not (yet)."""
        with _explained(path):
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
            self._db.execute("PRAGMA query_only = ON")
            row = self._db.execute("SELECT epoch FROM stream").fetchone()
        if row is None:
            raise JournalError(f"{path}: the journal is being made")
        self.epoch = Epoch(row[0])

    def bounds(self) -> tuple[int, int]:
        """The lowest and highest sequence held; (1, 0) when empty."""
        low, high = self._db.execute("SELECT min(sequence), max(sequence) FROM row").fetchone()
        return (low, high) if low is not None else (1, 0)

    def chain_at(self, sequence: int) -> Chain | None:
        """The chain of a row; None if the row is not held. Before the first row stands START."""
        if sequence == 0:
            return envelope.START
        row = self._db.execute("SELECT chain FROM row WHERE sequence = ?", (sequence,)).fetchone()
        return Chain(row[0]) if row else None

    def after(self, sequence: int, limit: int) -> list[Row]:
        """The rows that follow a sequence, at most `limit`, in order."""
        found = self._db.execute(
            "SELECT sequence, chain, type, data, wall, synced FROM row WHERE sequence > ?"
            " ORDER BY sequence LIMIT ?",
            (sequence, limit),
        )
        return [
            Row(self.epoch, Place(sequence), Chain(chain), name, data, wall, bool(synced))
            for sequence, chain, name, data, wall, synced in found
        ]

    def close(self) -> None:
        """Let the file go."""
        self._db.close()


def count(path: Path) -> tuple[Epoch, int]:
    """A journal's epoch and how many rows it ever held, for a report."""
    with closing(JournalReader(path)) as reader:
        return reader.epoch, reader.bounds()[1]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {error}") from error
