"""Sync's marks in the replica's file: what the screen's process may drop, wipe or begin anew."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.clock import Stamp
from kiosk.restart import Restart
from kiosk.sharing import shared
from kiosk.times import Sure
from kiosk.trouble import Trouble
from mqtt import envelope
from mqtt.vocabulary import Chain, Epoch

_TABLES = """
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS boot (
    id TEXT PRIMARY KEY, wall REAL NOT NULL, monotonic_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivered (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Acked:
    """How far the collector holds the journal of `epoch`, and the chain there."""

    epoch: Epoch
    upto: int
    chain: Chain


class Marks:
    """Written by sync alone; the screen's process reads them."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._db = sqlite3.connect(shared(path), isolation_level=None, timeout=5, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABLES)

    def acked(self, epoch: Epoch) -> Acked:
        """How far the journal of `epoch` is acknowledged."""
        text = self._mark(f"acked {epoch}", "")
        return msgspec.json.decode(text, type=Acked) if text else Acked(epoch, 0, envelope.START)

    def set_acked(self, acked: Acked) -> None:
        """Remember an acknowledgement."""
        self._set(**{f"acked {acked.epoch}": msgspec.json.encode(acked).decode()})

    def restart(self, epoch: Epoch) -> Restart | None:
        """The new epoch that is asked for instead of this one, if any."""
        text = self._mark(f"restart {epoch}", "")
        return msgspec.json.decode(text, type=Restart) if text else None

    def ask_restart(self, restart: Restart) -> None:
        """Ask the journal's writer for a new epoch."""
        self._set(**{f"restart {restart.epoch}": msgspec.json.encode(restart).decode()})

    def delivered(self) -> frozenset[str]:
        """Ids of the events whose personal part the cloud has, and the kiosk is to wipe."""
        return frozenset(name for (name,) in self._db.execute("SELECT id FROM delivered"))

    def add_delivered(self, ids: Collection[str]) -> None:
        """The cloud has these personal parts."""
        self._db.executemany("INSERT OR IGNORE INTO delivered VALUES (?)", [(name,) for name in ids])

    def forget_delivered(self, ids: Collection[str]) -> None:
        """These personal parts are wiped."""
        self._db.executemany("DELETE FROM delivered WHERE id = ?", [(name,) for name in ids])

    def boots(self) -> dict[str, Sure]:
        """Of each boot that saw the time, the first moment that was sure."""
        return {
            name: Sure(wall, monotonic_ns)
            for name, wall, monotonic_ns in self._db.execute("SELECT id, wall, monotonic_ns FROM boot")
        }

    def add_boot(self, stamp: Stamp) -> None:
        """Remember a sure moment of a boot; an earlier one stays."""
        self._db.execute(
            "INSERT OR IGNORE INTO boot VALUES (?, ?, ?)", (stamp.boot, stamp.wall, stamp.monotonic_ns)
        )

    @property
    def version(self) -> int:
        """How new the members are."""
        return int(self._mark("version", "0"))

    def heard_at(self) -> float:
        """When the cloud was last heard, in wall seconds of this kiosk's clock; 0.0 for never, or away."""
        return float(self._mark("heard_at", "0.0"))

    def trouble(self) -> Trouble:
        """Why sync has no connection; empty while it has one, and before it has said anything."""
        found: Trouble = msgspec.convert(self._mark("trouble", ""), Trouble)
        return found

    def set_trouble(self, trouble: Trouble) -> None:
        """Remember why there is no connection."""
        self._set(trouble=trouble)

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _mark(self, name: str, default: str) -> str:
        found = self._db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else default

    def _set(self, **marks: str) -> None:
        # one that says the same already wears no card: the cloud answers the same every minute
        self._db.executemany(
            "INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " WHERE value != excluded.value",
            list(marks.items()),
        )
