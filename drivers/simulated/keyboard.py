"""A wedge's USB side: a socket on which whoever listens gets the records of what it types, at its pace."""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from drivers.simulated import hid
from drivers.simulated.hid import Recording
from drivers.simulated.listener import Listener

IN_SLOT = 0.2
"""Seconds that a card takes through the slot; the reader types when it is through."""
PERSON = 0.25
"""Seconds from key to key of a person who types."""


@dataclass(frozen=True, slots=True)
class _Typing:
    """What is to be typed, from the time on that it is given, and the promise of when it was."""

    starting: Callable[[float], Recording]
    typed: Future[float]


class Keyboard:
    """The reader at its plug. What it types is stamped with the time at which it is due, as by hardware."""

    def __init__(self, path: Path) -> None:
        """Plug it in at the path of a socket. Raises AlreadyServed, OSError."""
        self.path = path
        self._changed = threading.Condition()
        self._waiting: deque[_Typing] = deque()
        self._listener: Listener | None = None
        self._clients: set[socket.socket] = set()
        self._closing = False
        self.plug()
        self._thread = threading.Thread(target=self._run, name="wedge", daemon=True)
        self._thread.start()

    def swipe(self, tracks: str, end: str = "\r") -> Future[float]:
        """Draw a card through.

        The promise is kept with the monotonic time at which the last record was written; it is cancelled if
        the reader is unplugged before. ValueError for what a US keyboard cannot type.
        """
        _check(tracks + end)
        return self._later(lambda at: hid.swipe(tracks + end, at + IN_SLOT))

    def type(self, text: str, gap: float = PERSON) -> Future[float]:
        """Type like a person, `gap` seconds from key to key; promises as `swipe` does."""
        _check(text)
        return self._later(lambda at: hid.typed(text, at + gap, gap))

    def unplug(self) -> None:
        """Pull it: whoever listens is hung up on, what is not typed never is. May be called twice."""
        with self._changed:
            listener, self._listener = self._listener, None
            for typing in self._waiting:
                typing.typed.cancel()
            self._changed.notify()
            if listener is not None:
                listener.close()

    def plug(self) -> None:
        """Plug it in; nothing happens if it is. Raises AlreadyServed, OSError."""
        with self._changed:
            if self._listener is None and not self._closing:
                self._listener = Listener(self.path, socket.SOCK_STREAM, self._attend)

    def close(self) -> None:
        """Unplug it for good; may be called twice."""
        self.unplug()
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _later(self, starting: Callable[[float], Recording]) -> Future[float]:
        typing = _Typing(starting, Future())
        with self._changed:
            if self._listener is None:
                typing.typed.cancel()
            self._waiting.append(typing)
            self._changed.notify()
        return typing.typed

    def _attend(self, client: socket.socket) -> None:
        """Keep a client among those who listen until it leaves; it has nothing to say."""
        self._clients.add(client)
        try:
            while client.recv(64):
                pass
        finally:
            self._clients.discard(client)

    def _run(self) -> None:
        while (typing := self._next()) is not None:
            for due, records in typing.starting(time.monotonic()):
                if not self._due(due, typing.typed):
                    break
                self._send(records)
            self._done(typing)

    def _next(self) -> _Typing | None:
        """Wait for what is to be typed next; it stays first in line until it is typed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting[0] if self._waiting else None

    def _due(self, due: float, typed: Future[float]) -> bool:
        """Wait for a time; False if the plug was pulled before."""
        with self._changed:
            return not self._changed.wait_for(typed.cancelled, max(0.0, due - time.monotonic()))

    def _send(self, records: bytes) -> None:
        for client in list(self._clients):
            if not _took(client, records):
                self._clients.discard(client)

    def _done(self, typing: _Typing) -> None:
        with self._changed:
            self._waiting.popleft()
        if typing.typed.set_running_or_notify_cancel():
            typing.typed.set_result(time.monotonic())


def _took(client: socket.socket, records: bytes) -> bool:
    """Whether a client has these; one that leaves, or never reads and has half a record, gets no more."""
    try:
        return client.send(records, socket.MSG_DONTWAIT) == len(records)
    except OSError:
        return False


def _check(text: str) -> None:
    """Raises ValueError for what a US keyboard cannot type."""
    for character in text:
        hid.usages_of(character)
