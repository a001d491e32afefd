"""Becoming a member with an empty card: what the club keeps, a number if one likes, and that it is done."""

from typing import ClassVar

from kivy.input import MotionEvent
from kivy.properties import BooleanProperty, ListProperty, StringProperty

from kiosk.views import Join, Touch
from ui import figures, text
from ui.screens.paged import Page, Paged
from ui.screens.screen import Screen
from ui.widgets import Item
from ui.widgets.keypad import Keypad

__all__ = ["JoinScreen", "Keypad"]


class AboutPage(Page[Join]):
    """What the club keeps, in its own words, and what is agreed to."""

    items = ListProperty()
    card = BooleanProperty(defaultvalue=False)
    phone = BooleanProperty(defaultvalue=False)

    def fill(self, view: Join) -> None:
        """Offer the ways that the club has."""
        told = Item("list", view.keeps), *(Item("check", purpose) for purpose in view.purposes)
        self.items = [item for item in told if text.readable(item.text)]
        self.card, self.phone = view.card, view.phone


class PhonePage(Page[Join]):
    """The number as far as it is typed, in groups as it is said."""

    told = StringProperty("")
    typed = StringProperty("")
    wrong = BooleanProperty(defaultvalue=False)

    def fill(self, view: Join) -> None:
        """Show what was typed."""
        self.wrong = view.wrong
        self.told = self.words.number_wrong if view.wrong else self.words.number_why
        self.typed = figures.telephone(view.typed, view.language)


class JoinedPage(Page[Join]):
    """It is being kept; and then it is."""

    title = StringProperty("")
    told = StringProperty("")
    keeping = BooleanProperty(defaultvalue=False)

    def fill(self, view: Join) -> None:
        """Tell what is so from now on, once it is."""
        self.keeping = view.step == "keeping"
        self.title = self.words.join_titles[view.step]
        told = self.words.joined_number if view.number else self.words.joined_card
        self.told = "" if self.keeping else told


class JoinScreen(Paged[Join]):
    """A number may hold a digit twice, and a hand is quicker than a busy screen: each digit is said."""

    pages: ClassVar = {"about": AboutPage, "phone": PhonePage, "keeping": JoinedPage, "done": JoinedPage}

    def turned_to(self, view: Join) -> str:
        """Its step."""
        return view.step

    def touch(self, what: str, value: int | None = None) -> None:
        """As on every screen, but for digits."""
        if what in ("digit", "erase"):
            self.say(Touch(what, value))  # type: ignore[arg-type]
        else:
            super().touch(what, value)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Let a finger come down before the one before it is up, as who types fast does."""
        return bool(super(Screen, self).on_touch_down(touch))
