"""What the shop answered, and whether it is better now."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Reply
from ui import figures, text
from ui.screens.screen import Screen


class ReplyScreen(Screen[Reply]):
    """The shop's own words are the largest; above them, what they answer."""

    told = StringProperty("")
    said = StringProperty("")
    saving = BooleanProperty(defaultvalue=False)

    def fill(self, view: Reply) -> None:
        """Put what was told into words again."""
        today = self.now().date()
        about = figures.movement(view.line, today, view.language) if view.line else ""
        told = f"{self.words.chosen(view.kind)} ({about or self.words.chosen(view.category)})"
        self.told = self.words.reply_to.format(figures.ago(view.on, today, view.language), told)
        self.said, self.saving = text.readable(view.text), view.saving

    def clear(self) -> None:
        """Forget that something was said to it."""
        super().clear()
        self.saving = False
