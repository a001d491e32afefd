"""A technician's PIN: the keypad, and never the digits."""

from kivy.graphics import Color, SmoothEllipse
from kivy.input import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.views import Pin, Touch
from ui import figures, technician_figures
from ui.screens.screen import Screen
from ui.technician_words import WORDS
from ui.theme import theme
from ui.widgets.keypad import Keypad

__all__ = ["Dots", "Keypad", "PinScreen"]


class Dots(Widget):
    """One full dot for each digit, and small ones for those that are still missing."""

    count = NumericProperty(0)
    least = NumericProperty(1)
    step_x = NumericProperty(30)
    dot_x = NumericProperty(16)
    dot_y = NumericProperty(16)

    def __init__(self, **options: object) -> None:
        """Draw whenever something changes."""
        super().__init__(**options)
        for name in ("count", "least", "pos", "size", "step_x", "dot_x", "dot_y"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        shown = max(int(self.count), int(self.least))
        step = min(self.step_x, self.width / shown)
        left = self.x + self.width / 2 - step * (shown - 1) / 2
        self.canvas.clear()
        with self.canvas:
            for index in range(shown):
                full = index < self.count
                scale = 1.0 if full else 0.4
                width, height = min(self.dot_x, step) * scale, self.dot_y * scale
                Color(*(theme.ink if full else theme.hairline))
                SmoothEllipse(
                    pos=(left + index * step - width / 2, self.y + self.height / 2 - height / 2),
                    size=(width, height),
                )


class PinScreen(Screen[Pin]):
    """Says how it stands above the dots."""

    tech = ObjectProperty(WORDS["fa"], rebind=True)
    told = StringProperty("")
    trouble = BooleanProperty(defaultvalue=False)
    typed = NumericProperty(0)
    least = NumericProperty(1)
    ready = BooleanProperty(defaultvalue=False)
    closed = BooleanProperty(defaultvalue=False)

    def fill(self, view: Pin) -> None:
        """Put the count of digits and what came of the last PIN up."""
        self.tech = WORDS[view.language]
        self.typed, self.least = view.typed, view.least
        self.closed = view.checking or view.locked > 0
        self.ready = view.typed >= view.least
        self.trouble = view.refused or view.locked > 0
        self.told = told(view)

    def touch(self, what: str, value: int | None = None) -> None:
        """Say each digit: a PIN may hold one twice, and a hand is quicker than a busy screen."""
        if what in ("digit", "erase"):
            self.say(Touch(what, value))  # type: ignore[arg-type]
        else:
            super().touch(what, value)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Let a finger come down before the one before it is up, as who types fast does."""
        return bool(super(Screen, self).on_touch_down(touch))

    def clear(self) -> None:
        """Forget how many digits there were."""
        super().clear()
        self.typed = 0


def told(view: Pin) -> str:
    """What stands above the dots."""
    words = WORDS[view.language]
    if view.locked:
        return words.pin_locked.format(technician_figures.span(view.locked, view.language))
    if view.checking:
        return words.pin_checking
    if view.refused and view.tries:
        return words.pin_tries.format(figures.digits(str(view.tries), view.language))
    return words.pin_wrong if view.refused else words.pin_why
