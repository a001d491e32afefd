"""A bouncing contact's levels in, what is stable out. It knows no clock: times are handed in, in seconds."""

import math
from collections import deque
from dataclasses import dataclass

Level = bool
"""Whether the contact says yes, whatever its voltage."""


@dataclass(frozen=True, slots=True)
class Settling:
    """How long a level rests before it is told: `on` and `off` seconds, both above 0.

    At most `changes` are told within `within` seconds: a contact that chatters for ever floods nobody.
    """

    on: float
    off: float
    changes: int = 10
    within: float = 10.0


class Debounce:
    """One contact. A level is told once it has rested; one that stays is always told in the end."""

    def __init__(self, level: Level, settling: Settling) -> None:
        """Begin with a level that counts as told."""
        self._told = self._level = level
        self._settling = settling
        self._since = self._latest = -math.inf
        self._changes: deque[float] = deque(maxlen=settling.changes)

    @property
    def due(self) -> float:
        """When `feed` would tell something if the level stayed; infinite if nothing is to be told."""
        if self._level == self._told:
            return math.inf
        rest = self._settling.on if self._level else self._settling.off
        return max(self._since + rest, self._allowed())

    def feed(self, level: Level, at: float) -> Level | None:
        """Take the level at a time; the level that became stable by then, or None.

        What rested before this change is told even if nobody looked in between. A time before the
        latest counts as the latest.
        """
        self._latest = at = max(at, self._latest)
        stable = self._settle(at)
        if level != self._level:
            self._level, self._since = level, at
        return stable

    def _settle(self, at: float) -> Level | None:
        if self.due > at:
            return None
        self._told = self._level
        self._changes.append(at)
        return self._told

    def _allowed(self) -> float:
        full = len(self._changes) == self._settling.changes
        return self._changes[0] + self._settling.within if full else -math.inf
