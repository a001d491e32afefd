"""What is asked for at a kiosk and not decided: once it went off, nobody waits for it any more."""

import sqlite3
from contextlib import suppress

from mqtt.events import NAMES, TYPES, Event, RedemptionAbandoned, RedemptionAsked, RedemptionConfirmed
from mqtt.shapes import decode
from mqtt.vocabulary import BadMessage, VisitId

_ABOUT = (RedemptionAsked, RedemptionConfirmed, RedemptionAbandoned)
_ROWS = "SELECT stream, sequence, type, data FROM row WHERE type IN (?, ?, ?) ORDER BY stream, sequence"


class Unsettled:
    """The redemptions that a journal's rows leave undecided, and the rows in which they were asked for."""

    def __init__(self) -> None:
        """Begin with none."""
        self._asked: dict[VisitId, tuple[RedemptionAsked, int, int]] = {}

    def note(self, fact: Event, stream: int, sequence: int) -> None:
        """Take a row's event, after those before it."""
        match fact:
            case RedemptionAsked(visit=visit):
                self._asked[visit] = fact, stream, sequence
            case RedemptionConfirmed(visit=visit) | RedemptionAbandoned(visit=visit):
                self._asked.pop(visit, None)

    def first(self, stream: int) -> int | None:
        """The first row of a stream without which nobody would know; None if there is none."""
        found = [sequence for _, where, sequence in self._asked.values() if where == stream]
        return min(found, default=None)

    def abandoned(self) -> tuple[RedemptionAbandoned, ...]:
        """What to say before anything else happens, so that the cloud sets those points aside no longer."""
        return tuple(
            RedemptionAbandoned(asked.visit, asked.member, asked.points, "restarted")
            for asked, _, _ in self._asked.values()
        )


def read(db: sqlite3.Connection) -> Unsettled:
    """What the rows of a journal's file say. Another release's are left out."""
    found = Unsettled()
    for stream, sequence, name, data in db.execute(_ROWS, [NAMES[kind] for kind in _ABOUT]):
        with suppress(BadMessage):
            found.note(decode(data, TYPES[name]), stream, sequence)
    return found
