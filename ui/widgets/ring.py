"""A ring that shrinks while time runs out, and one that turns while something is being kept."""

import time
from math import ceil

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, OptionProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.widget import Widget

from kiosk.views import Countdown
from ui.theme import INK

_STEP = 1 / 20


class Ring(Widget):
    """What is left between `warns_at` and `ends_at`, as `left` (1 to 0) and in whole `seconds`.

    Nothing moves before `warns_at`: an idle screen costs nothing.
    """

    countdown = ObjectProperty(None, allownone=True)
    left = NumericProperty(0)
    seconds = NumericProperty(0)
    color = ColorProperty(INK)
    track = ColorProperty(INK)
    thick = NumericProperty(3)

    def __init__(self, **options: object) -> None:
        """Wait for a countdown."""
        self._timer = Clock.create_trigger(self._tick, _STEP)
        super().__init__(**options)

    def on_countdown(self, *_: object) -> None:
        """Start, or stop, at once."""
        self._timer.cancel()
        self._tick(0)

    def _tick(self, _dt: float) -> None:
        countdown: Countdown | None = self.countdown
        if countdown is None:
            self.left = 0
            return
        now = time.monotonic()
        rest = countdown.ends_at - now
        if now < countdown.warns_at:
            self.left = 0
            self._timer.timeout = countdown.warns_at - now
        else:
            self.left = max(0.0, rest / max(countdown.ends_at - countdown.warns_at, 0.001))
            self.seconds = max(0, ceil(rest))
            self._timer.timeout = _STEP
        if rest > 0:
            self._timer()


class Timer(AnchorLayout):
    """A ring round the seconds that are left."""

    countdown = ObjectProperty(None, allownone=True)
    language = OptionProperty("fa", options=["fa", "en"])
    color = ColorProperty(INK)


class BusyRing(Widget):
    """Turns while `busy`."""

    busy = BooleanProperty(defaultvalue=False)
    angle = NumericProperty(0)
    color = ColorProperty(INK)
    thick = NumericProperty(2)

    def on_busy(self, _spinner: object, busy: bool) -> None:  # noqa: FBT001 - Kivy's own signature
        """Turn, or stand still."""
        Clock.unschedule(self._turn)
        if busy:
            Clock.schedule_interval(self._turn, _STEP)

    def _turn(self, dt: float) -> None:
        self.angle = (self.angle + 360 * dt) % 360
