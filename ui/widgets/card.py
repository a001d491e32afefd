"""Grounds for what belongs together: a card, and a chip for one word."""

from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout


class Card(BoxLayout):
    """Paper with a quiet edge."""


class Chip(AnchorLayout):
    """One word on ink, as wide as the word; nothing where there is no word."""

    text = StringProperty("")
    language = OptionProperty("fa", options=["fa", "en"])
    most = NumericProperty(200)
