"""The top of a screen: its title, the time that is left, and the keys that change how it is seen."""

from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout


class Heading(BoxLayout):
    """The title stands beside the keys, on a narrow panel below them. `quiet`: no key of it answers.

    `on_word(what)` fires with what a touched key says.
    """

    __events__ = ("on_word",)

    title = StringProperty("")
    language = OptionProperty("fa", options=["fa", "en"])
    countdown = ObjectProperty(None, allownone=True)
    quiet = BooleanProperty(defaultvalue=False)

    def on_word(self, what: str) -> None:
        """Bind to it."""
