"""The loop that keeps one reader open and tells what happens on it; it has a thread to itself."""

import threading
from collections.abc import Callable
from contextlib import closing

from drivers.reader import (
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

Deliver = Callable[[ReaderEvent], None]

FIRST_RETRY, LAST_RETRY = 0.5, 10.0
"""Seconds between attempts to open: doubled each time, and back to the first once the reader answered."""
POLL = 0.25
"""Seconds that one poll may last: how long a stop may take."""


def watch(url: str, deliver: Deliver, stop: threading.Event) -> None:
    """Deliver the events of the reader at `url` until `stop` is set.

    A reader that dies is opened again, for ever. ReaderDown is delivered once for each loss, also when
    the reader was never up; the card that lay there is delivered as removed before it. Raises BadUrl at
    once if the URL is not understood.
    """
    watcher = _Watcher(reader_name(url), deliver, stop)
    while not stop.is_set():
        try:
            with closing(open_reader(url)) as reader:
                watcher.follow(reader)
        except ReaderLost as lost:
            watcher.down(lost.reason)
            stop.wait(watcher.next_wait())


class _Watcher:
    """What has been delivered so far, and how long to wait before the next attempt."""

    def __init__(self, name: str, deliver: Deliver, stop: threading.Event) -> None:
        self._name, self._deliver, self._stop = name, deliver, stop
        self._card: Card | None = None
        self._told_down = False
        self._retry = FIRST_RETRY

    def follow(self, reader: Reader) -> None:
        """Deliver an open reader's events until it is lost or `stop` is set."""
        self._told_down = False
        self._deliver(ReaderUp(self._name))
        while not self._stop.is_set():
            for event in reader.poll(POLL):
                self._note(event)
                self._deliver(event)
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
