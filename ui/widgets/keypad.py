"""A keypad of digits in the language's script, as a telephone has it; the same order in both directions."""

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty
from kivy.uix.gridlayout import GridLayout

from ui.figures import digits
from ui.technician_words import WORDS
from ui.widgets import Key

_ORDER = "123456789<0>"


class PadKey(Key):
    """A digit, `erase` or `enter`."""

    value = NumericProperty(0)


class Keypad(GridLayout):
    """`on_digit(value)`, `on_erase` and `on_enter` fire at touch-up; `ready` lets enter be touched."""

    __events__ = ("on_digit", "on_erase", "on_enter")

    language = OptionProperty("fa", options=["fa", "en"])
    ready = BooleanProperty(defaultvalue=False)
    closed = BooleanProperty(defaultvalue=False)
    words = ObjectProperty(WORDS["fa"])

    def __init__(self, **options: object) -> None:
        """Make the keys."""
        super().__init__(**{"cols": 3, **options})
        for sign in _ORDER:
            self.add_widget(self._key(sign))
        for name in ("language", "ready", "closed"):
            self.fbind(name, self._label)
        self._label()

    def on_digit(self, value: int) -> None:
        """Bind to it."""

    def on_erase(self) -> None:
        """Bind to it."""

    def on_enter(self) -> None:
        """Bind to it."""

    def _key(self, sign: str) -> PadKey:
        if sign.isdigit():
            key = PadKey(name=f"digit-{sign}", value=int(sign))
            key.bind(on_tap=lambda key: self.dispatch("on_digit", int(key.value)))
            return key
        word = "erase" if sign == "<" else "enter"
        key = PadKey(name=word)
        key.bind(on_tap=lambda _key: self.dispatch(f"on_{word}"))
        return key

    def _label(self, *_: object) -> None:
        words = WORDS[self.language]
        for key in self.children:
            key.language = self.language
            key.disabled = self.closed or (key.name == "enter" and not self.ready)
            key.caption = (
                digits(str(int(key.value)), self.language)
                if key.name.startswith("digit")
                else getattr(words, key.name)
            )
