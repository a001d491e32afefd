"""What all screens have in common."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kivy.properties import ObjectProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.views import Touch, View
from ui.widgets import Key
from ui.words import WORDS

Shown = TypeVar("Shown", bound=View)


class Screen(FloatLayout, Generic[Shown]):
    """A screen fills its properties from a view; its kv binds widgets to them.

    Everything personal stands in properties of the screen, and `clear` empties them all.
    """

    language = OptionProperty("fa", options=["fa", "en"])
    words = ObjectProperty(WORDS["fa"], rebind=True)
    countdown = ObjectProperty(None, allownone=True)

    def __init__(self, touched: Callable[[Touch], None], **options: object) -> None:
        """`touched` is told what a finger said."""
        self.say = touched
        super().__init__(**options)

    def show(self, view: Shown) -> None:
        """Take a view's language and countdown, then what else it holds.

        A finger that is down stays down: the same keys mean the same, unless `fill` says otherwise.
        """
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

    def touch(self, what: str, value: int | None = None) -> None:
        """What a key's kv says; its words are Touch's."""
        self.say(Touch(what, value))  # type: ignore[arg-type]
