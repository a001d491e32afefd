"""The last movements of points, each with its day and its reason."""

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty

from kiosk.views import History, Line
from ui import figures
from ui.screens.screen import Screen
from ui.widgets import Row

_MOST = 5


class MovementRow(Row):
    """One movement."""

    day = StringProperty("")
    reason = StringProperty("")
    points = StringProperty("")
    grown = NumericProperty(0)


class HistoryScreen(Screen[History]):
    """Newest first; as many rows as there are movements."""

    lines = ListProperty()
    talk = BooleanProperty(defaultvalue=False)

    def fill(self, view: History) -> None:
        """Give each movement a row."""
        self.lines = list(view.lines[:_MOST])
        self.talk = view.talk and bool(self.lines)
        rows = self.ids.rows
        rows.clear_widgets()
        for line in self.lines:
            rows.add_widget(self._row(line))

    def clear(self) -> None:
        """Forget the rows, too."""
        super().clear()
        self.lines, self.talk = [], False
        for row in self.ids.rows.children:
            row.day = row.reason = row.points = ""
        self.ids.rows.clear_widgets()

    def _row(self, line: Line) -> MovementRow:
        language = self.language
        return MovementRow(
            language=language,
            day=figures.ago(line.on, self.now().date(), language),
            reason=self.words.reason(line.reason),
            points=figures.signed(line.points, language),
        )
