"""Screens that stay from test to test, as in a shop from guest to guest: to build them takes longest."""
# ruff: noqa: SLF001 - only a stage knows its screens

from typing import Any

from kiosk.views import View
from ui.screens.screen import Screen
from ui.stage import Stage
from ui.start import Panel
from ui.theme import theme


class Kept:
    """The screens that no stage has now, made for one panel in one dress; emptied as after every guest."""

    def __init__(self) -> None:
        self._screens: dict[type[View], Screen[Any]] = {}
        self._panel: Panel | None = None
        self._dress = _dress()

    def fit(self, panel: Panel) -> None:
        """Before the theme does: what was made for another panel, or in another dress, goes."""
        if (panel, _dress()) != (self._panel, self._dress):
            self.forget()
        self._panel = panel

    def forget(self) -> None:
        """What a test has changed as no kiosk does is lent to no other."""
        self._screens = {}

    def lend(self, stage: Stage) -> None:
        """All to a new stage. What is not given back, since a test broke off, is not lent again."""
        for screen in self._screens.values():
            screen.say, screen.now = stage._touched, stage._now
        stage._screens, self._screens = self._screens, {}

    def take_back(self, stage: Stage) -> None:
        """From a stage that is about to be closed."""
        stage.clear_widgets()
        for screen in stage._screens.values():
            screen.clear()
        self._screens, stage._screens, stage.screen = stage._screens, {}, None
        self._dress = _dress()


def _dress() -> tuple[tuple[float, ...], bool]:
    return tuple(theme.accent), theme.contrast


KEPT = Kept()
