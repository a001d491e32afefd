"""Leaving the club: what is erased and what is kept before it is so, and the receipt after it."""

from typing import ClassVar

from kivy.properties import BooleanProperty, ListProperty, StringProperty

from kiosk.views import Leave
from ui import figures
from ui.screens.paged import Page, Paged
from ui.widgets import Item


class PartingPage(Page[Leave]):
    """Asks first; while it is kept only a spinner."""

    title = StringProperty("")
    items = ListProperty()
    keeping = BooleanProperty(defaultvalue=False)

    def fill(self, view: Leave) -> None:
        """Say what goes and what stays."""
        self.keeping, self.title = view.step == "keeping", self.words.leave_titles[view.step]
        self.items = [] if self.keeping else self._items(view)

    def clear(self) -> None:
        """Forget the points, too."""
        super().clear()
        self.items = []

    def _items(self, view: Leave) -> list[Item]:
        words, points = self.words, figures.grouped(max(0, view.points), view.language)
        kept = [Item("check", words.leave_erased), Item("list", words.leave_kept)]
        return kept + ([Item("offer", words.give_up(view.points, points))] if view.points > 0 else [])


class ReceiptPage(Page[Leave]):
    """The receipt's code can be read, typed and photographed."""

    code = StringProperty("")
    content = StringProperty("")

    def fill(self, view: Leave) -> None:
        """Show the code as it is, in Latin letters and digits."""
        self.code, self.content = view.code, view.code.replace("-", "")


class LeaveScreen(Paged[Leave]):
    """Two pages."""

    pages: ClassVar = {"parting": PartingPage, "receipt": ReceiptPage}

    def turned_to(self, view: Leave) -> str:
        """The receipt comes when it is done."""
        return "receipt" if view.step == "done" else "parting"
