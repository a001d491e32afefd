"""What somebody has to tell the shop: a kind and what it is about, or which movement is wrong."""

from kivy.properties import BooleanProperty, ListProperty, StringProperty

from kiosk.views import Talk
from ui import figures
from ui.screens.screen import Screen


class TalkScreen(Screen[Talk]):
    """One key for each choice; while it is kept only a spinner, since a line is nobody else's business."""

    title = StringProperty("")
    labels = ListProperty()
    values = ListProperty()
    keeping = BooleanProperty(defaultvalue=False)

    def fill(self, view: Talk) -> None:
        """Put the choices on keys; a finger that meant another one means nothing now."""
        today = self.now().date()
        lines = [figures.movement(line, today, view.language) for line in view.lines]
        labels = lines or [self.words.chosen(code) for code in view.choices]
        if labels != self.labels:
            self.let_go()
        self.title, self.keeping = self.words.talk_titles[view.step], view.step == "keeping"
        self.labels, self.values = labels, list(range(1, len(labels) + 1))

    def clear(self) -> None:
        """Forget the lines, too."""
        super().clear()
        self.labels, self.values, self.keeping = [], [], False
