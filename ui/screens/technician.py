"""How the kiosk is, and what to do about it: five pages, one at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kivy.effects.scroll import ScrollEffect
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from kiosk.views import TECHNICIAN_PAGES, CheckLine, Technician, Touch
from mqtt.vocabulary import Language
from ui.figures import digits, isolated
from ui.screens.screen import Screen
from ui.technician_figures import advice, said
from ui.technician_words import WORDS
from ui.widgets import Key, Row
from ui.widgets.mark import Mark
from ui.widgets.qr import QrCode
from ui.widgets.touch_grid import TouchGrid

__all__ = ["Mark", "QrCode", "ScrollEffect", "TechnicianScreen", "TouchGrid"]

NEEDS_PIN = ("panel", "restart")
"""Pages that do something, so that whoever has not shown a PIN is not offered them."""
Say = Callable[..., None]


class CheckRow(Row):
    """One line: its mark, what it is, how it stands, and what to do if it is not good."""

    state = OptionProperty("good", options=["good", "warning", "bad"])
    title = StringProperty("")
    said = StringProperty("")
    advice = StringProperty("")

    def fill(self, line: CheckLine, language: Language) -> None:
        """Put a line into words."""
        self.language = language
        self.state = line.state
        self.title = WORDS[language].checks[line.check]
        self.said, self.advice = said(line, language), advice(line, language)


class TabKey(Key):
    """Turns to a page."""

    wide = BooleanProperty(defaultvalue=True)


class PatternKey(Key):
    """Plays a pattern."""


class Tabs(Row):
    """A key for each page that may be turned to."""

    def fill(self, view: Technician, say: Say) -> None:
        """Make the keys anew only if there are others."""
        pages = [page for page in TECHNICIAN_PAGES if not (view.read_only and page in NEEDS_PIN)]
        self.language = view.language
        if len(pages) != len(self.children):
            self.clear_widgets()
            for page in pages:
                self.add_widget(_tab(page, say))
        for key in self.children:
            key.language, key.latched = view.language, key.name == view.page
            key.caption = WORDS[view.language].pages[key.name]


class Page(FloatLayout):
    """What every page has: the language, its words, and a way to say things."""

    language = OptionProperty("fa", options=["fa", "en"])
    tech = ObjectProperty(WORDS["fa"], rebind=True)
    countdown = ObjectProperty(None, allownone=True)
    summary = StringProperty("")
    read_only = BooleanProperty(defaultvalue=False)

    def __init__(self, say: Say, **options: object) -> None:
        """`say` is the screen's `touch`."""
        self.say = say
        super().__init__(**options)

    def show(self, view: Technician) -> None:
        """Take a view."""
        self.language, self.tech, self.countdown = view.language, WORDS[view.language], view.countdown
        self.summary, self.read_only = summary(view), view.read_only
        if "tabs" in self.ids:
            self.ids.tabs.fill(view, self.say)
        self.fill(view)

    def fill(self, view: Technician) -> None:
        """Take what is this page's own."""


class ChecksPage(Page):
    """The lines, which scroll where there are more than fit."""

    def fill(self, view: Technician) -> None:
        """Use the rows that are there, so that a list which is being read does not jump."""
        rows = self.ids.rows
        for _ in view.lines[len(rows.children) :]:
            rows.add_widget(CheckRow())
        rows.clear_widgets(rows.children[: len(rows.children) - len(view.lines)])
        for row, line in zip(reversed(rows.children), view.lines, strict=True):
            row.fill(line, view.language)


class PanelPage(Page):
    """A key for each pattern of lamp and buzzer; the last one stays pressed."""

    def fill(self, view: Technician) -> None:
        """Name the patterns."""
        keys = self.ids.patterns
        if not keys.children:
            for index, name in enumerate(view.patterns):
                keys.add_widget(_pattern(name, index, self.say))
        for key in keys.children:
            name = key.name.removeprefix("play-")
            key.language, key.latched = view.language, name == view.played
            key.caption = self.tech.patterns.get(name, name)


class TouchPage(Page):
    """A grid over the whole glass."""

    left = NumericProperty(0)
    told = StringProperty("")

    def fill(self, _view: Technician) -> None:
        """Say how many are left."""
        self.count()

    def count(self) -> None:
        """Put the number into words."""
        left = digits(str(int(self.ids.grid.left)), self.language)
        self.told = self.tech.touch_why.format(left) if self.ids.grid.left else self.tech.touch_done

    def felt(self) -> None:
        """A square filled: somebody is there."""
        self.count()
        self.say("stay")


class TicketPage(Page):
    """The QR code as large as the glass allows."""

    ticket = StringProperty("")

    def fill(self, view: Technician) -> None:
        """Take the ticket once: a code that changes under a phone's camera is not read."""
        self.ticket = self.ticket or view.ticket


class RestartPage(Page):
    """Asks first."""


PAGES: dict[str, type[Page]] = {
    "checks": ChecksPage,
    "panel": PanelPage,
    "touch": TouchPage,
    "ticket": TicketPage,
    "restart": RestartPage,
}


class TechnicianScreen(Screen[Technician]):
    """Holds one page, made anew whenever another is turned to."""

    def __init__(self, touched: Callable[[Any], None], now: Callable[[], datetime]) -> None:
        """No page yet; `now` is the local time."""
        self._page: tuple[str, Page] | None = None
        super().__init__(touched, now)

    def fill(self, view: Technician) -> None:
        """Turn to the view's page and fill it."""
        if self._page is None or self._page[0] != view.page:
            self.clear()
            self._page = view.page, PAGES[view.page](self.touch)
            self.add_widget(self._page[1])
        self._page[1].show(view)

    def touch(self, what: str, value: int | None = None) -> None:
        """As on every screen, but that a finger which fills squares says so as often as it does."""
        if what == "stay":
            self.say(Touch("stay"))
        else:
            super().touch(what, value)

    def clear(self) -> None:
        """Forget the page."""
        super().clear()
        self.clear_widgets()
        self._page = None


def summary(view: Technician) -> str:
    """How many lines are wrong, of which kiosk."""
    words = WORDS[view.language]
    bad, warnings = (sum(line.state == state for line in view.lines) for state in ("bad", "warning"))
    counted = words.wrong.format(digits(str(bad), view.language), digits(str(warnings), view.language))
    told = counted if bad or warnings else words.all_good if view.lines else words.looking
    parts = [isolated(view.kiosk), told, *([words.read_only] if view.read_only else [])]
    return " · ".join(parts)


def _tab(page: str, say: Say) -> TabKey:
    key = TabKey(name=page)
    index = [*TECHNICIAN_PAGES].index(page)  # type: ignore[arg-type]
    key.bind(on_tap=lambda _key: say("page", index))
    return key


def _pattern(name: str, index: int, say: Say) -> PatternKey:
    key = PatternKey(name=f"play-{name}")
    key.bind(on_tap=lambda _key: say("play", index))
    return key


class Head(BoxLayout):
    """The title line of a page; it knows its page."""

    page = ObjectProperty(None, rebind=True)
    below = BooleanProperty(defaultvalue=False)
    told = BooleanProperty(defaultvalue=False)
    alone = BooleanProperty(defaultvalue=False)
