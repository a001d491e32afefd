"""The sum of a visit's three loyalty answers, for as long as all three count: one person's loyalty."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from cloud.fleet.rows import Into, among, insert
from cloud.voice.buckets import day_in
from cloud.voice.days import Days
from cloud.voice.sides import Sides
from mqtt.vocabulary import KioskId, StoreId, VisitId

QUESTION: Final = "cli"
"""What the sums are counted under."""
ASKED: Final = ("cli-recommend", "cli-buy-again", "cli-try-others")
"""The first one's wording, kiosk and day stand for the three."""
WILLING: Final = range(1, 7)
"""Most willing to not at all; a value off this scale belongs to no sum."""

Visit = tuple[VisitId, StoreId]

_GIVEN = (
    "SELECT visit, store_id, question, value, kiosk, wording, segment, bucket FROM voice_answer"
    " WHERE NOT undone AND NOT flagged AND visit {} ORDER BY attempt"
)
_KEPT = "SELECT visit, store_id, kiosk, wording, segment, day, value FROM voice_loyalty WHERE visit {}"
_KEEP = Into(
    "voice_loyalty",
    ("visit", "store_id", "kiosk", "wording", "segment", "day", "value"),
    "ON CONFLICT (visit, store_id) DO UPDATE SET kiosk = excluded.kiosk, wording = excluded.wording,"
    " segment = excluded.segment, day = excluded.day, value = excluded.value",
)
_FORGET = "DELETE FROM voice_loyalty WHERE visit = %s AND store_id = %s"


class Sum(NamedTuple):
    """One visit's sum, or one answer, and where it is counted."""

    kiosk: KioskId
    wording: int
    segment: str
    day: str
    value: int


def settle(cursor: CursorWrapper, touched: Collection[Visit], days: Days) -> None:
    """Let sums be what the answers in the tables say of these visits, in the caller's transaction."""
    visits = {visit for visit, _ in touched}
    _stand_still(cursor, visits)
    kept = {(visit, store): Sum(*rest) for visit, store, *rest in among(cursor, _KEPT, visits)}
    now = _sums(among(cursor, _GIVEN, visits))
    changed = sorted(visit for visit in touched if kept.get(visit) != now.get(visit))
    for visit in changed:
        _count(days, visit[1], kept.get(visit), -1)
        _count(days, visit[1], now.get(visit), 1)
    for visit in changed:
        if visit not in now:
            cursor.execute(_FORGET, visit)
    insert(cursor, _KEEP, [(*visit, *now[visit]) for visit in changed if visit in now])


def _stand_still(cursor: CursorWrapper, visits: Collection[VisitId]) -> None:
    """Let nobody else settle these visits meanwhile; what is asked next sees what they did before."""
    if cursor.db.vendor != "sqlite":
        among(cursor, "SELECT id FROM voice_answer WHERE visit {} ORDER BY id FOR UPDATE", visits)


def _sums(rows: Iterable[tuple[Any, ...]]) -> Mapping[Visit, Sum]:
    last: defaultdict[Visit, dict[str, Sum]] = defaultdict(dict)
    for visit, store, question, value, *sides, bucket in rows:
        if question in ASKED and value in WILLING:
            last[visit, store][question] = Sum._make((*sides, day_in(bucket), value))
    return {
        visit: given[ASKED[0]]._replace(value=sum(one.value for one in given.values()))
        for visit, given in last.items()
        if len(given) == len(ASKED)
    }


def _count(days: Days, store: StoreId, one: Sum | None, by: int) -> None:
    if one is not None:
        days.count(Sides(QUESTION, one.day, store, one.kiosk, one.wording, one.segment), one.value, by)
