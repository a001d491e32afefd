"""A sound ledger of any size, made by the database itself: members with a card, and ten entries each.

Of a member's seven credits one has lapsed, one is spent and one is spent in part; some have points that lapse
this night, and a few have points on hold. A member's entries do not lie together, as they would not in life.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

EACH = 10
"""Entries of a member."""
VALID = timedelta(days=180)
ABOVE = 1_000_000
"""The entries that were there before have lower ids."""
TONIGHT, HELD = 37, 1009
"""Each so-and-so-many-th member has points that lapse this night, or points on hold."""
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
MEMBER = "'m-' || (1000000000 + i)"
CARD = f"'1:{'0' * 22}' || (1000000000 + i)"
OWN = (
    (
        "INSERT INTO club_member (id, group_id, language, joined_on)"
        f" {{numbers}} SELECT {MEMBER}, 'tehran', 'fa', '2026-01-01' FROM n"
    ),
    f"INSERT INTO club_card (key, member_id) {{numbers}} SELECT {CARD}, {MEMBER} FROM n",
)
HOLDS = (
    "INSERT INTO club_hold (member_id, points, purpose, device, made_at, source_key, state) {numbers}"
    f" SELECT {MEMBER}, 5, 'allowance', 'vanak-1', '{{now}}', 'bench/hold/' || i, 'open' FROM n"
    f" WHERE i % {HELD} = 0"
)
ENTRY = (
    "INSERT INTO club_entry (id, member_id, kind, points, reason, occurred_at, received_at, store_id,"
    " source_key, reverses_id) {numbers}"
    f" SELECT {{first}} + i, {MEMBER}, '{{kind}}', {{points}}, '{{reason}}', '{{at}}', '{{at}}', 'vanak',"
    " 'bench/{place}/' || i, {reverses} FROM n"
)
LOT = (
    "INSERT INTO club_lot (entry_id, member_id, remaining, active_from, expires_at) {numbers}"
    f" SELECT {{first}} + i, {MEMBER}, {{left}}, '{{at}}', '{{until}}' FROM n WHERE {{those}}"
)
ALLOCATION = (
    "INSERT INTO club_allocation (debit_id, lot_id, points) {numbers}"
    " SELECT {first} + i, {lot} + i, {points} FROM n"
)
BEHIND = "SELECT setval(pg_get_serial_sequence('club_entry', 'id'), max(id)) FROM club_entry"


class Line(NamedTuple):
    """One entry of each member: what it gave, with what is left, or what it took and from which line."""

    kind: str
    points: int
    days_ago: int
    left: int = 0
    of: int = 0


LAPSING = Line("earn", 10, 179, left=6)
LINES = (
    Line("earn", 10, 400),
    Line("earn", 10, 300),
    Line("expire", -10, 220, of=0),
    LAPSING,
    Line("redeem", -10, 170, of=1),
    Line("earn", 25, 120, left=25),
    Line("earn", 10, 90, left=10),
    Line("redeem", -4, 80, of=3),
    Line("earn", 60, 40, left=60),
    Line("earn", 10, 2, left=10),
)


def fill(url: str, folder: Path, members: int) -> None:
    """Put them into the database at `url`, or into the SQLite one of `folder`, which have the small club."""
    statements = [*_statements(members)]
    if url:
        with psycopg.connect(url, autocommit=True) as database:
            # neither the references nor the guards are looked at: that is most of the time
            database.execute("SET session_replication_role = replica")
            for statement in (*statements, BEHIND, "VACUUM ANALYZE"):
                database.execute(statement.encode())
        return
    with closing(sqlite3.connect(folder / "cloud.db", isolation_level=None)) as file:
        file.execute("PRAGMA cache_size = -1000000")  # kilobytes
        file.execute("PRAGMA synchronous = OFF")
        for statement in (*statements, "ANALYZE"):
            file.execute(statement)


def member(number: int) -> str:
    """The id of one of them, from 0."""
    return f"m-{1_000_000_000 + number}"


def _statements(members: int) -> Iterator[str]:
    now, numbers = datetime.now(UTC), NUMBERS.format(members - 1)
    yield from (statement.format(numbers=numbers) for statement in OWN)
    yield HOLDS.format(numbers=numbers, now=_text(now))
    first = [ABOVE + place * members + 1 for place in range(EACH)]
    for place, line in enumerate(LINES):
        known = {"numbers": numbers, "place": place, "first": first[place], "lot": first[line.of]}
        known["at"] = _text(now - timedelta(days=line.days_ago))
        yield _entry(line, known)
        if line.points < 0:
            yield ALLOCATION.format(points=-line.points, **known)
        else:
            for those, until in _ends(line, now).items():
                yield LOT.format(left=line.left, until=_text(until), those=those, **known)


def _entry(line: Line, known: dict[str, Any]) -> str:
    reverses = f"{known['lot']} + i" if line.kind == "expire" else "NULL"
    reason = "visit" if line.kind == "earn" else line.kind
    return ENTRY.format(kind=line.kind, points=line.points, reason=reason, reverses=reverses, **known)


def _ends(line: Line, now: datetime) -> dict[str, datetime]:
    """When which members' lots of a line lapse."""
    end = now - timedelta(days=line.days_ago) + VALID
    if line is not LAPSING:
        return {"1 = 1": end}
    return {f"i % {TONIGHT} = 0": now - timedelta(hours=1), f"i % {TONIGHT} <> 0": end}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
