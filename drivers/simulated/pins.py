"""A panel's mock pins with what is wired to them: switches that bounce, a lamp and a buzzer to look at."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gpiozero.pins.mock import MockFactory, MockPin

from drivers.panel_url import Wiring
from drivers.simulated.jsonl import Answer, Refusal, Wish, answering, parse
from drivers.simulated.listener import Listener

HELD = 0.1
"""Seconds that a finger rests on a button."""
BOUNCES, BOUNCE = 4, 0.001
"""How often a bouncing contact lets go again, and the seconds between two of its levels."""
STATES_KEPT = 100
OUTPUTS = ("red", "green", "blue", "buzzer")


class WiredPin(MockPin):
    """A mock pin that something may drive harder than its pull does, and that counts how often it rose."""

    driven: bool | None = None
    rises = 0

    def drive(self, level: int) -> None:
        """Drive it until it is driven otherwise, whoever sets its pull."""
        self.driven = bool(level)
        (self.drive_high if level else self.drive_low)()

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        if self.driven is not None:
            self.drive(self.driven)

    def _change_state(self, value: bool) -> bool:  # noqa: FBT001 - gpiozero's signature
        changed = bool(super()._change_state(value))
        self.rises += changed and bool(value)
        del self.states[:-STATES_KEPT]  # gpiozero keeps them all, and a kiosk runs for months
        return changed


class SimulatedPins(MockFactory):
    """A pin factory whose case is closed; with a path it also listens there (see `do`) until it is closed."""

    def __init__(self, wiring: Wiring, path: Path | None = None) -> None:
        """Wire everything up. Raises AlreadyServed, OSError."""
        super().__init__(pin_class=WiredPin)
        self._wired = wiring.pins
        self._moving = threading.Lock()
        self._verbs: dict[str, Callable[[Wish], Answer]] = {
            "press": self._press,
            "open_case": lambda wish: self._drive("tamper", 1, wish),
            "close_case": lambda wish: self._drive("tamper", 0, wish),
            "come": lambda wish: self._drive("presence", 1, wish),
            "leave": lambda wish: self._drive("presence", 0, wish),
            "shown": self._shown,
        }
        if "tamper" in self._wired:
            self.wired("tamper").drive(0)
        self._listener = None if path is None else Listener(path, socket.SOCK_STREAM, answering(self.do))

    def wired(self, name: str) -> WiredPin:
        """The pin to which `red`, `tamper`, `button 1` and so on is wired. Raises Refusal."""
        if name not in self._wired:
            raise Refusal(f"no {name} is wired; there are {', '.join(self._wired)}")
        pin: WiredPin = self.pin(self._wired[name])
        return pin

    def do(self, line: bytes) -> Iterator[Answer]:
        """Do what a line says; the answer, when it is done.

        `{"do": "press", "number": 1}` (held for 0.1 s), `open_case`, `close_case`, `come` and `leave`, each
        with `"bounce": true` if the contact is to bounce, are answered `{"ok": true}`; `shown` is answered
        `{"red": bool, "green": bool, "blue": bool, "buzzer": bool, "beeps": count so far}`. Anything else
        is `{"error": text}`.
        """
        try:
            wish = parse(line)
            yield self._verb(wish)(wish)
        except Refusal as error:
            yield {"error": str(error)}

    def close(self) -> None:
        """Hang up and let the pins go; may be called twice."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        super().close()

    def _verb(self, wish: Wish) -> Callable[[Wish], Answer]:
        try:
            return self._verbs[str(wish.get("do"))]
        except KeyError:
            raise Refusal(f"understood are {', '.join(self._verbs)}") from None

    def _press(self, wish: Wish) -> Answer:
        name = f"button {wish.get('number')}"
        with self._moving:
            self._move(name, 0, wish)
            time.sleep(HELD)  # a finger's own time
            self._move(name, 1, wish)
        return {"ok": True}

    def _drive(self, name: str, level: int, wish: Wish) -> Answer:
        with self._moving:
            self._move(name, level, wish)
        return {"ok": True}

    def _move(self, name: str, level: int, wish: Wish) -> None:
        pin = self.wired(name)
        for _ in range(BOUNCES if wish.get("bounce") is True else 0):
            pin.drive(level)
            time.sleep(BOUNCE)  # a contact's own time
            pin.drive(1 - level)
            time.sleep(BOUNCE)
        pin.drive(level)

    def _shown(self, _wish: Wish) -> Answer:
        lit = {name: name in self._wired and bool(self.wired(name).state) for name in OUTPUTS}
        return {**lit, "beeps": self.wired("buzzer").rises}
