"""Events of past months are dropped, once what they had brought about is written down as closing figures.

A month is that in which an event was received (UTC). Entries, answers and counts stay. An event that is not
posted, or that is parked, stays until it is.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from django.db import connection, transaction

from cloud.club.models import Entry
from cloud.collector.facts import Fact, Reader, Stored, stored_events
from cloud.collector.models import Parked, StoredEvent
from cloud.collector.posting import RULES
from cloud.fleet.moments import stored
from cloud.voice.models import Answer
from mqtt.events import CardTapped

BATCH = 500
"""Events closed and dropped in one transaction; what is cut off between two of them goes on with the next."""

Kind = Literal["tap", "answer", "entry"]
Figure = tuple[str, Kind, str]
"""Month, kind and key of a closing figure."""

_RETIRED = (
    "e.received_at < %s AND e.sequence <= s.posted"
    " AND NOT EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id)"
    " ORDER BY e.id LIMIT %s"
)
_CLOSE = (
    "INSERT INTO collector_closing (month, kind, key, count, points) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (month, kind, key) DO UPDATE"
    " SET count = collector_closing.count + excluded.count,"
    " points = collector_closing.points + excluded.points"
)


class RetiredElsewhere(Exception):
    """Another process drops events at the same time."""


class Figures:
    """What some events had brought about."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: defaultdict[Figure, list[int]] = defaultdict(lambda: [0, 0])

    def read(self, facts: Sequence[Fact]) -> None:
        """Add what is in the tables because of these facts."""
        months = {fact.name: f"{fact.received_at:%Y-%m}" for fact in facts}
        for fact in facts:
            if isinstance(fact.event, CardTapped):
                self._add(months[fact.name], "tap", [fact.place.store, fact.bucket])
        for name, key in _answers(months):
            self._add(months[name], "answer", key)
        for name, key, points in _entries(facts):
            self._add(months[name], "entry", key, points)

    def write(self) -> None:
        """Add them to the closing figures, in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.executemany(_CLOSE, [(*figure, *numbers) for figure, numbers in self._found.items()])

    def _add(self, month: str, kind: Kind, key: Sequence[object], points: int = 0) -> None:
        numbers = self._found[month, kind, json.dumps(key, ensure_ascii=False)]
        numbers[0] += 1
        numbers[1] += points


def retire(before: datetime) -> int:
    """Drop what was received before a moment, the first of a month; how many events it was.

    Messages that were parked before it go too: they have no place, and their kiosks have sent them again.
    """
    dropped = 0
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


def _close(events: Iterable[Stored]) -> None:
    figures = Figures()
    figures.read(list(Reader(RULES).facts(events)))
    figures.write()


def _drop(events: Sequence[Stored]) -> None:
    places = ", ".join(["%s"] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM collector_storedevent WHERE id IN ({places})",  # noqa: S608 - only marks
            [event.row for event in events],
        )
        if cursor.rowcount != len(events):
            raise RetiredElsewhere


def _answers(names: Iterable[str]) -> Iterator[tuple[str, list[object]]]:
    found = Answer.objects.filter(source_key__in=list(names), undone=False)
    columns = ("source_key", "store_id", "question", "wording", "bucket", "value")
    for name, *key in found.values_list(*columns):
        yield name, key


def _entries(facts: Iterable[Fact]) -> Iterator[tuple[str, list[object], int]]:
    # so a visit's entry is named by the rule that books it
    sources = {f"{f.name}/visit/earn": f.name for f in facts if isinstance(f.event, CardTapped)}
    found = Entry.objects.filter(source_key__in=list(sources))
    columns = ("source_key", "member_id", "limit_key", "points")
    for source, member, limit, points in found.values_list(*columns):
        yield sources[source], [member, limit, source], points
