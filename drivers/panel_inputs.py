"""The panel's switches and sensor: levels at pins in, events out.

One thread tells every event, in order; it wakes when a pin changes and when a level is about to settle.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from drivers.debounce import Debounce, Level, Settling
from drivers.gpio_chip import Factory
from drivers.panel_events import (
    ButtonPressed,
    CaseClosed,
    CaseOpened,
    Deliver,
    PanelEvent,
    PersonCame,
    PersonLeft,
)
from drivers.panel_url import Wiring

Device = Any
"""A gpiozero InputDevice."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A contact's pull, the level that says yes, how long levels settle, and what they mean."""

    pull_up: bool
    yes: int
    settling: Settling
    on: PanelEvent | None
    off: PanelEvent | None = None
    at_start: bool = True
    """Whether what it says when the panel is opened is news."""


PRESS = Settling(on=0.03, off=0.03)
CASE = Kind(
    pull_up=True, yes=1, settling=Settling(on=0.1, off=1.0), on=CaseOpened(), off=CaseClosed()
)  # closed, the switch ties the pin to ground, so that a cut wire opens the case
PRESENCE = Kind(
    pull_up=False, yes=1, settling=Settling(on=0.1, off=2.0), on=PersonCame(), off=PersonLeft()
)  # without a sensor nobody is there


def button(number: int, of: int) -> Kind:
    """A button to ground. One that is down when the panel is opened was not pressed by anybody now."""
    return Kind(pull_up=True, yes=0, settling=PRESS, on=ButtonPressed(number, of), at_start=False)


def kinds(wiring: Wiring) -> dict[str, Kind]:
    """What each wired input is, by its name in `wiring.pins`."""
    of = len(wiring.buttons)
    buttons = {f"button {number}": button(number, of) for number in range(1, of + 1)}
    switches = {"tamper": CASE, "presence": PRESENCE} | buttons
    return {name: kind for name, kind in switches.items() if name in wiring.pins}


class Inputs:
    """Listens to contacts until it is closed."""

    def __init__(self, contacts: Sequence[tuple[Kind, Device]], factory: Factory, deliver: Deliver) -> None:
        """Begin with what the contacts say now; the devices stay the caller's to close."""
        self._ticks, self._deliver = factory.ticks, deliver
        self._changed = threading.Condition()
        self._events: deque[PanelEvent] = deque()
        self._closed = False
        self._contacts = [_Contact(kind, device, self._feed) for kind, device in contacts]
        for contact in self._contacts:
            contact.listen(self._ticks())
        self._thread = threading.Thread(target=self._run, name="panel-inputs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Tell nothing more; may be called twice, but not from `deliver`."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _feed(self, contact: "_Contact", level: Level, at: float) -> None:
        with self._changed:
            # a kernel before 5.7 stamps edges by another clock, which must not lie ahead of ours
            event = contact.feed(level, min(at, self._ticks()))
            if event is not None:
                self._events.append(event)
            self._changed.notify()

    def _run(self) -> None:
        while (event := self._next()) is not None:
            self._deliver(event)

    def _next(self) -> PanelEvent | None:
        """Wait for an event; None when closed."""
        with self._changed:
            while not self._closed:
                self._settle()
                if self._events:
                    return self._events.popleft()
                due = min((contact.due for contact in self._contacts), default=math.inf)
                self._changed.wait(None if due == math.inf else max(0.0, due - self._ticks()))
        return None

    def _settle(self) -> None:
        now = self._ticks()
        for contact in self._contacts:
            if contact.due <= now:
                # what the pin says, should an edge have been lost
                event = contact.feed(contact.level(), now)
                self._events.extend([event] if event is not None else [])


class _Contact:
    """One input and what is known of it."""

    def __init__(
        self, kind: Kind, device: Device, changed: Callable[["_Contact", Level, float], None]
    ) -> None:
        self._kind, self._device, self._changed = kind, device, changed
        told = False if kind.at_start else self.level()
        self._debounce = Debounce(told, kind.settling)

    @property
    def due(self) -> float:
        """When its level settles."""
        return self._debounce.due

    def level(self) -> Level:
        """What the pin says now."""
        return int(self._device.pin.state) == self._kind.yes

    def feed(self, level: Level, at: float) -> PanelEvent | None:
        """Take a level; what that tells, if anything."""
        stable = self._debounce.feed(level, at)
        return None if stable is None else self._kind.on if stable else self._kind.off

    def listen(self, now: float) -> None:
        """Follow the pin from now on."""
        self._device.pin.when_changed = self._edge
        self._changed(self, self.level(), now)

    def _edge(self, ticks: float, state: int) -> None:
        self._changed(self, int(state) == self._kind.yes, ticks)
