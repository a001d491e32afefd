"""The answer that was kept, and three seconds to take it back."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Undo
from ui import figures, text
from ui.screens.screen import Screen


class UndoScreen(Screen[Undo]):
    """The ring round the answer is the time that is left."""

    value = StringProperty("")
    worded = BooleanProperty(defaultvalue=False)

    def fill(self, view: Undo) -> None:
        """Show the answer by its word, if it has one."""
        label = text.readable(view.label)
        self.worded = bool(label)
        self.value = label or figures.digits(str(view.value), view.language)
