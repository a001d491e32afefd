"""Things side by side, in the language's reading direction."""

from kivy.properties import BooleanProperty, OptionProperty
from kivy.uix.gridlayout import GridLayout

from ui.text import direction


class Row(GridLayout):
    """One row, whose first child stands where reading starts; or, `stacked`, one column from the top."""

    language = OptionProperty("fa", options=["fa", "en"])
    stacked = BooleanProperty(defaultvalue=False)

    def __init__(self, **options: object) -> None:
        """Follow the language."""
        super().__init__(**{"rows": 1, **options})
        self.fbind("language", self._turn)
        self.fbind("stacked", self._stack)
        self._turn()

    def _turn(self, *_: object) -> None:
        self.orientation = "rl-tb" if direction(self.language) == "rtl" else "lr-tb"

    def _stack(self, *_: object) -> None:
        lines: tuple[int | None, int | None] = (None, 1) if self.stacked else (1, None)
        self.rows, self.cols = lines
