"""Things side by side, in the language's reading direction."""

from kivy.properties import OptionProperty
from kivy.uix.gridlayout import GridLayout

from ui.text import direction


class Row(GridLayout):
    """One row; its first child stands where reading starts."""

    language = OptionProperty("fa", options=["fa", "en"])

    def __init__(self, **options: object) -> None:
        """Follow the language."""
        super().__init__(**{"rows": 1, **options})
        self.fbind("language", self._turn)
        self._turn()

    def _turn(self, *_: object) -> None:
        self.orientation = "rl-tb" if direction(self.language) == "rtl" else "lr-tb"
