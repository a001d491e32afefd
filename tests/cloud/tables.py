"""What stands in the cloud's tables, to be compared."""

from typing import Any

from django.db.models import Model, QuerySet

from cloud.club.models import Card, Entry, Member, Person
from cloud.collector.models import MemberVersion, Parked, StoredEvent, Stream
from cloud.voice.models import Answer, AnswerCount, TapCount

COLLECTED: tuple[type[Model], ...] = (Stream, StoredEvent)
POSTED: tuple[type[Model], ...] = (Entry, Answer, AnswerCount, TapCount)
MEMBERS: tuple[type[Model], ...] = (Member, Person, Card, MemberVersion)
EVERYTHING: tuple[type[Model], ...] = (*COLLECTED, *POSTED, *MEMBERS, Parked)
PASSING = {"id", "seen_at", "received_at", "raw"}
"""What may differ between two ways to the same."""

Rows = list[tuple[Any, ...]]


def contents(*tables: type[Model]) -> dict[str, Rows]:
    """All rows of some tables, in an order of their own, without what may differ."""
    return {table.__name__: _rows(table) for table in tables}


def _rows(table: type[Model]) -> Rows:
    rows = ({k: v for k, v in row.items() if k not in PASSING} for row in QuerySet(table).values())
    # a count that came back to zero is as good as none
    return sorted((tuple(row.values()) for row in rows if row.get("count", 1)), key=repr)
