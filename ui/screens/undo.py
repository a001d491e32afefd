"""The answer that was kept, and three seconds to take it back."""

from kivy.properties import StringProperty

from kiosk.views import Undo
from ui import figures
from ui.screens.screen import Screen


class UndoScreen(Screen[Undo]):
    """The ring round the answer is the time that is left."""

    value = StringProperty("")

    def fill(self, view: Undo) -> None:
        """Show the answer."""
        self.value = figures.digits(str(view.value), view.language)
