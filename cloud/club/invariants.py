"""What must be so of the whole ledger, each as a question that finds where it is not."""

# ruff: noqa: S608 - the statements hold names of this code only

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

FOUND = 20
"""Broken places told of one invariant; how many there are in all is not counted further."""

_ALLOCATED = "COALESCE((SELECT SUM(a.points) FROM club_allocation a WHERE a.{} = e.id), 0)"
_BY_LOT, _BY_DEBIT = _ALLOCATED.format("lot_id"), _ALLOCATED.format("debit_id")

INVARIANTS: dict[str, str] = {
    "a credit has a lot": (
        "SELECT e.id FROM club_entry e WHERE e.points > 0"
        " AND NOT EXISTS (SELECT 1 FROM club_lot l WHERE l.entry_id = e.id)"
    ),
    "a lot has what its credit gave less what was taken": (
        "SELECT e.id FROM club_lot l JOIN club_entry e ON e.id = l.entry_id"
        f" WHERE l.remaining <> e.points - {_BY_LOT} OR l.member_id <> e.member_id"
    ),
    "a debit is allocated or owed": (
        "SELECT e.id FROM club_entry e LEFT JOIN club_debt d ON d.entry_id = e.id"
        f" WHERE e.points < 0 AND -e.points <> COALESCE(d.remaining, 0) + {_BY_DEBIT}"
    ),
    "a debit takes from lots of its own member": (
        "SELECT a.debit_id FROM club_allocation a JOIN club_entry e ON e.id = a.debit_id"
        " JOIN club_lot l ON l.entry_id = a.lot_id WHERE l.member_id <> e.member_id"
    ),
    "nobody owes and has points": (
        "SELECT d.entry_id FROM club_debt d JOIN club_lot l ON l.member_id = d.member_id"
        " WHERE d.remaining > 0 AND l.remaining > 0"
    ),
    "no entry is undone by more than it is": (
        "SELECT e.id FROM club_entry e JOIN club_entry r ON r.reverses_id = e.id"
        " GROUP BY e.id, e.points HAVING ABS(SUM(r.points)) > ABS(e.points)"
    ),
}
"""By its name: which entries break it."""


class Broken(NamedTuple):
    """An invariant that does not hold, and the first entries where it does not."""

    invariant: str
    entries: tuple[int, ...]


def broken() -> Iterator[Broken]:
    """Every invariant that does not hold; none is the answer that is wanted."""
    for invariant, question in INVARIANTS.items():
        with connection.cursor() as cursor:
            cursor.execute(f"{question} LIMIT {FOUND}")
            entries = tuple(int(entry) for (entry,) in cursor.fetchall())
        if entries:
            yield Broken(invariant, entries)
