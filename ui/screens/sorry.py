"""Something went wrong: what, and always what to do next."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Sorry, SorryReason
from ui.screens.screen import Screen

_ICONS: dict[SorryReason, str] = {
    "unknown": "question",
    "blocked": "lock",
    "unreadable": "card",
    "two-cards": "card",
    "payment-card": "card",
    "not-ours": "card",
    "not-kept": "warning",
    "out-of-service": "warning",
}


_GRAVE: set[SorryReason] = {"blocked", "not-kept", "out-of-service"}


class SorryScreen(Screen[Sorry]):
    """A sign, a sentence, and the next step."""

    icon = StringProperty("")
    title = StringProperty("")
    advice = StringProperty("")
    grave = BooleanProperty(defaultvalue=False)
    join = BooleanProperty(defaultvalue=False)

    def fill(self, view: Sorry) -> None:
        """Put the reason into words."""
        trouble = self.words.sorry[view.reason]
        self.icon, self.title, self.advice = _ICONS[view.reason], trouble.title, trouble.next
        self.grave, self.join = view.reason in _GRAVE, view.join
