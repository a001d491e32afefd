"""A chip for one word."""

from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout


class Chip(AnchorLayout):
    """One word on ink, as wide as the word; nothing where there is no word."""

    text = StringProperty("")
    language = OptionProperty("fa", options=["fa", "en"])
    most = NumericProperty(200)
