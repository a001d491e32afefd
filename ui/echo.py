"""The second tap of a double tap: meant for the view that the first was meant for, not for the next one."""

from dataclasses import dataclass

from ui.theme import theme

SOON = 0.4
"""Seconds from the beginning of a tap to the beginning of the next, in a double tap."""
NEAR_MM = 8.0


@dataclass(frozen=True, slots=True)
class Tap:
    """A finger that came down: where, in pixels of the window, when, in seconds, and on which screen."""

    x: float
    y: float
    at: float
    screen: object

    def is_near(self, other: "Tap") -> bool:
        """Whether the same finger may have made both."""
        x, y = abs(self.x - other.x) / theme.x, abs(self.y - other.y) / theme.y
        return max(x, y) <= NEAR_MM and abs(self.at - other.at) <= SOON


class Echo:
    """Knows the last tap."""

    def __init__(self) -> None:
        """Nobody has tapped yet."""
        self._last: Tap | None = None

    def repeats(self, tap: Tap) -> bool:
        """Whether a tap repeats one after which another screen came; those that follow it at once do, too."""
        last, self._last = self._last, tap
        if last is None or last.screen is tap.screen or not tap.is_near(last):
            return False
        self._last = Tap(tap.x, tap.y, tap.at, last.screen)
        return True
