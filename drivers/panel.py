"""The panel beside the reader, through gpiozero: lamp, buzzer, case switch, presence sensor, buttons."""

import logging
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

from gpiozero import LED, InputDevice

from drivers.gpio_chip import Factory, PanelLost, lost, open_pins
from drivers.panel_events import Deliver
from drivers.panel_inputs import Inputs, kinds
from drivers.panel_patterns import PATTERNS, PatternName, Step, without_blue
from drivers.panel_player import Player
from drivers.panel_url import PanelUrl, Wiring, parse

__all__ = ["NoPanel", "Panel", "PanelLost", "open_panel", "panel_or_none"]

log = logging.getLogger(__name__)

OUTPUTS = ("red", "green", "blue", "buzzer")

TimeOfDay = Callable[[], time]
"""The shop's wall clock, which says whether it is a silent hour."""


class Panel:
    """Plays patterns and tells events. Nothing here waits: threads of its own do."""

    def __init__(self, factory: Factory, wiring: Wiring, deliver: Deliver, now: TimeOfDay) -> None:
        """Take the wired pins of a factory, which is the panel's from now on. Raises PanelLost."""
        self._factory, self._silent, self._now = factory, wiring.silent, now
        self._devices: dict[str, Any] = {}
        try:
            self._take(wiring)
        except PanelLost:
            self._let_go()
            raise
        self._player = Player(self._show)
        contacts = [(kind, self._devices[name]) for name, kind in kinds(wiring).items()]
        self._inputs = Inputs(contacts, factory, deliver)

    def play(self, name: PatternName) -> None:
        """Begin a pattern, in place of the one that plays; in silent hours without its beeps."""
        silent = self._silent is not None and self._silent.cover(self._now())
        steps = PATTERNS[name]
        self._player.play(tuple(Step(step.colour, step.seconds) for step in steps) if silent else steps)

    def close(self) -> None:
        """Everything off, pins let go, nothing told any more; may be called twice."""
        self._player.close()
        self._inputs.close()
        self._let_go()

    def _take(self, wiring: Wiring) -> None:
        inputs = kinds(wiring)
        for name, pin in wiring.pins.items():
            try:
                self._devices[name] = (
                    InputDevice(pin, pull_up=inputs[name].pull_up, pin_factory=self._factory)
                    if name in inputs
                    else LED(pin, pin_factory=self._factory)
                )
            except Exception as error:  # lgpio raises a kind of its own
                raise lost(name, pin, error) from error

    def _show(self, step: Step) -> None:
        colour = step.colour if "blue" in self._devices else without_blue(step.colour)
        for name, on in zip(OUTPUTS, (*colour, step.beep), strict=True):
            if name in self._devices:
                self._devices[name].value = on

    def _let_go(self) -> None:
        for device in self._devices.values():
            device.close()
        self._factory.close()


class NoPanel:
    """What a kiosk has whose panel cannot be had: neither light nor sound."""

    def play(self, _name: PatternName) -> None:
        """Play nothing."""

    def close(self) -> None:
        """Let nothing go."""


def panel_or_none(url: str, deliver: Deliver, now: TimeOfDay) -> Panel | NoPanel:
    """As `open_panel`; where the pins cannot be had, the log says why and there is none. Raises BadUrl."""
    try:
        return open_panel(url, deliver, now)
    except PanelLost as lost:
        log.error("panel: %s; going on without light and sound", lost)  # noqa: TRY400 - the text says all
        return NoPanel()


def open_panel(url: str, deliver: Deliver, now: TimeOfDay) -> Panel:
    """Open `gpio://` or, without any hardware, `mock://`; docs/panel.md says what may stand behind it.

    `deliver` takes the panel's events in a thread of the panel's; `now` is the time of day in the shop.
    Raises BadUrl if the URL is not understood, PanelLost if the pins cannot be had.
    """
    parsed = parse(url)
    return Panel(_factory(parsed), parsed.wiring, deliver, now)


def _factory(url: PanelUrl) -> Factory:
    if url.scheme == "gpio":
        return open_pins(url.wiring.chip)
    from drivers.simulated.pins import SimulatedPins  # noqa: PLC0415 - only where there are no pins

    try:
        return SimulatedPins(url.wiring, Path(url.socket) if url.socket else None)
    except OSError as error:
        raise PanelLost(f"the mock pins cannot listen at {url.socket}: {error}") from error
