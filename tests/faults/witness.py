"""Tells over a pipe what a kiosk is about to record, and what of it is kept."""

import os
import sys
import threading
import time
from collections.abc import Callable

from kiosk.clock import Clock, Stamp
from kiosk.recorder import Recorder
from mqtt.envelope import encode_data, type_name
from mqtt.events import Event
from mqtt.vocabulary import AllowanceId, KioskId
from tests.faults.truth import Kept, Ordered, line, token

Done = Callable[[bool], None]
PATIENCE = 20.0
"""Seconds in which the recorder answers, or never will."""


class Witness:
    """Records as the recorder does. Words of the recorder are passed on in its thread."""

    def __init__(self, kiosk: KioskId, recorder: Recorder, clock: Clock) -> None:
        self._kiosk, self._recorder, self._clock = kiosk, recorder, clock
        self._loose: tuple[str, ...] = ()

    def record(
        self,
        events: tuple[tuple[Event, Stamp], ...],
        done: Done | None = None,
        *,
        uses: tuple[AllowanceId, ...] = (),
    ) -> None:
        """Make events durable; those that nobody waits for are kept when any later ones are."""
        tokens = (*self._loose, *(self._ordered(*each) for each in events))
        self._loose = () if done else tokens

        def kept(was: bool) -> None:  # noqa: FBT001 - the recorder's word
            if was:
                say(Kept(tokens))
            if done:
                done(was)

        self._recorder.record(events, kept if done else None, uses=uses)

    def order(self, *facts: Event) -> None:
        """Record facts that nobody waits for."""
        self.record(self._now(facts))

    def confirmed(self, *facts: Event, uses: tuple[AllowanceId, ...] = ()) -> bool:
        """Whether the facts are on the disk; says so before anything else happens."""
        answered, kept = threading.Event(), [False]

        def done(was: bool) -> None:  # noqa: FBT001 - the recorder's word
            kept[0] = was
            answered.set()

        self.record(self._now(facts), done, uses=uses)
        if not answered.wait(PATIENCE):
            sys.exit("the recorder says nothing")
        return kept[0]

    def _now(self, facts: tuple[Event, ...]) -> tuple[tuple[Event, Stamp], ...]:
        stamp = self._clock.stamp()
        return tuple((fact, stamp) for fact in facts)

    def _ordered(self, fact: Event, stamp: Stamp) -> str:
        data = encode_data(fact)
        name = token(type_name(fact), data)
        say(Ordered(self._kiosk, name, type_name(fact), data.decode(), stamp.wall, stamp.synced, time.time()))
        return name


def say(what: Ordered | Kept) -> None:
    """Hand a line to the other end of the pipe, in one piece."""
    os.write(1, line(what))
