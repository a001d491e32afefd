"""What stands in the cloud's tables, to be compared."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from cloud.club.models import Card, Entry, LimitUse, Member, MemberAsked, Person
from cloud.collector.models import MemberVersion, Parked, StoredEvent, Stream
from cloud.voice.models import (
    Answer,
    AnswerCount,
    DayCount,
    Loyalty,
    MessageSeen,
    ShownCount,
    TapCount,
    Ticket,
    Withdrawal,
)
from cloud.voice.rollups import ROLLED

COLLECTED: tuple[type[Model], ...] = (Stream, StoredEvent)
POSTED: tuple[type[Model], ...] = (
    *(Entry, LimitUse, Answer, AnswerCount, TapCount, DayCount, ShownCount, Loyalty),
    *(Withdrawal, Ticket, MessageSeen, MemberAsked, *ROLLED),
)
MEMBERS: tuple[type[Model], ...] = (Member, Person, Card, MemberVersion)
EVERYTHING: tuple[type[Model], ...] = (*COLLECTED, *POSTED, *MEMBERS, Parked)
PASSING = {"id", "stream_id", "event_id", "event", "seen_at", "received_at", "raw"}
"""What may differ between two ways to the same."""
NAMED = {"stream_id": ("stream__kiosk", "stream__epoch"), "event_id": ("event__sequence",)}
"""Rows of other tables whose numbers may differ, by what they are called."""

Rows = list[tuple[Any, ...]]


def contents(*tables: type[Model]) -> dict[str, Rows]:
    """All rows of some tables, in an order of their own, without what may differ."""
    return {table.__name__: _rows(table) for table in tables}


def _rows(table: type[Model]) -> Rows:
    rows: Iterable[dict[str, Any]] = QuerySet(table).values(*_columns(table))
    # a count that came back to zero is as good as none
    real = (row for row in rows if row.get("count", 1) or row.get("flagged"))
    return sorted((tuple(row.values()) for row in real), key=repr)


def _columns(table: type[Model]) -> list[str]:
    columns = table._meta.concrete_fields  # noqa: SLF001 - Django's documented way
    names = (column.attname for column in columns if column.attname not in PASSING)
    return [called for name in names for called in NAMED.get(name, (name,))]
