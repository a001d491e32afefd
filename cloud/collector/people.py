"""What the club says of members, as the collector hears it: kiosks are told, personal parts are emptied."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import msgspec
from django.db import connection

from cloud.club.changes import persons_leave, rows_changed
from cloud.club.models import LEFT, Card, Member, PersonPart
from cloud.collector.models import Outbox, StoredEvent
from cloud.collector.person import Part
from mqtt import shapes

EMPTY = "{}"
"""What is left of a personal part: its name, so that one that is sent again is not kept again."""

_PARTS = (
    "SELECT p.event FROM club_personpart p"
    " JOIN collector_stream s ON s.kiosk = p.kiosk AND s.epoch = substr(p.event, length(p.kiosk) + 2, 16)"
    " JOIN collector_storedevent e ON e.stream_id = s.id"
    # a kiosk may name a place that no stream can have, and PostgreSQL would not cast it
    " AND e.sequence = CASE WHEN length(p.event) <= length(p.kiosk) + 36"
    " THEN CAST(substr(p.event, length(p.kiosk) + 19) AS bigint) END"
    " WHERE p.fields <> '{}' AND "
)


class Named(msgspec.Struct):
    """Whom an event names, whatever its type."""

    member: shapes.Member | None = None
    cards: Annotated[tuple[shapes.Key, ...], msgspec.Meta(max_length=2)] = ()


def watch() -> None:
    """Begin; called once, when the app is ready."""
    rows_changed.connect(_changed, dispatch_uid="rows-changed")
    persons_leave.connect(_erased, dispatch_uid="persons-leave")


def without_left(part: Part) -> Part:
    """A personal part as it may be kept: empty where it comes after its member left."""
    place = part.id.partition("-")[2]
    events = StoredEvent.objects.filter(
        stream__kiosk=part.kiosk, stream__epoch=part.epoch, sequence=int(place)
    )
    data = events.values_list("data", flat=True).first()
    return replace(part, fields=EMPTY) if data is not None and _left(data) else part


def _left(data: str) -> bool:
    """Whether an event names one who left; what names nobody, whatever it is, does not."""
    try:
        named = msgspec.json.decode(data, type=Named)
    except (RecursionError, UnicodeError, msgspec.DecodeError):
        return False
    if Card.objects.filter(key__in=named.cards, status=LEFT).exists():
        return True
    return Member.objects.filter(id=named.member).exclude(left_on=None).exists()


def _changed(sender: None, members: Sequence[str], **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.bulk_create(Outbox(member_id=member) for member in members)


def _erased(sender: None, members: Sequence[str], cards: Sequence[str], **_: object) -> int:  # noqa: ARG001 - likewise
    """Empty the parts of the events that name one of these members or cards."""
    named = [f'%"{name}"%' for name in (*members, *cards)]
    with connection.cursor() as cursor:
        cursor.execute(_PARTS + f"({' OR '.join(['e.data LIKE %s'] * len(named))})", named)
        events = [event for (event,) in cursor.fetchall()]
    return PersonPart.objects.filter(event__in=events).update(fields=EMPTY)
