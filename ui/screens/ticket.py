"""What was told is kept: its tracking code, and when to expect an answer."""

from kivy.properties import StringProperty

from kiosk.views import Ticket
from ui import figures
from ui.screens.screen import Screen


class TicketScreen(Screen[Ticket]):
    """The code can be read, typed and photographed."""

    code = StringProperty("")
    when = StringProperty("")

    def fill(self, view: Ticket) -> None:
        """Show the code as it is, in Latin letters and digits."""
        self.code = view.code
        self.when = self.words.answered_within(view.days, figures.digits(str(view.days), view.language))
