"""When to tell the broker (SIGHUP) that its files have changed: more than once. Pure.

Mosquitto 2.0 forgets a signal that comes while it reloads (measured with 2.0.11), and with 10,000 kiosks a
reload took it 3.7 seconds on a busy machine. A change that fell into one would else stay unread until the
next, and a revoked kiosk be served for as long.
"""

from datetime import datetime, timedelta
from typing import Final

AFTER: Final = (timedelta(), timedelta(seconds=2), timedelta(seconds=10))
"""After a change: at once, soon, and once more when any reload that had begun before it is over."""


class Telling:
    """Which signals are owed to the broker for the last change; a signal covers every change before it."""

    def __init__(self) -> None:
        """Owe none."""
        self._due: list[datetime] = []

    def changed(self, now: datetime) -> None:
        """Files have changed."""
        self._due = [now + after for after in AFTER]

    def is_due(self, now: datetime) -> bool:
        """Whether to signal now; also where the clock went back, and what was to come lies far off."""
        return bool(self._due) and (self._due[0] <= now or self._due[0] - now > AFTER[-1])

    def told(self, now: datetime) -> None:
        """A signal was sent."""
        rest = [at for at in self._due if at > now]
        self._due = rest if len(rest) < len(self._due) else self._due[1:]
