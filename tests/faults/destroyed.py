"""Which confirmed events a fault destroyed, from the files that survive it, never from what is tested."""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mqtt.vocabulary import Epoch, KioskId
from tests.faults.database import Database
from tests.faults.truth import token

PARTS = ("journal.db", "journal.db-wal")
"""The files of a journal whose writer is gone; the third, -shm, is made again from these."""
_HIGHEST = (
    "SELECT s.epoch, max(s.below, coalesce((SELECT max(sequence) FROM row WHERE row.stream = s.id), 0))"
    " FROM stream s"
)


@dataclass(frozen=True)
class Held:
    """What a journal holds: of each epoch its highest sequence; and its events."""

    highest: dict[Epoch, int]
    tokens: frozenset[str]


def held(folder: Path) -> Held:
    """Read the journal in a folder; whoever writes it goes on."""
    uri = (folder / PARTS[0]).absolute().as_uri()
    with closing(sqlite3.connect(f"{uri}?mode=ro", uri=True)) as journal:
        streams = journal.execute(_HIGHEST).fetchall()
        rows = journal.execute("SELECT type, data FROM row").fetchall()
    return Held(
        {Epoch(epoch): highest for epoch, highest in streams},
        frozenset(token(kind, data) for kind, data in rows) - {""},
    )


def gone(confirmed: set[str], database: Database, journals: Iterable[Path]) -> set[str]:
    """Which of these events are neither in the cloud's database nor in one of these journals."""
    return confirmed.difference(collected(database), *(held(folder).tokens for folder in journals))


def copy_journal(source: Path, target: Path) -> None:
    """Put a journal whose writer is gone into another folder, instead of what is there."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*PARTS, "journal.db-shm"):
        (target / name).unlink(missing_ok=True)
    for name in PARTS:
        if (source / name).exists():
            shutil.copy(source / name, target / name)


def collected(database: Database) -> set[str]:
    """The events that the cloud's database holds, committed, at this moment."""
    (rows,) = database.ask("SELECT type, data FROM collector_storedevent")
    return {token(kind, data) for kind, data in rows} - {""}


def upto(database: Database, kiosk: KioskId, epoch: Epoch) -> int:
    """How far the cloud's database holds a journal at this moment."""
    query = f"SELECT upto FROM collector_stream WHERE kiosk = '{kiosk}' AND epoch = '{epoch}'"
    (rows,) = database.ask(query)
    return int(rows[0][0]) if rows else 0
