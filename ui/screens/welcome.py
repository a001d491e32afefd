"""A member is there: the greeting, the points, and what else there is to know."""

from collections.abc import Iterator
from datetime import date

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty

from kiosk.views import Welcome
from ui import figures, text
from ui.screens.screen import Screen
from ui.theme import theme
from ui.widgets import Item

_ROOM = 2
"""Keys beside which there is still room for the last visit; one that is as wide as two counts so."""
_UNBROKEN = "\N{NO-BREAK SPACE}"
_BETWEEN = "  \N{MIDDLE DOT}  "


class WelcomeScreen(Screen[Welcome]):
    """The number is the largest thing; everything else is quiet, and closes up where it is not there."""

    greeting = StringProperty("")
    caption = StringProperty("")
    points = StringProperty("")
    aside = StringProperty("")
    tier = StringProperty("")
    last_visit = StringProperty("")
    items = ListProperty()
    debt = BooleanProperty(defaultvalue=False)
    offline = BooleanProperty(defaultvalue=False)
    history = BooleanProperty(defaultvalue=False)
    more = BooleanProperty(defaultvalue=False)
    """The list stands alone."""
    talk = BooleanProperty(defaultvalue=False)
    redeem = BooleanProperty(defaultvalue=False)
    leave = BooleanProperty(defaultvalue=False)
    leads = BooleanProperty(defaultvalue=False)
    """The club can be left on the page that the list leads to."""
    listed = BooleanProperty(defaultvalue=False)
    full = BooleanProperty(defaultvalue=False)
    """Four keys stand side by side."""
    spread = NumericProperty(1)
    """How much wider the panel is than the smallest."""

    def fill(self, view: Welcome) -> None:
        """Put the view into the language's words and digits."""
        today = self.now().date()
        self.more = view.more
        self.history, self.talk = view.history and not view.more, view.talk and not view.more
        self.redeem = view.redeem and not view.more
        self.leave, self.leads = view.leave and view.more, view.leave and not view.more
        self.greeting = self.words.more_title if view.more else self._greeting(view.name)
        self.debt, self.offline = view.available < 0, view.offline and not view.more
        if view.more:
            self.caption = self.points = self.aside = self.tier = ""
        else:
            self._count(view)
        self.items = list(self._items(view, today))
        self.last_visit = "" if _packed(view) else self._last_visit(view, today)

    def clear(self) -> None:
        """Forget what was due and owed, too."""
        super().clear()
        self.items = []
        self.debt = self.offline = self.history = self.more = self.talk = False
        self.redeem = self.leave = self.leads = False

    def _count(self, view: Welcome) -> None:
        self.caption = self.words.points_owed if self.debt else self.words.points
        self.points = figures.grouped(abs(view.available), view.language)
        self.aside, self.tier = _BETWEEN.join(self._asides(view)), text.readable(view.tier)

    def _greeting(self, name: str) -> str:
        """By name, where there is one that can be drawn."""
        name = name.strip()
        if not text.readable(name) or text.legible(name) != name:
            return str(self.words.hello_all)
        return str(self.words.hello.format(figures.isolated(name)))

    def _asides(self, view: Welcome) -> Iterator[str]:
        if view.offline:
            yield figures.as_of(view.as_of, self.now(), view.language)
        if view.pending:
            yield self.words.pending.format(figures.grouped(view.pending, view.language))
        if view.held:
            yield self.words.held.format(figures.grouped(view.held, view.language))

    def _items(self, view: Welcome, today: date) -> Iterator[Item]:
        if view.replies and not view.more:
            yield Item("talk", self.words.reply_waits)
        if view.expiring:
            lapsing = view.expiring
            number = figures.grouped(lapsing.points, view.language)
            day = figures.coming(lapsing.on, today, view.language).replace(" ", _UNBROKEN)
            yield Item("clock", self.words.expiring(lapsing.points, number, day))
        if view.next_tier and text.readable(view.next_tier.name):
            number = figures.grouped(view.next_tier.missing, view.language)
            name = figures.isolated(view.next_tier.name)
            yield Item("star", self.words.next_tier(view.next_tier.missing, number, name))
        yield from (Item("offer", offer) for offer in view.offers if text.readable(offer))
        if _packed(view) and view.last_visit:
            yield Item("card", f"{self.words.last_visit}: {self._last_visit(view, today)}")

    def _last_visit(self, view: Welcome, today: date) -> str:
        return figures.ago(view.last_visit, today, view.language) if view.last_visit else ""


def _packed(view: Welcome) -> bool:
    """Whether the keys leave no room beside them: the last visit goes to the list then."""
    others = view.talk + view.history
    if view.more:
        return view.leave
    if theme.upright:
        return others > 1
    return others + view.redeem > 1 if view.look.large else others + 2 * view.redeem > _ROOM
