"""Thank you: no score, no name, no balance."""

from kiosk.views import Thanks
from ui.screens.screen import Screen


class ThanksScreen(Screen[Thanks]):
    """Words only."""

    def fill(self, view: Thanks) -> None:
        """Nothing comes with it."""
