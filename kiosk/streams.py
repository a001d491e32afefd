"""The streams of a journal as they are read: the one that is written to, and those that were closed.

A stream is an epoch with rows numbered without a gap: from the row after those that were pruned to its last.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mqtt import down, envelope
from mqtt.vocabulary import Chain, Epoch, KioskId, Sequence, StoreId

_COLUMNS = "sequence, chain, type, data, boot, monotonic_ns, wall, synced"
_SURE = (
    f"SELECT {_COLUMNS} FROM row WHERE stream = ? AND sequence {{}} ?"  # noqa: S608 - no text from outside
    " AND (synced OR boot IN (SELECT value FROM json_each(?))) ORDER BY sequence {} LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A journalled event and its place; `wall` in seconds since 1970, as far as `clock` can be trusted."""

    epoch: Epoch
    sequence: Sequence
    chain: Chain
    type: str
    data: bytes
    boot: str
    monotonic_ns: int
    wall: float
    clock: envelope.Clock

    def dated(self, wall: float, clock: envelope.Clock) -> "Row":
        """The same row with a time that is known better."""
        return replace(self, wall=wall, clock=clock)

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
            self.clock,
            self.data,
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """One epoch of a journal. `below` is the last row that was pruned, or 0, and `chain_below` its chain."""

    db: sqlite3.Connection
    id: int
    epoch: Epoch
    closed: bool
    below: int
    chain_below: Chain

    def highest(self) -> int:
        """The last row's sequence; 0 before the first was ever written."""
        found = self.db.execute("SELECT max(sequence) FROM row WHERE stream = ?", (self.id,)).fetchone()
        return int(found[0] or self.below)

    def chain_at(self, sequence: int) -> Chain | None:
        """The chain of a row, or of the last that was pruned; None if the row is not held."""
        if sequence == self.below:
            return self.chain_below
        row = self.db.execute(
            "SELECT chain FROM row WHERE stream = ? AND sequence = ?", (self.id, sequence)
        ).fetchone()
        return Chain(row[0]) if row else None

    def after(self, sequence: int, limit: int) -> list[Row]:
        """The rows that follow a sequence, at most `limit`, in order."""
        found = self.db.execute(
            f"SELECT {_COLUMNS} FROM row WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?",  # noqa: S608
            (self.id, sequence, limit),
        )
        return [self._row(*row) for row in found]

    def sure_before(self, sequence: int, boots: Collection[str]) -> Row | None:
        """The last row before `sequence` that is synced or of one of these boots."""
        return self._sure(_SURE.format("<", "DESC"), sequence, boots)

    def sure_after(self, sequence: int, boots: Collection[str]) -> Row | None:
        """The first row after `sequence` that is synced or of one of these boots."""
        return self._sure(_SURE.format(">", "ASC"), sequence, boots)

    def last_before(self, wall: float, within: int) -> int:
        """The last row, among the oldest `within`, that was surely written before `wall`; 0 for none."""
        found = self.db.execute(
            "SELECT max(sequence) FROM (SELECT sequence, wall, synced FROM row WHERE stream = ?"
            " ORDER BY sequence LIMIT ?) WHERE synced AND wall < ?",
            (self.id, within, wall),
        ).fetchone()
        return int(found[0] or 0)

    def persons(self, upto: int) -> list[down.Person]:
        """The personal parts of rows up to a sequence."""
        found = self.db.execute(
            "SELECT sequence, fields FROM person WHERE stream = ? AND sequence <= ? ORDER BY sequence",
            (self.id, upto),
        )
        return [down.Person(f"{self.epoch}-{sequence}", json.loads(fields)) for sequence, fields in found]

    def _sure(self, query: str, sequence: int, boots: Collection[str]) -> Row | None:
        found = self.db.execute(query, (self.id, sequence, json.dumps(sorted(boots)))).fetchone()
        return self._row(*found) if found else None

    def _row(  # noqa: PLR0913, PLR0917 - the columns
        self,
        sequence: int,
        chain: str,
        name: str,
        data: bytes,
        boot: str,
        monotonic_ns: int,
        wall: float,
        synced: int,
    ) -> Row:
        clock: envelope.Clock = "synced" if synced else "unsynced"
        return Row(self.epoch, Sequence(sequence), Chain(chain), name, data, boot, monotonic_ns, wall, clock)


def streams(db: sqlite3.Connection) -> list[Stream]:
    """Every stream of a journal, oldest first."""
    found = db.execute("SELECT id, epoch, closed, below, chain_below FROM stream ORDER BY id")
    return [
        Stream(db, key, Epoch(epoch), bool(closed), below, Chain(chain))
        for key, epoch, closed, below, chain in found
    ]


def live(db: sqlite3.Connection) -> Stream:
    """The stream that is written to."""
    return next(stream for stream in streams(db) if not stream.closed)
