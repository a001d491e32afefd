"""Events of past months are dropped, once what they had brought about is written down as closing figures.

A month is that in which an event was received (UTC). Entries, answers and counts stay. An event that is not
posted, or that is parked, stays until it is. On PostgreSQL a month goes as a whole where none has to stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper

from cloud.club.models import Entry
from cloud.club.rule_sets import RuleSets
from cloud.collector.closings import Figures
from cloud.collector.facts import Fact, Reader, Stored, stored_events
from cloud.collector.models import Parked, StoredEvent
from cloud.collector.months import Month, drop, hold, months
from cloud.collector.occasions import EARNING
from cloud.collector.posting import RULES
from cloud.fleet.moments import stored
from cloud.voice.buckets import day_in
from cloud.voice.days import segments
from cloud.voice.models import Answer
from mqtt.events import CardTapped, QuestionShown

BATCH = 500
"""Events closed and dropped in one transaction; what is cut off between two of them goes on with the next."""
SETTLED = timedelta(days=1)
"""After the end of a month: a collector may still be storing what it received in its last second."""

_RETIRED = (
    "e.received_at < %s AND e.sequence <= s.posted"
    " AND NOT EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id)"
    " ORDER BY e.id LIMIT %s"
)
_STAYS = (
    "SELECT EXISTS (SELECT 1 FROM {} e LEFT JOIN collector_stream s ON s.id = e.stream_id"
    " WHERE e.sequence <= s.posted IS NOT TRUE"
    " OR EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id))"
)
_OF_MONTH = "e.received_at >= %s AND e.received_at < %s AND e.id > %s ORDER BY e.id LIMIT %s"


class RetiredElsewhere(Exception):
    """Another process drops events at the same time."""


def retire(before: datetime) -> int:
    """Drop what was received before a moment, the first of a month; how many events it was.

    Messages that were parked before it go too: they have no place, and their kiosks have sent them again.
    """
    dropped = sum(retire_month(month) for month in months(min(before, datetime.now(UTC) - SETTLED)))
    while some := retire_some(before):
        dropped += some
    Parked.objects.filter(stream=None, received_at__lt=before).delete()
    return dropped


def kept(before: datetime) -> int:
    """How many events received before a moment are still there."""
    return StoredEvent.objects.filter(received_at__lt=before).count()


def retire_some(before: datetime, batch: int = BATCH) -> int:
    """Drop the next events, at most `batch`, in one transaction; how many there were."""
    with transaction.atomic():
        events = list(stored_events(_RETIRED, (stored(before), batch)))
        if events:
            _close(events)
            _drop(events)
    return len(events)


def retire_month(month: Month) -> int:
    """Drop a month's table in one transaction; how many events were in it.

    It stays, and 0 is the answer, if an event in it has to, or if somebody is at it for too long. It may as
    well be gone: another process was faster.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            hold(cursor, month)
            if _stays(cursor, month):
                return 0
            closed = _close_month(month)
            drop(cursor, month)
            return closed
    except (OperationalError, ProgrammingError):
        return 0


def _read(facts: Sequence[Fact]) -> Figures:
    """What is in the tables because of these facts."""
    figures = Figures()
    months = {fact.name: f"{fact.received_at:%Y-%m}" for fact in facts}
    for fact in facts:
        if isinstance(fact.event, CardTapped):
            figures.add(months[fact.name], "tap", [fact.place.store, fact.bucket])
    for name, sides in _shown(facts):
        figures.add(months[name], "shown", sides)
    for name, key in _answers(months):
        figures.add(months[name], "answer", key)
    for name, key, points in _entries(facts):
        figures.add(months[name], "entry", key, points=points)
    return figures


def _stays(cursor: CursorWrapper, month: Month) -> bool:
    cursor.execute(_STAYS.format(month.table))
    return bool(cursor.fetchone()[0])


def _close_month(month: Month) -> int:
    closed, last = 0, 0
    edges = stored(month.first), stored(month.end)
    while events := list(stored_events(_OF_MONTH, (*edges, last, BATCH))):
        _close(events)
        closed, last = closed + len(events), events[-1].row
    return closed


def _close(events: Iterable[Stored]) -> None:
    _read(list(Reader(RULES).facts(events))).write()


def _drop(events: Sequence[Stored]) -> None:
    places = ", ".join(["%s"] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM collector_storedevent WHERE id IN ({places})",  # noqa: S608 - only marks
            [event.row for event in events],
        )
        if cursor.rowcount != len(events):
            raise RetiredElsewhere


def _shown(facts: Iterable[Fact]) -> Iterator[tuple[str, list[object]]]:
    impressions = [(fact, fact.event) for fact in facts if isinstance(fact.event, QuestionShown)]
    with connection.cursor() as cursor:
        known = segments(cursor, {event.member for _, event in impressions})
    for fact, event in impressions:
        segment, day = known.get(event.member, ""), day_in(fact.bucket)
        yield fact.name, [fact.place.store, fact.kiosk, event.question, event.wording, segment, day]


def _answers(names: Iterable[str]) -> Iterator[tuple[str, list[object]]]:
    found = Answer.objects.filter(source_key__in=list(names), undone=False, flagged=False)
    columns = ("source_key", "store_id", "question", "wording", "bucket", "value")
    for name, *key in found.values_list(*columns):
        yield name, key


def _entries(facts: Iterable[Fact]) -> Iterator[tuple[str, list[object], int]]:
    # so an entry is named by the rule that books it
    rules = RuleSets().look().ids()
    sources = {f"{f.name}/{rule}/earn": f.name for f in facts if type(f.event) in EARNING for rule in rules}
    found = Entry.objects.filter(source_key__in=list(sources))
    columns = ("source_key", "member_id", "limit_key", "points")
    for source, member, limit, points in found.values_list(*columns):
        yield sources[source], [member, limit, source], points
