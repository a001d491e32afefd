"""What the club says of members, as the collector hears it: kiosks are told, personal parts are emptied."""

from collections.abc import Sequence

from django.db import connection

from cloud.club.changes import persons_leave, rows_changed
from cloud.club.models import PersonPart
from cloud.collector.models import Outbox

EMPTY = "{}"
"""What is left of a personal part: its name, so that one that is sent again is not kept again."""

_PARTS = (
    "SELECT p.event FROM club_personpart p"
    " JOIN collector_stream s ON s.kiosk = p.kiosk AND s.epoch = substr(p.event, length(p.kiosk) + 2, 16)"
    " JOIN collector_storedevent e ON e.stream_id = s.id"
    " AND e.sequence = CAST(substr(p.event, length(p.kiosk) + 19) AS bigint)"
    " WHERE p.fields <> '{}' AND "
)


def watch() -> None:
    """Begin; called once, when the app is ready."""
    rows_changed.connect(_changed, dispatch_uid="rows-changed")
    persons_leave.connect(_erased, dispatch_uid="persons-leave")


def _changed(sender: None, members: Sequence[str], **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.bulk_create(Outbox(member_id=member) for member in members)


def _erased(sender: None, members: Sequence[str], cards: Sequence[str], **_: object) -> int:  # noqa: ARG001 - likewise
    """Empty the parts of the events that name one of these members or cards."""
    named = [f'%"{name}"%' for name in (*members, *cards)]
    with connection.cursor() as cursor:
        cursor.execute(_PARTS + f"({' OR '.join(['e.data LIKE %s'] * len(named))})", named)
        events = [event for (event,) in cursor.fetchall()]
    return PersonPart.objects.filter(event__in=events).update(fields=EMPTY)
