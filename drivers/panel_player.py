"""Plays a pattern's steps, one after the other, on a thread that sleeps while there is nothing to play."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from drivers.panel_patterns import DARK, Pattern, Step

REST = Step(DARK, math.inf)


class Player:
    """Shows steps. `show` is called under a lock, by whoever plays and by the player's thread."""

    def __init__(self, show: Callable[[Step], None]) -> None:
        """Start at rest."""
        self._show = show
        self._changed = threading.Condition()
        self._steps: deque[Step] = deque()
        self._until = math.inf
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="panel-lights", daemon=True)
        self._thread.start()

    def play(self, pattern: Pattern) -> None:
        """Show the first step now, in place of whatever is playing; the others follow by themselves."""
        with self._changed:
            if self._closed:
                return
            self._steps = deque(pattern)
            self._until = time.monotonic()
            self._advance()
            self._changed.notify()

    def close(self) -> None:
        """Play nothing more; may be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                rest = self._until - time.monotonic()
                if rest <= 0:
                    self._advance()
                else:
                    self._changed.wait(None if rest == math.inf else rest)

    def _advance(self) -> None:
        step = self._steps.popleft() if self._steps else REST
        self._until += step.seconds
        self._show(step)
