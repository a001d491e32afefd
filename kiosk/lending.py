"""What the cloud lent this kiosk and what it calls back: tables of the replica's file, which sync writes.

An allowance counts as long as the cloud's database lives the life, its generation, in which it was lent.
"""

import sqlite3
from collections.abc import Iterable

from mqtt.down import Lent
from mqtt.vocabulary import AllowanceId, MemberId, Points

TABLES = """
CREATE TABLE IF NOT EXISTS allowance (
    member TEXT PRIMARY KEY, id TEXT NOT NULL, points INTEGER NOT NULL, generation TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recall (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""
"""Of the allowances of one member the last is kept: whoever was lent another had told of the one before."""


def lent(db: sqlite3.Connection, member: MemberId) -> Lent | None:
    """The allowance for a member; None for none."""
    found = db.execute("SELECT id, points FROM allowance WHERE member = ?", (member,)).fetchone()
    return Lent(AllowanceId(found[0]), member, Points(found[1])) if found else None


def recalled(db: sqlite3.Connection) -> tuple[AllowanceId, ...]:
    """What the cloud wants back."""
    return tuple(AllowanceId(name) for (name,) in db.execute("SELECT id FROM recall ORDER BY id").fetchall())


def keep(db: sqlite3.Connection, new: Lent, generation: str) -> None:
    """Keep an allowance, instead of what was lent for the same member before."""
    db.execute(
        "INSERT OR REPLACE INTO allowance VALUES (?, ?, ?, ?)",
        (new.member, new.allowance, new.points, generation),
    )


def drop(db: sqlite3.Connection, but: str = "") -> None:
    """Drop every allowance of another generation than this one."""
    db.execute("DELETE FROM allowance WHERE generation <> ?", (but,))


def call_back(db: sqlite3.Connection, ids: Iterable[AllowanceId]) -> None:
    """Remember which allowances the cloud wants back: these, and no others."""
    db.execute("DELETE FROM recall")
    db.executemany("INSERT OR IGNORE INTO recall VALUES (?)", [(name,) for name in ids])
