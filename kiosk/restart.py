"""A new epoch for the rows of a journal that the collector cannot take under their old names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.clock import Stamp
from kiosk.streams import Row, Stream
from mqtt.events import Event, HoleDeclared, JournalRestarted
from mqtt.vocabulary import Epoch

Reason = Literal["went-backwards", "row-refused"]


@dataclass(frozen=True, slots=True)
class Restart:
    """Sync's request: rows of `epoch` after `upto` go into a new epoch; the refused one of them is left out.

    It holds for one opening of the journal's file, its `incarnation`: another may be another copy. Once it is
    made, sync sends nothing more of those rows under their old names until it is carried out.
    """

    incarnation: str
    epoch: Epoch
    upto: int
    reason: Reason

    @property
    def last_left(self) -> int:
        """The last row that does not move."""
        return self.upto + (self.reason == "row-refused")


def new_epoch(restart: Restart, moved: Sequence[Row]) -> Epoch:
    """The new epoch's name, which follows from what it continues.

    So the same rows get the same names when an older copy of the journal goes the same way again, and the
    collector sees that it has them.
    """
    first = moved[0].chain if moved else ""
    text = f"{restart.epoch}\n{restart.upto}\n{restart.reason}\n{first}"
    return Epoch(hashlib.sha256(text.encode()).hexdigest()[:16])


def first_facts(restart: Restart, stamp: Stamp) -> list[tuple[Event, Stamp]]:
    """What the new epoch begins with."""
    facts: list[Event] = [JournalRestarted(restart.epoch, restart.upto, restart.reason)]
    if restart.reason == "row-refused":
        facts.append(HoleDeclared(restart.epoch, restart.last_left, restart.last_left, "row-refused"))
    return [(fact, stamp) for fact in facts]


def is_done(restart: Restart, stream: Stream) -> bool:
    """Whether there is nothing left to move."""
    return stream.closed and stream.highest() <= restart.upto
