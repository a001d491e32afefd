"""A thread of its own that makes events durable, in order, while the screen goes on."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.clock import Stamp
from kiosk.errors import JournalError
from kiosk.journal import Journal
from mqtt.events import Event

log = logging.getLogger(__name__)

KEPT = 10_000
"""Events that wait in memory for a disk that takes none; beyond it the oldest are given up, and said so."""


@dataclass(frozen=True, slots=True)
class _Order:
    events: tuple[tuple[Event, Stamp], ...]
    done: Callable[[bool], None] | None


class Recorder:
    """Appends to the journal from a queue.

    Events nobody waits for are kept and tried again with the next ones when the disk takes nothing;
    events whose `done` is given are dropped then, since the screen says that they were not kept.
    """

    def __init__(self, journal: Journal, appended: Callable[[], None]) -> None:
        """`appended` is called, in this thread, after each append: to poke sync."""
        self._journal, self._appended = journal, appended
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._waiting: list[tuple[Event, Stamp]] = []
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(
        self, events: tuple[tuple[Event, Stamp], ...], done: Callable[[bool], None] | None = None
    ) -> None:
        """Order events to be made durable; `done(True)` when they are, `done(False)` when they cannot be."""
        self._orders.put(_Order(events, done))

    def close(self) -> None:
        """Finish what was ordered and stop."""
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            kept = self._append([*self._waiting, *order.events])
            self._waiting = [] if kept else self._still_waiting(order)
            if order.done is not None:
                order.done(kept)

    def _append(self, events: list[tuple[Event, Stamp]]) -> bool:
        try:
            self._journal.append(events)
        except JournalError as error:
            log.error("journal: not written: %s", error)  # noqa: TRY400 - the reason says it all
            return False
        self._appended()
        return True

    def _still_waiting(self, order: _Order) -> list[tuple[Event, Stamp]]:
        waiting = self._waiting if order.done else [*self._waiting, *order.events]
        if len(waiting) > KEPT:
            log.error("journal: %d events given up for want of a disk", len(waiting) - KEPT)
        return waiting[-KEPT:]
