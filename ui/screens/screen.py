"""What all screens have in common."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.properties import ObjectProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.views import Touch, View
from ui.widgets import Key
from ui.words import WORDS

Shown = TypeVar("Shown", bound=View)

_DEAF = 0.25
"""Seconds after a touch that was said in which no other is: a view's answer is given once."""


def local_now() -> datetime:
    """The time where the kiosk stands."""
    return datetime.now().astimezone()


class Screen(FloatLayout, Generic[Shown]):
    """A screen fills its properties from a view; its kv binds widgets to them.

    Everything personal stands in properties of the screen, and `clear` empties them all.
    """

    language = OptionProperty("fa", options=["fa", "en"])
    words = ObjectProperty(WORDS["fa"], rebind=True)
    countdown = ObjectProperty(None, allownone=True)

    def __init__(
        self,
        touched: Callable[[Touch], None],
        now: Callable[[], datetime] = local_now,
        **options: object,
    ) -> None:
        """`touched` is told what a finger said; `now` is the local time."""
        self.say, self.now = touched, now
        self._said = False
        self._listen_again = Clock.create_trigger(self._listen, _DEAF)
        super().__init__(**options)

    def show(self, view: Shown) -> None:
        """Take a view's language and countdown, then what else it holds.

        A finger that is down stays down: the same keys mean the same, unless `fill` says otherwise.
        """
        self._listen()
        self.language = view.language
        self.words = WORDS[view.language]
        self.countdown = getattr(view, "countdown", None)
        self.fill(view)

    def fill(self, view: Shown) -> None:
        """Set the properties that the kv is bound to."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget everything that came with the view."""
        self.let_go()
        self._listen_again.cancel()
        self.countdown = None
        for name, kind in self.properties().items():
            if isinstance(kind, StringProperty):
                setattr(self, name, kind.defaultvalue)

    def let_go(self) -> None:
        """Drop fingers that are still down on keys: a view that is gone cannot be answered."""
        for key in self.all_keys():
            key.let_go()

    def all_keys(self) -> list[Key]:
        """Every key on the screen."""
        return [widget for widget in self.walk() if isinstance(widget, Key)]

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Let the first finger speak: while it is on a key, others say nothing."""
        if any(key.held for key in self.all_keys()):
            return True
        return bool(super().on_touch_down(touch))

    def touch(self, what: str, value: int | None = None) -> None:
        """What a key's kv says; its words are Touch's. Said once, until there is another view or a pause."""
        if self._said:
            return
        self._said = True
        self._listen_again()
        self.say(Touch(what, value))  # type: ignore[arg-type]

    def _listen(self, *_: object) -> None:
        self._said = False
        self._listen_again.cancel()
