"""A connection on which the cloud says nothing is made again: only then does a broker say who is not let in.

A kiosk that is revoked keeps its open connection, on which it may do nothing any more: Mosquitto's access
rules are silent. It says hello every minute, so silence is either that or a collector that is down.
"""

import random
import time
from collections.abc import Callable
from typing import Final

from kiosk.pacing import Jitter

SILENCE: Final = 300.0
"""Seconds without a word; up to twice as many, so that a thousand kiosks do not come back at once."""


class Silence:
    """Watches for it. One thread calls it."""

    def __init__(
        self,
        last_word: Callable[[], object],
        reconnect: Callable[[], None],
        *,
        now: Callable[[], float] = time.monotonic,
        jitter: Jitter = random.uniform,
    ) -> None:
        """`last_word` changes with every word of the cloud and every connection; None while there is none."""
        self._last_word, self._reconnect, self._now, self._jitter = last_word, reconnect, now, jitter
        self._known: object = None
        self._until = 0.0

    def turn(self) -> None:
        """Make another connection, if it is time."""
        word, now = self._last_word(), self._now()
        if word != self._known:
            self._known, self._until = word, now + SILENCE * self._jitter(1.0, 2.0)
        elif word is not None and now >= self._until:
            self._known = None
            self._reconnect()
