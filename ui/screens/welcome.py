"""A member is there: the greeting, the points, the last visit."""

from datetime import datetime

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Welcome
from ui import figures
from ui.screens.screen import Screen


class WelcomeScreen(Screen[Welcome]):
    """The number is the largest thing; everything else is quiet."""

    greeting = StringProperty("")
    caption = StringProperty("")
    points = StringProperty("")
    as_of = StringProperty("")
    last_visit = StringProperty("")
    offline = BooleanProperty(defaultvalue=False)

    def fill(self, view: Welcome) -> None:
        """Put the view into the language's words and digits."""
        now = datetime.now().astimezone()
        self.greeting = self.words.hello.format(figures.isolated(view.name))
        self.caption = self.words.points if view.available >= 0 else self.words.points_owed
        self.points = figures.grouped(abs(view.available), view.language)
        self.offline = view.offline
        self.as_of = figures.as_of(view.as_of, now, view.language) if view.offline else ""
        last = view.last_visit
        self.last_visit = figures.ago(last, now.date(), view.language) if last else ""
