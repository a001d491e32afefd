"""A screen of several pages, of which one is there at a time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from kivy.properties import ObjectProperty, OptionProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.views import Touch, View
from ui.screens.screen import Screen, local_now
from ui.words import WORDS

Shown = TypeVar("Shown", bound=View)
Say = Callable[..., None]


class Page(FloatLayout, Generic[Shown]):
    """Fills its properties from a view as a screen does; gone, with all that it held, when it is turned."""

    language = OptionProperty("fa", options=["fa", "en"])
    words = ObjectProperty(WORDS["fa"], rebind=True)
    countdown = ObjectProperty(None, allownone=True)

    def __init__(self, say: Say, **options: object) -> None:
        """`say` is the screen's `touch`."""
        self.say = say
        super().__init__(**options)

    def show(self, view: Shown) -> None:
        """Take a view's language and countdown, then what is this page's own."""
        self.language, self.words = view.language, WORDS[view.language]
        self.countdown = getattr(view, "countdown", None)
        self.fill(view)

    def fill(self, view: Shown) -> None:
        """Set the properties that the kv is bound to."""

    def clear(self) -> None:
        """Forget what was written on it."""
        for name, kind in self.properties().items():
            if isinstance(kind, StringProperty):
                setattr(self, name, kind.defaultvalue)


class Paged(Screen[Shown]):
    """Holds one page, made anew whenever another is turned to."""

    pages: ClassVar[Mapping[str, type[Page[Any]]]]

    def __init__(self, touched: Callable[[Touch], None], now: Callable[[], datetime] = local_now) -> None:
        """No page yet; `now` is the local time."""
        self._name = ""
        self._page: Page[Shown] | None = None
        super().__init__(touched, now)

    def turned_to(self, view: Shown) -> str:
        """Which page a view is on, by its name in `pages`."""
        raise NotImplementedError

    def fill(self, view: Shown) -> None:
        """Turn to the view's page and fill it."""
        name = self.turned_to(view)
        if self._page is None or self._name != name:
            countdown = self.countdown
            self.clear()
            self.countdown, self._name = countdown, name
            self._page = self.pages[name](self.touch)
            self.add_widget(self._page)
        self._page.show(view)

    def clear(self) -> None:
        """Forget the page."""
        super().clear()
        if self._page:
            self._page.clear()
        self.clear_widgets()
        self._page = None
