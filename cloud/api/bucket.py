"""How often a key may call: a bucket of tokens that fills by itself. Pure."""

import math
from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple

WINDOW: Final = 5
"""Seconds whose requests may come at once after a pause."""
MOST_KEYS: Final = 10_000
"""Buckets that are kept; the one that was not used for longest is full again anyhow."""


class Taken(NamedTuple):
    """What is left after a request: `wait` is 0 if it may pass, else the seconds until one may."""

    size: int
    left: int
    full_in: int
    wait: int


class Buckets:
    """The buckets of all keys, in the memory of one process: to ask costs no commit."""

    def __init__(self) -> None:
        """Begin with full buckets."""
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, rate: int, now: float) -> Taken:
        """Take a token, if there is one; `rate` is tokens a second, `now` in seconds of a steady clock."""
        size = rate * WINDOW
        with self._lock:
            tokens, at = self._held.pop(key, (float(size), now))
            tokens = min(float(size), tokens + (now - at) * rate)
            passes = tokens >= 1
            tokens -= passes
            self._held[key] = tokens, now
            if len(self._held) > MOST_KEYS:
                self._held.popitem(last=False)
        wait = 0 if passes else max(1, math.ceil((1 - tokens) / rate))
        return Taken(size, int(tokens), math.ceil((size - tokens) / rate), wait)
