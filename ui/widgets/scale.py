"""A question's scale: one key for each value, in reading direction."""

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, OptionProperty
from kivy.uix.anchorlayout import AnchorLayout

from ui.figures import digits
from ui.widgets.key import Key


class ScaleKey(Key):
    """One value."""

    value = NumericProperty(0)
    busy = BooleanProperty(defaultvalue=False)


class AnswerScale(AnchorLayout):
    """The keys of `values`, first where reading starts; on a narrow panel in as many rows as it takes.

    `saving` is the value that stays pressed while nothing answers. `on_value(value)` fires at touch-up.
    """

    __events__ = ("on_value",)

    values = ListProperty()
    saving = NumericProperty(None, allownone=True)
    language = OptionProperty("fa", options=["fa", "en"])
    key_width = NumericProperty(100)
    keys_width = NumericProperty(0)
    gap = NumericProperty(5)

    def on_value(self, value: int) -> None:
        """Bind to it."""

    def on_values(self, _scale: object, values: list[int]) -> None:
        """Make as many keys as there are values, out of those that are there."""
        keys = self.ids.grid
        for value in values[len(keys.children) :]:
            key = ScaleKey(value=value)
            key.bind(on_tap=lambda key: self.dispatch("on_value", int(key.value)))
            keys.add_widget(key)
        keys.clear_widgets(keys.children[: len(keys.children) - len(values)])
        self._label()

    def on_language(self, *_: object) -> None:
        """Digits are the language's."""
        self._label()

    def on_saving(self, *_: object) -> None:
        """Keep the touched key pressed; the rest do not answer."""
        self._label()

    def columns(self, width: float) -> int:
        """How many keys stand side by side in `width` pixels."""
        return max(1, int((width + self.gap) // (self.key_width + self.gap)))

    def _label(self) -> None:
        for key, value in zip(reversed(self.ids.grid.children), self.values, strict=True):
            key.value, key.name, key.language = value, f"answer-{value}", self.language
            key.caption = digits(str(value), self.language)
            key.disabled = self.saving is not None
            key.latched = key.busy = value == self.saving
