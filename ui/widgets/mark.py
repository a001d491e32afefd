"""How a line stands, by shape before colour: a disc with a tick, a triangle, a square with a cross."""

from kivy.properties import OptionProperty
from kivy.uix.widget import Widget


class Mark(Widget):
    """As large as the widget is high and wide."""

    state = OptionProperty("good", options=["good", "warning", "bad"])
