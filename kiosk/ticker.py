"""A thread that says once, at a given moment, that time went on; it sleeps until then."""

import math
import threading
import time
from collections.abc import Callable

LONGEST = 3600.0
"""Seconds of one wait; a longer one is waited for in pieces."""


class Ticker:
    """One moment at a time: setting another forgets the one before."""

    def __init__(self, tick: Callable[[], None]) -> None:
        """`tick` is called in a thread of its own."""
        self._tick = tick
        self._at = math.inf
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="ticker", daemon=True).start()

    def set(self, at: float) -> None:
        """Tick at `at`, in seconds of `time.monotonic()`; infinite for never."""
        with self._changed:
            self._at = at
            self._changed.notify()

    def _run(self) -> None:
        while True:
            self._wait()
            self._tick()

    def _wait(self) -> None:
        with self._changed:
            while (left := self._at - time.monotonic()) > 0:
                self._changed.wait(min(left, LONGEST))
            self._at = math.inf
