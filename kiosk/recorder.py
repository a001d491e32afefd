"""A thread of its own that makes events durable, in order, while the screen goes on."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.clock import Stamp
from kiosk.errors import JournalError
from kiosk.journal import Fields, Journal
from mqtt.events import Event
from mqtt.vocabulary import AllowanceId

log = logging.getLogger(__name__)

KEPT = 10_000
"""Events that wait in memory for a disk that takes none; beyond it the oldest are given up, and said so."""
EVERY = 1.0
"""Seconds after which the keeper has its turn though nothing happened."""


class Keeps(Protocol):
    """The keeper, as a recorder needs it."""

    @property
    def accepts(self) -> bool:
        """Whether an answer given now could be kept."""

    def turn(self) -> None:
        """Do what is due between events."""

    def takes(self, event: Event) -> bool:
        """Whether to record an event at all."""


@dataclass(frozen=True, slots=True)
class _Line:
    event: Event
    stamp: Stamp
    fields: Fields | None


@dataclass(frozen=True, slots=True)
class _Order:
    lines: tuple[_Line, ...]
    done: Callable[[bool], None] | None
    uses: tuple[AllowanceId, ...] = ()


class Recorder:
    """Appends to the journal from a queue.

    Events nobody waits for are kept and tried again with the next ones when the disk takes nothing;
    events whose `done` is given are dropped then, since the screen says that they were not kept.
    """

    def __init__(
        self,
        journal: Journal,
        appended: Callable[[], None],
        keeper: Keeps | None = None,
        every: float = EVERY,
    ) -> None:
        """`appended` is called, in this thread, after each append: to poke sync."""
        self._journal, self._appended, self._keeper, self._every = journal, appended, keeper, every
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._waiting: list[_Line] = []
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def record(
        self,
        events: tuple[tuple[Event, Stamp], ...],
        done: Callable[[bool], None] | None = None,
        fields: Fields | None = None,
        uses: tuple[AllowanceId, ...] = (),
    ) -> None:
        """Order events to be made durable; `done(True)` when they are, `done(False)` when they cannot be.

        `fields` are the personal part of the first of them. They cannot be where one of the allowances `uses`
        is used already; whoever names any waits for the word.
        """
        assert done is not None or not uses, "what is not waited for is tried again, with other events"
        lines = [
            _Line(event, stamp, fields if place == 0 else None) for place, (event, stamp) in enumerate(events)
        ]
        self._orders.put(_Order(tuple(lines), done, uses))

    def accepts(self) -> bool:
        """Whether an answer given now could be kept, as far as is known."""
        return not self._waiting and (self._keeper is None or self._keeper.accepts)

    def close(self) -> None:
        """Finish what was ordered and stop."""
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (order := self._next()) is not None:
            self._obey(order)
            del order  # what is personal is on the disk now, or nowhere
            if self._keeper is not None:
                self._keeper.turn()

    def _next(self) -> _Order | None:
        """The next order; an empty one when it is the keeper's turn."""
        try:
            return self._orders.get(timeout=None if self._keeper is None else self._every)
        except queue.Empty:
            return _Order((), None)

    def _obey(self, order: _Order) -> None:
        lines = [line for line in order.lines if self._keeper is None or self._keeper.takes(line.event)]
        kept = self._append([*self._waiting, *lines], order.uses)
        self._waiting = [] if kept else self._still_waiting(lines, waited_for=order.done is not None)
        if order.done is not None:
            order.done(kept)

    def _append(self, lines: list[_Line], uses: tuple[AllowanceId, ...]) -> bool:
        if not lines:
            return True
        try:
            self._journal.append(
                [(line.event, line.stamp) for line in lines],
                {index: line.fields for index, line in enumerate(lines) if line.fields is not None},
                uses,
            )
        except JournalError as error:
            log.error("journal: not written: %s", error)  # noqa: TRY400 - the reason says it all
            return False
        self._appended()
        return True

    def _still_waiting(self, lines: list[_Line], *, waited_for: bool) -> list[_Line]:
        waiting = self._waiting if waited_for else [*self._waiting, *lines]
        if len(waiting) > KEPT:
            log.error("journal: %d events given up for want of a disk", len(waiting) - KEPT)
        return waiting[-KEPT:]
