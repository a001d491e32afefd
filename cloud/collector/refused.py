"""Whom the broker did not let in, counted: read from its log, on a connection that delays no kiosk's ask."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from cloud.fleet.aside import aside
from cloud.fleet.brokering.heard import Came, Log, Refused
from cloud.fleet.brokering.rules import LOG
from cloud.fleet.models import Kiosk
from cloud.fleet.refusals import note
from mqtt.client import Link
from mqtt.identity import role

EVERY: Final = 1.0
"""Seconds between two turns."""
STEPS: Final = 50
"""Steps in one turn: what fills the log faster waits at the broker, or is dropped there."""
TOPICS: Final = (LOG,)

log = logging.getLogger("cloud.refused")


class Doorkeeper:
    """Reads the broker's log and counts; `link` subscribes to :data:`TOPICS` and is nobody else's."""

    def __init__(self, link: Link) -> None:
        """Begin with nobody counted; the first turn connects."""
        self._link, self._log, self._session = link, Log(), 0
        self._counted: Counter[Refused] = Counter()

    def turn(self) -> None:
        """Read what there is and count it; in a thread of its own, which keeps no database connection."""
        heard = self._read()
        with aside(log, "refusals wait"):
            self._counted.update(_refused(heard))
            self._write(datetime.now(UTC))

    def close(self) -> None:
        """Leave the broker."""
        self._link.close()

    def _read(self) -> list[Refused | Came]:
        heard: list[Refused | Came] = []
        for _ in range(STEPS):
            messages = self._link.step(0.0)
            if self._link.session != self._session:
                self._session, self._log = self._link.session, Log()
            for message in messages:
                said = self._log.line(message.payload.decode("utf-8", "replace"))
                heard += [said] if said else []
                self._link.done(message)
            if not messages:
                break
        return heard

    def _write(self, now: datetime) -> None:
        for one in list(self._counted):
            note("broker", one.reason, one.name, one.address, now, times=self._counted[one])
            del self._counted[one]


def _refused(heard: Iterable[Refused | Came]) -> Iterator[Refused]:
    """Those who were refused, and those who came in but may do nothing there."""
    came = []
    for one in heard:
        if isinstance(one, Refused):
            yield one
        elif role(one.name) == "kiosk":
            came.append(one)
    known = dict(Kiosk.objects.filter(id__in={one.name for one in came}).values_list("id", "revoked_at"))
    for one in came:
        if one.name not in known:
            yield Refused("unknown", one.name, one.address)
        elif known[one.name] is not None:
            yield Refused("revoked", one.name, one.address)
