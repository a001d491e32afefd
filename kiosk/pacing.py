"""How long to wait before the gate is asked again: doubled each time, with jitter, by what it said."""

import math
import random
from collections.abc import Callable
from typing import Final

from kiosk.progress import Reason

Jitter = Callable[[float, float], float]
"""A random number between two."""

FIRST, LAST = 1.0, 60.0
"""Seconds, where network, clock, disk or server may come right by themselves."""
SLOW_FIRST, SLOW_LAST = 60.0, 900.0
"""Seconds, where somebody at head office may put it right."""
HOPELESS: Final[frozenset[Reason]] = frozenset(
    {"no-token", "bad-identity", "token-unknown", "token-used", "token-expired", "token-withdrawn"}
)
"""What only another kiosk.toml puts right."""
SOON: Final[frozenset[Reason]] = frozenset(
    {"no-network", "wrong-authority", "wrong-name", "clock", "disk", "bad-answer"}
)


def pause(reason: Reason, tries: int, jitter: Jitter = random.uniform) -> float:
    """Seconds until the next attempt after `tries` that failed; infinite where none can help."""
    if reason in HOPELESS:
        return math.inf
    first, last = (FIRST, LAST) if reason in SOON else (SLOW_FIRST, SLOW_LAST)
    return min(last, first * 2.0 ** min(tries - 1, 30)) * jitter(0.5, 1.0)
