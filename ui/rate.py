"""How many frames a second: few while nobody is there, as many as the panel takes while somebody is."""

from typing import Any

from kivy.cache import Cache
from kivy.clock import Clock

IDLE, BUSY = 20, 60
_CALM = 2.0
"""Seconds without a touch or a new view until the rate falls."""
_PURGE = 300.0


class FrameRate:
    """Follows touches by itself; `hurry` is for everything else that makes the next frame urgent."""

    def __init__(self, window: Any) -> None:  # noqa: ANN401 - Kivy's window has no type
        """Start idle.

        Kivy's own purge of its caches makes the loop spin at low rates: it is stopped, and done here, rarely.
        """
        self._window = window
        self._calm = Clock.create_trigger(self._rest, _CALM)
        Clock.unschedule(Cache._purge_by_timeout)  # noqa: SLF001 - there is no public way to stop it
        self._purge = Clock.schedule_interval(lambda _dt: Cache._purge_by_timeout(0), _PURGE)  # noqa: SLF001
        window.bind(on_motion=self._moved)
        self._rest()

    def hurry(self) -> None:
        """Draw as fast as the panel takes it, for a while."""
        self._set(BUSY)
        self._calm.cancel()
        self._calm()

    def close(self) -> None:
        """Watch the window no more."""
        self._window.unbind(on_motion=self._moved)
        self._calm.cancel()
        self._purge.cancel()

    def _moved(self, *_: object) -> None:
        self.hurry()

    def _rest(self, *_: object) -> None:
        self._set(IDLE)

    def _set(self, rate: int) -> None:
        if Clock._max_fps:  # noqa: SLF001 - Kivy has no other way; 0 is a test's "do not wait"
            Clock._max_fps = rate  # noqa: SLF001
