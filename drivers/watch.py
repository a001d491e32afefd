"""The loop that keeps one reader open and tells what happens on it; it has a thread to itself."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from drivers.reader import (
    BadUrl,
    Card,
    CardPresented,
    CardRemoved,
    Reader,
    ReaderDown,
    ReaderEvent,
    ReaderLost,
    ReaderUp,
    open_reader,
    reader_name,
)

log = logging.getLogger(__name__)

Deliver = Callable[[ReaderEvent], None]

FIRST_RETRY, LAST_RETRY = 0.5, 10.0
"""Seconds between attempts to open: doubled each time, and back to the first once the reader was STEADY."""
STEADY = LAST_RETRY
"""Seconds without a loss; a wire that is loose would else fill the journal with losses."""
POLL = 0.25
"""Seconds that one poll may last: how long a stop may take."""


def watch(
    url: str, deliver: Deliver, stop: threading.Event, clock: Callable[[], float] = time.monotonic
) -> None:
    """Deliver the events of the reader at `url` until `stop` is set.

    A reader that dies is opened again, for ever. It is up once it could be polled. ReaderDown is delivered
    once for each loss, also when the reader was never up; the card that lay there is delivered as removed
    before it. An error that no driver may raise is the loss "fault". Raises BadUrl at once if the URL is not
    understood.
    """
    watcher = _Watcher(reader_name(url), deliver, stop, clock)
    while not stop.is_set():
        try:
            with _opened(url) as reader:
                watcher.follow(reader)
        except ReaderLost as lost:
            watcher.down(lost.reason)
            stop.wait(watcher.next_wait())


@contextmanager
def _opened(url: str) -> Iterator[Reader]:
    name = reader_name(url)
    with _declared(name):
        reader = open_reader(url)
    try:
        yield reader
    finally:
        with suppress(ReaderLost), _declared(name):
            reader.close()


@contextmanager
def _declared(name: str) -> Iterator[None]:
    """Make a lost reader of an error that no driver may raise; its text could carry a card's digits."""
    try:
        yield
    except (BadUrl, ReaderLost):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the reader's thread goes on
        kind = type(fault).__qualname__
        log.error("%s: %s, which no driver may raise", name, kind)  # noqa: TRY400 - no traceback, no text
        raise ReaderLost("fault", kind) from None


class _Watcher:
    """What has been delivered so far, and how long to wait before the next attempt."""

    def __init__(
        self, name: str, deliver: Deliver, stop: threading.Event, clock: Callable[[], float]
    ) -> None:
        self._name, self._deliver, self._stop, self._clock = name, deliver, stop, clock
        self._card: Card | None = None
        self._told_down = False
        self._retry = FIRST_RETRY

    def follow(self, reader: Reader) -> None:
        """Deliver an open reader's events until it is lost or `stop` is set."""
        opened, up = self._clock(), False
        while not self._stop.is_set():
            with _declared(self._name):
                events = reader.poll(POLL)
            if not up:
                self._deliver(ReaderUp(self._name))
                up, self._told_down = True, False
            for event in events:
                self._note(event)
                self._deliver(event)
            if self._clock() - opened >= STEADY:
                self._retry = FIRST_RETRY

    def down(self, reason: str) -> None:
        """The reader is lost or could not be opened."""
        if self._card is not None:
            self._deliver(CardRemoved(self._name, self._card))
            self._card = None
        if not self._told_down:
            self._deliver(ReaderDown(self._name, reason))
            self._told_down = True

    def next_wait(self) -> float:
        """Seconds until the next attempt."""
        wait, self._retry = self._retry, min(2 * self._retry, LAST_RETRY)
        return wait

    def _note(self, event: ReaderEvent) -> None:
        if isinstance(event, CardPresented):
            self._card = event.card
        elif isinstance(event, CardRemoved):
            self._card = None
