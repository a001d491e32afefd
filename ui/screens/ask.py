"""One question and its scale; never the name or the balance."""

from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty

from kiosk.views import Ask
from ui.screens.screen import Screen


class AskScreen(Screen[Ask]):
    """A touched key stays pressed until its answer is durable, and nothing else answers meanwhile."""

    kind = OptionProperty("ces", options=["ces", "csat", "nps", "cli", "needs"])
    question = StringProperty("")
    first = StringProperty("")
    last = StringProperty("")
    values = ListProperty()
    labels = ListProperty()
    saving = NumericProperty(None, allownone=True)

    def fill(self, view: Ask) -> None:
        """Put the question and its keys up; a finger that meant another question means nothing now."""
        if (view.text, list(view.values)) != (self.question, self.values):
            self.let_go()
        self.kind, self.question, self.first, self.last = view.kind, view.text, view.first, view.last
        self.labels, self.values = list(view.labels), list(view.values)
        self.saving = view.saving

    def clear(self) -> None:
        """Forget which key was touched."""
        super().clear()
        self.saving = None
