"""What is wired where, from a URL such as `gpio://?red=27&green=17&buzzer=22&silent=22-8`."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import time
from typing import Literal, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from drivers.reader import BadUrl

LIKE = (
    "gpio://?red=27&green=17&buzzer=22[&blue=24][&tamper=23][&presence=18][&buttons=5,6,13,19,26]"
    "[&silent=22-8][&chip=pinctrl-bcm2711], or mock://[/<socket>] with the same"
)
PINS = range(28)
"""BCM numbers that stand on the header."""
MOST_BUTTONS = 5
ONE_PIN = ("red", "green", "blue", "buzzer", "tamper", "presence")
KEYS = (*ONE_PIN, "buttons", "silent", "chip")

_TIME = r"(\d{1,2})(?::([0-5]\d))?"
_HOURS = re.compile(f"{_TIME}-{_TIME}", re.ASCII)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class SilentHours:
    """From one minute of the day (0 to 1440) until before another; over midnight if that is earlier."""

    start: int
    end: int

    def cover(self, now: time) -> bool:
        """Whether the buzzer is to be silent now."""
        minute = 60 * now.hour + now.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Wiring:
    """BCM numbers; None and empty for what is not wired. An empty `chip` is the first known one."""

    red: int = 27
    green: int = 17
    buzzer: int = 22
    blue: int | None = None
    tamper: int | None = None
    presence: int | None = None
    buttons: tuple[int, ...] = ()
    silent: SilentHours | None = None
    chip: str = ""

    @property
    def pins(self) -> dict[str, int]:
        """Each pin that is wired, by what hangs on it: `red`, `tamper`, `button 1`."""
        single = {name: getattr(self, name) for name in ONE_PIN}
        buttons = {f"button {number}": pin for number, pin in enumerate(self.buttons, start=1)}
        return {name: pin for name, pin in {**single, **buttons}.items() if pin is not None}


@dataclass(frozen=True, slots=True)
class PanelUrl:
    """Real or mock pins, the socket at which mock pins listen (empty: none), and the wiring."""

    scheme: Literal["gpio", "mock"]
    socket: str
    wiring: Wiring


def parse(url: str) -> PanelUrl:
    """Understand a panel's URL. Raises BadUrl, which says what would be right."""
    parts = _split(url)
    wiring = _wiring(_named(parts.query))
    for pin, times in Counter(wiring.pins.values()).items():
        if times > 1:
            raise _bad(f"each pin has a number of its own, and {pin} stands there {times} times")
    return PanelUrl(cast('Literal["gpio", "mock"]', parts.scheme), parts.path, wiring)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _bad(f"{url!r} is no URL: {error}") from None
    plain = not (parts.netloc or parts.fragment)
    path = {"gpio": not parts.path, "mock": not parts.path or len(parts.path) > 1}.get(parts.scheme, False)
    if not (plain and path):
        raise _bad(f"{url!r} is no panel")
    return parts


def _named(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    for name, times in Counter(name for name, _ in pairs).items():
        if name not in KEYS:
            raise _bad(f"nothing is called {name!r}; known are {', '.join(KEYS)}")
        if times > 1:
            raise _bad(f"{name} is named {times} times")
    return dict(pairs)


def _wiring(named: dict[str, str]) -> Wiring:
    single = {name: _pin(name, named[name]) for name in ONE_PIN if name in named}
    return Wiring(
        **single,
        buttons=_buttons(named["buttons"]) if "buttons" in named else (),
        silent=_silent(named["silent"]) if "silent" in named else None,
        chip=_chip(named["chip"]) if "chip" in named else "",
    )


def _pin(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or int(text) not in PINS:
        raise _bad(f"{name} is a BCM number from {PINS[0]} to {PINS[-1]}, not {text!r}")
    return int(text)


def _buttons(text: str) -> tuple[int, ...]:
    pins = tuple(_pin("a button", each) for each in text.split(","))
    if len(pins) > MOST_BUTTONS:
        raise _bad(f"there are {MOST_BUTTONS} buttons at most, not {len(pins)}")
    return pins


def _silent(text: str) -> SilentHours:
    match = _HOURS.fullmatch(text)
    numbers = [int(number) for number in match.groups("0")] if match else [0, 0, 0, 0]
    start, end = 60 * numbers[0] + numbers[1], 60 * numbers[2] + numbers[3]
    if start == end or max(start, end) > _DAY:
        raise _bad(f"silent hours are two times of the day, 22-8 or 21:30-8:15, not {text!r}")
    return SilentHours(start, end)


def _chip(text: str) -> str:
    if not text:
        raise _bad("chip is a GPIO chip's label, as `gpiodetect` shows it: pinctrl-bcm2711")
    return text


def _bad(what: str) -> BadUrl:
    return BadUrl(f"{what}; a panel is {LIKE}")
