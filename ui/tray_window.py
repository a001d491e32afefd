"""What the tray of virtual cards looks like."""

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
from ui.tray import Hand, TrayCard
from ui.widgets import Key

_LIES = 1.0
"""Seconds that a card lies on its reader if nobody takes it before."""


class CardKey(Key):
    """A card with its two names."""

    label_fa = StringProperty("")
    label_en = StringProperty("")
    reader = StringProperty("")
    card = ObjectProperty(None)


class Tray(BoxLayout):
    """All cards; one at a time lies on a reader."""

    def __init__(self, cards: list[TrayCard], hand: Hand) -> None:
        """Spread the cards out."""
        super().__init__()
        self._hand = hand
        self._lying: CardKey | None = None
        self._lift_later = Clock.create_trigger(lambda _dt: self.lift(), _LIES)
        for card in cards:
            key = CardKey(label_fa=card.label_fa, label_en=card.label_en, reader=card.reader, card=card)
            key.bind(on_tap=self.tapped)
            self.ids.cards.add_widget(key)

    def tapped(self, key: CardKey) -> None:
        """Lay a card, or lift it if it lies there; another's place is cleared first."""
        was = self._lying
        self.lift()
        if key is not was:
            self._lying = key
            key.latched = True
            self._hand.lay(key.card)
            self._lift_later()

    def lift(self) -> None:
        """Take away what lies on a reader."""
        self._lift_later.cancel()
        if self._lying:
            self._hand.lift(self._lying.card)
            self._lying.latched = False
            self._lying = None


def open_tray(panel: Panel, cards: list[TrayCard], hand: Hand) -> None:
    """Show the tray until its window is closed."""
    text.check()
    theme.fit(panel)
    Window.size = (panel.width, panel.height)
    Window.clearcolor = INK
    Window.set_title("Bashgah - cards")
    FrameRate(Window)
    runTouchApp(Tray(cards, hand))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
