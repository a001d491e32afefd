"""Thank you: no score, no name, no balance."""

from kivy.properties import StringProperty

from kiosk.views import Thanks
from ui import figures
from ui.screens.screen import Screen


class ThanksScreen(Screen[Thanks]):
    """Words, and what the answer was worth if the shop gives anything."""

    earned = StringProperty("")

    def fill(self, view: Thanks) -> None:
        """Tell the points, if there are any."""
        shown = figures.grouped(view.points, view.language)
        self.earned = self.words.earned(view.points, shown) if view.points > 0 else ""
