"""Days of answers of 20 stores, made by the database itself: counts of any number, and what is behind them.

Counts are as the poster would have left them: a cell for each day, kiosk, group and value that somebody gave,
and one for each hour, store and value. Of the answers themselves as many are there as are asked for.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg

from cloud.voice.rolling import summing
from tests.bench.filled import NUMBERS, OWN

STORES: Final = 20
KIOSKS: Final = 2
"""Of a store."""
DAYS: Final = 365
HOURS: Final = range(9, 21)
SEGMENTS: Final = ("consumer", "business", "")
VALUES: Final[dict[str, tuple[int, ...]]] = {
    "ces": (2, 3, 5, 12, 23, 33, 22),
    "csat": (4, 6, 15, 45, 30),
    "nps": (2, 1, 1, 2, 2, 6, 6, 14, 22, 20, 24),
    "cli": (0, 0, 4, 6, 10, 14, 14, 12, 10, 8, 6, 5, 4, 3, 2, 1, 1),
    "needs": (40, 25, 20, 15),
}
"""Of 100 answers, how many have which value; the first one's value is 1, 0 for NPS and the sum 1 for CLI."""
_STORES = (
    "INSERT INTO fleet_store (id, group_id, name_fa, name_en, time_zone) {numbers}"
    " SELECT 's-' || i, 'tehran', 'شعبه ' || i, 'Store ' || i, 'Asia/Tehran' FROM n"
)
_PLACES = (
    "INSERT INTO fleet_unit (id, name_fa, name_en) VALUES ('sales', '-', 'Sales'), ('help', '-', 'Help')",
    (
        "INSERT INTO fleet_touchpoint (id, unit_id, name_fa, name_en)"
        " VALUES ('till', 'sales', '-', 'Till'), ('desk', 'help', '-', 'Desk')"
    ),
)
_KIOSKS = (
    "INSERT INTO fleet_kiosk (id, store_id, touchpoint_id) {numbers}"
    " SELECT 's-' || (i / 2) || '-' || (i % 2), 's-' || (i / 2),"
    " CASE i % 2 WHEN 0 THEN 'till' ELSE 'desk' END FROM n"
)
_DAYS = "d(day, k) AS (VALUES {days})"
_TIMES = "v(question, value, parts) AS (VALUES {values})"
_CHANCE = "((d.k * 7919 + {place} * 10477 + v.value * 1297 + v.parts * 311) % 1000) / 1000.0"
"""From 0 to 1, the same in every database: what is left of a fraction of an answer."""
_COUNTED = (
    "INSERT INTO voice_daycount (store_id, kiosk, question, wording, segment, day, value, count, flagged)"
    " WITH {days}, {values},"
    " g(segment, p, share) AS (VALUES ('consumer', 0, 0.7), ('business', 1, 0.2), ('', 2, 0.1)),"
    " c AS (SELECT k.store_id, k.id AS kiosk, v.question, g.segment, d.day, v.value,"
    " CAST({floor}(v.parts * g.share * {each} / 100.0 + {chance}) AS INTEGER) AS count"
    " FROM fleet_kiosk k CROSS JOIN d CROSS JOIN v CROSS JOIN g WHERE k.store_id LIKE 's-%')"
    " SELECT store_id, kiosk, question, 1, segment, day, value, count, count / 50 FROM c WHERE count > 0"
)
_SHOWN = (
    "INSERT INTO voice_showncount (store_id, kiosk, question, wording, segment, day, count)"
    " SELECT store_id, kiosk, CASE question WHEN 'cli' THEN 'cli-recommend' ELSE question END, 1, segment,"
    " day, SUM(count) * 2 + 1 FROM voice_daycount GROUP BY store_id, kiosk, question, segment, day"
)
_HOURS = (
    "INSERT INTO voice_answercount (store_id, question, wording, bucket, value, count)"
    " WITH {days}, {values}, h(hour, p) AS (VALUES {hours}),"
    " c AS (SELECT s.id AS store_id, v.question, d.day || 'T' || h.hour AS bucket, v.value,"
    " CAST({floor}(v.parts * {each} / 100.0 + {chance}) AS INTEGER) AS count"
    " FROM fleet_store s CROSS JOIN d CROSS JOIN v CROSS JOIN h"
    " WHERE s.id LIKE 's-%' AND v.question <> 'cli')"
    " SELECT store_id, question, 1, bucket, value, count FROM c WHERE count > 0"
)
_ANSWERS = (
    "INSERT INTO voice_answer (visit, question, attempt, wording, value, store_id, member, bucket,"
    " occurred_at, source_key, undone, flagged, kiosk, segment) WITH {days},"
    " r AS (SELECT row_number() OVER () AS i, d.day, s.i AS store, o.i AS turn FROM d"
    " CROSS JOIN ({numbers_of_stores} SELECT i FROM n) s CROSS JOIN ({numbers_of_turns} SELECT i FROM n) o)"
    " SELECT 'bench' || (1000000000 + i), 'ces', 1, 1, 1 + i % 7, 's-' || store,"
    " 'm-' || (1000000000 + i % {members}), day || 'T' || (10 + turn % 10), {moment},"
    " 'bench/answer/' || i, FALSE, i % 50 = 0,"
    " 's-' || store || '-' || (i % 2), 'consumer' FROM r"
)


