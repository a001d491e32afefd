"""What kind of member somebody was when it was posted: no event says it, so a rebuild leaves it alone."""

# ruff: noqa: S608 - the statements hold names of this code and of its tables, never what a kiosk sent

from django.db import connection

from cloud.collector.rebuild_tables import Scratch, run
from cloud.voice.models import Answer, DayCount, Loyalty, ShownCount
from cloud.voice.recounting import recount
from cloud.voice.rolling import roll_up
from cloud.voice.rollups import ROLLED

_CELL = "question, day, store_id, kiosk, wording"
_TOTALS = f"SELECT {_CELL}, SUM(count) FROM {{}} GROUP BY {_CELL}"


def keep_segments(tables: Scratch) -> None:
    """Let scratch divide by segment what the live tables have as they do; how much it is, the events say."""
    run(
        f"UPDATE {tables.scratch_name(Answer)} AS a SET segment = l.segment"
        f" FROM {tables.live_name(Answer)} l WHERE l.source_key = a.source_key AND l.segment <> a.segment"
    )
    for model in (DayCount, Loyalty, *ROLLED):
        run(f"DELETE FROM {tables.scratch_name(model)}")
    with connection.cursor() as cursor:
        recount(cursor)
    _keep_shown(tables.live_name(ShownCount), tables.scratch_name(ShownCount))
    with connection.cursor() as cursor:
        roll_up(cursor)


def _keep_shown(live: str, made: str) -> None:
    level = f"SELECT {_CELL} FROM rebuild_level"
    totals = f"{_TOTALS.format(live)} INTERSECT {_TOTALS.format(made)}"
    run(f"CREATE TEMP TABLE rebuild_level AS {totals}")
    run(f"DELETE FROM {made} WHERE ({_CELL}) IN ({level})")
    columns = f"{_CELL}, segment, count"
    run(f"INSERT INTO {made} ({columns}) SELECT {columns} FROM {live} WHERE ({_CELL}) IN ({level})")
    run("DROP TABLE rebuild_level")
