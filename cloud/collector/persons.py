"""Personal parts that came become the persons of who joined at a kiosk; what is erased leaves the files."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from cloud.club.changes import persons_leave
from cloud.club.kiosk_joining import identify, lacks_consent
from cloud.club.models import WAITS, KioskJoin, PersonPart
from cloud.collector.models import StoredEvent
from cloud.collector.people import EMPTY
from cloud.fleet.scrubbing import scrub
from mqtt.events import NAMES, CardTapped, VisitEnded

EVERY: Final = 0.5
"""Seconds between two looks."""
SCRUB_EVERY: Final = {"sqlite": 5.0, "postgresql": 600.0}
"""Seconds between two tries to take what was erased out of the files; PostgreSQL reads its tables for it."""
SCRUB_PATIENCE: Final = 0.2
"""Seconds for which such a try waits for those who read: everybody's points wait meanwhile."""
PATIENCE: Final = timedelta(days=1)
"""For so long what somebody said of themselves waits for a consent, where the kiosk tells nothing more."""

_WAITING = (
    "SELECT CAST(j.posted_at AS text), j.event"
    " FROM club_kioskjoin j JOIN club_personpart p ON p.event = j.event"
    # not a parameter: SQLite would not use the index of those who wait
    " WHERE j.person = 'waits' AND (j.posted_at, j.event) > (%s, %s)"
    " ORDER BY j.posted_at, j.event LIMIT %s"
)
AT_ONCE: Final = 100
"""Joins that are looked at in one look."""
Place = tuple[str, str]
FIRST: Final[Place] = "1970-01-01", ""
"""Before everybody who waits."""
_ENDS = NAMES[VisitEnded], NAMES[CardTapped]
log = logging.getLogger("cloud.persons")


class Persons:
    """What the worker does about persons, beside posting."""

    def __init__(self) -> None:
        """Begin with a look at both: whoever did it before may have been cut off."""
        self._look = self._scrub = 0.0
        self._behind = FIRST
        self._erased = True
        persons_leave.connect(self._leaves)

    def turn(self) -> int:
        """Do what is to be done, if it is time to look; how many joins were settled."""
        if time.monotonic() < self._look:
            return 0
        self._look = time.monotonic() + EVERY
        settled = self._settle()
        self._erased |= bool(settled)
        if self._erased and time.monotonic() >= self._scrub:
            self._erased = not scrub(patience=SCRUB_PATIENCE)
            self._scrub = time.monotonic() + SCRUB_EVERY[connection.vendor]
        return settled

    def _settle(self) -> int:
        """Settle the next of who waits: those who wait for long keep nobody else waiting."""
        events = waiting(self._behind)
        self._behind = events[-1] if len(events) == AT_ONCE else FIRST
        return settle(datetime.now(UTC), events)

    def _leaves(self, **_: object) -> int:
        self._erased = True
        return 0


def waiting(behind: Place = FIRST) -> list[Place]:
    """The next of those who joined and whose personal part is there: when the cloud knew, and the event."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, (*behind, AT_ONCE))
        found: list[Place] = cursor.fetchall()
    return found


def settle(now: datetime, those: Sequence[Place] | None = None) -> int:
    """Make persons of who joined, a transaction each: of those, or the first who wait; how many were settled.

    One who has not agreed to what the club needs is settled once no consent can follow any more.
    """
    return sum(_settle(event, now) for _, event in (waiting() if those is None else those))


def _settle(event: str, now: datetime) -> bool:
    join = KioskJoin.objects.get(event=event)
    if lacks_consent(join) and not (_is_told(event) or join.posted_at < now - PATIENCE):
        return False
    with transaction.atomic():
        locked = KioskJoin.objects.select_for_update().filter(event=event, person=WAITS).first()
        if locked is None:
            return False
        part = PersonPart.objects.select_for_update().get(event=event)
        locked.person = _identified(locked, part.fields, now)
        locked.save(update_fields=("person",))
        PersonPart.objects.filter(event=event).update(fields=EMPTY)
    log.info("%s: the person of who joined: %s", event, locked.person)
    return True


def _identified(join: KioskJoin, fields: str, now: datetime) -> str:
    """As `identify`; what no rule foresaw is `unfit` too, so that it does not stop the worker."""
    try:
        with transaction.atomic():
            return identify(join, fields, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a kiosk says of somebody, the others are settled
        # its own words may repeat what was said
        log.error("%s: nobody is made of what was said: %s", join.event, type(error).__name__)  # noqa: TRY400
        return "unfit"


def _is_told(event: str) -> bool:
    """Whether all that a kiosk tells of the visit in which somebody joined is posted."""
    kiosk, _, name = event.partition("/")
    epoch, _, place = name.partition("-")
    later = StoredEvent.objects.filter(
        stream__kiosk=kiosk, stream__epoch=epoch, sequence__gt=int(place), type__in=_ENDS
    )
    return later.filter(sequence__lte=F("stream__posted")).exists()
