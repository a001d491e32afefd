"""What the tray of virtual cards looks like."""

from collections.abc import Sequence
from pathlib import Path

from kivy.base import runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui import text
from ui.rate import FrameRate
from ui.start import Panel
from ui.theme import INK, theme
from ui.tray import Hand
from ui.tray_things import Thing
from ui.widgets import Key

_PUSHED = 0.25
"""Seconds for which something that is over at once looks touched."""


class ThingKey(Key):
    """A thing with its two names."""

    label_fa = StringProperty("")
    label_en = StringProperty("")
    place = StringProperty("")
    thing = ObjectProperty(None)


class ButtonKey(Key):
    """A button of the panel."""

    thing = ObjectProperty(None)


class Tray(BoxLayout):
    """All things; of those that are over by themselves, one at a time."""

    def __init__(self, buttons: Sequence[Thing], things: Sequence[Thing], hand: Hand) -> None:
        """Spread them out."""
        super().__init__()
        self._hand = hand
        self._lying: Key | None = None
        self._lift_later = Clock.create_trigger(lambda _dt: self.lift(), _PUSHED)
        for thing in buttons:
            self._add(self.ids.buttons, ButtonKey(caption=thing.label_en, thing=thing))
        for thing in things:
            labels = {"label_fa": thing.label_fa, "label_en": thing.label_en, "place": thing.place}
            self._add(self.ids.things, ThingKey(**labels, thing=thing))

    def tapped(self, key: Key) -> None:
        """Do it, or undo it if it is done; a card's place is cleared first."""
        if key.latched and key.thing.seconds is None:
            self._undo(key)
            return
        was = self._lying
        self.lift()
        if key is not was:
            self._do(key)

    def lift(self) -> None:
        """Take away what lies on a reader."""
        self._lift_later.cancel()
        if self._lying:
            key, self._lying = self._lying, None
            self._undo(key)

    def close(self) -> None:
        """Lift what lies on a reader, and let the window go."""
        self.lift()
        Window.remove_widget(self)

    def _add(self, row: BoxLayout, key: Key) -> None:
        key.bind(on_tap=self.tapped)
        row.add_widget(key)

    def _do(self, key: Key) -> None:
        key.latched = True
        self._hand.do(key.thing.do)
        if key.thing.undo is None or key.thing.seconds is not None:
            self._lying = key
            self._lift_later.timeout = key.thing.seconds or _PUSHED
            self._lift_later()

    def _undo(self, key: Key) -> None:
        key.latched = False
        if key.thing.undo is not None:
            self._hand.do(key.thing.undo)


def open_tray(panel: Panel, buttons: Sequence[Thing], things: Sequence[Thing], hand: Hand) -> None:
    """Show the tray until its window is closed."""
    text.check()
    theme.fit(panel)
    Window.size = (panel.width, panel.height)
    Window.clearcolor = INK
    Window.set_title("Bashgah - cards")
    FrameRate(Window)
    runTouchApp(Tray(buttons, things, hand))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