def fill(url: str, folder: Path, answers: int, members: int, days: int = DAYS) -> None:
    """Put them into the database at `url`, or into the SQLite one of `folder`, which have the small club."""
    statements = [*_people(members), *_places(), *_counted(answers, days, "FLOOR" if url else "")]
    statements += summing("postgresql" if url else "sqlite")
    statements.append(_given(answers // len(VALUES), members, days, "timestamptz" if url else "text"))
    if url:
        with psycopg.connect(url, autocommit=True) as database:
            # neither the references nor the guards are looked at: that is most of the time
            database.execute("SET session_replication_role = replica")
            for statement in (*statements, "VACUUM ANALYZE"):
                database.execute(statement.encode())
        return
    with closing(sqlite3.connect(folder / "cloud.db", isolation_level=None)) as file:
        file.execute("PRAGMA cache_size = -1000000")  # kilobytes
        file.execute("PRAGMA synchronous = OFF")
        for statement in (*statements, "ANALYZE"):
            file.execute(statement)


def _people(members: int) -> Iterator[str]:
    return (statement.format(numbers=NUMBERS.format(members - 1)) for statement in OWN)


def _places() -> Iterator[str]:
    yield _STORES.format(numbers=NUMBERS.format(STORES - 1))
    yield from _PLACES
    yield _KIOSKS.format(numbers=NUMBERS.format(STORES * KIOSKS - 1))


def _counted(answers: int, days: int, floor: str) -> Iterator[str]:
    of_store = answers / days / len(VALUES) / STORES
    known = {"days": _days(days), "values": _TIMES.format(values=_values()), "floor": floor}
    kiosk = _CHANCE.format(place="(length(k.id) + g.p)")
    yield _COUNTED.format(each=of_store / KIOSKS, chance=kiosk, **known)
    yield _SHOWN
    hours = ", ".join(f"('{hour:02}', {hour})" for hour in HOURS)
    hour = _CHANCE.format(place="h.p")
    yield _HOURS.format(each=of_store / len(HOURS), hours=hours, chance=hour, **known)


def _given(answers: int, members: int, days: int, moment: str) -> str:
    turns = max(1, answers // days // STORES)
    return _ANSWERS.format(
        days=_days(days),
        members=members,
        numbers_of_stores=NUMBERS.format(STORES - 1),
        numbers_of_turns=NUMBERS.format(turns - 1),
        moment=f"CAST(day || ' ' || (10 + turn % 10) || ':00:00' AS {moment})",
    )


def _days(days: int) -> str:
    today = datetime.now(UTC).date()
    return _DAYS.format(days=", ".join(f"('{today - timedelta(days=ago)}', {ago})" for ago in range(days)))


def _values() -> str:
    rows = [
        (question, value + (question != "nps"), parts)
        for question, shares in VALUES.items()
        for value, parts in enumerate(shares)
        if parts
    ]
    return ", ".join(f"('{question}', {value}, {parts})" for question, value, parts in rows)
