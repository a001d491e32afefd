"""A long press on the idle screen's clock: how a kiosk opens to whoever sets it up."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.input import MotionEvent

from kiosk.views import Attract, Touch
from ui.stage import Stage
from ui.text import direction
from ui.theme import theme

WIDE_MM, HIGH_MM = 30, 20
"""The clock's corner, from the upper edge and from where reading ends."""


class Hold:
    """Says `held` once a finger has stayed in the clock's corner of the idle screen."""

    def __init__(self, stage: Stage, say: Callable[[Touch], None], seconds: float) -> None:
        """Watch a stage as long as it lives."""
        self._stage, self._say = stage, say
        self._finger: object = None
        self._wait = Clock.create_trigger(self._held, seconds)
        stage.bind(on_touch_down=self._down, on_touch_move=self._move, on_touch_up=self._up)

    def _down(self, _where: object, touch: MotionEvent) -> bool:
        if self._finger is None and self._there(touch):
            self._finger = touch.uid
            self._wait()
        return False

    def _move(self, _where: object, touch: MotionEvent) -> bool:
        if self._finger == touch.uid and not self._there(touch):
            self._let_go()
        return False

    def _up(self, _where: object, touch: MotionEvent) -> bool:
        if self._finger == touch.uid:
            self._let_go()
        return False

    def _let_go(self) -> None:
        self._finger = None
        self._wait.cancel()

    def _held(self, _dt: float) -> None:
        self._finger = None
        if self._stage.showing(Attract):
            self._say(Touch("held"))

    def _there(self, touch: MotionEvent) -> bool:
        screen = self._stage.showing(Attract)
        if screen is None:
            return False
        ends_left = direction(screen.language) == "rtl"
        across = touch.x if ends_left else theme.width - touch.x
        down = theme.height - touch.y
        return bool(0 <= across <= theme.x * WIDE_MM and 0 <= down <= theme.y * HIGH_MM)
