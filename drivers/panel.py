"""Lights and sounds beside the reader, through gpiozero: green and red LED, buzzer."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from gpiozero import LED, Buzzer

from drivers.reader import BadUrl, DriverError

PINS = {"green": 17, "red": 27, "buzzer": 22}
"""BCM numbers when the URL names none."""
LIGHT, GREEN_BEEP, RED_BEEP = 0.4, 0.08, 0.12
"""Seconds that a light or a beep lasts."""

TURNS = (1, 0, 1, 0, 1, 0)
"""A light that identifies."""

Factory = Any
"""A gpiozero pin factory; the library ships no types."""


class PanelLost(DriverError):
    """Lights and buzzer cannot be had."""


class Panel:
    """Two LEDs and a buzzer. Nothing here waits: gpiozero blinks in threads of its own."""

    def __init__(self, factory: Factory, pins: dict[str, int]) -> None:
        """Take the pins (`green`, `red`, `buzzer`) of a factory. Raises PanelLost."""
        self._factory = factory
        try:
            self._green = LED(pins["green"], pin_factory=factory)
            self._red = LED(pins["red"], pin_factory=factory)
            self._buzzer = Buzzer(pins["buzzer"], pin_factory=factory)
        except Exception as error:  # lgpio raises its own kind, and is not installed everywhere
            factory.close()
            raise PanelLost(f"the panel's pins cannot be used: {error}") from error

    def accept(self) -> None:
        """Green once, one short beep."""
        self._leave_off()
        self._red.off()
        self._green.blink(on_time=LIGHT, n=1)
        self._buzzer.beep(on_time=GREEN_BEEP, n=1)

    def refuse(self) -> None:
        """Red once, two beeps."""
        self._leave_off()
        self._green.off()
        self._red.blink(on_time=LIGHT, n=1)
        self._buzzer.beep(on_time=RED_BEEP, off_time=RED_BEEP, n=2)

    def identify(self) -> None:
        """Green and red in turn, three times: which kiosk is this? A tap breaks it off."""
        for light, values in ((self._green, TURNS), (self._red, (0, *TURNS))):
            light.source_delay = LIGHT
            light.source = values

    def close(self) -> None:
        """Everything off, pins let go; may be called twice."""
        for device in (self._green, self._red, self._buzzer):
            device.close()
        self._factory.close()

    def _leave_off(self) -> None:
        self._green.source = self._red.source = None


def open_panel(url: str) -> Panel:
    """Open `gpio://[?green=17&red=27&buzzer=22]` or, without any hardware, `mock://`.

    Raises BadUrl if the URL is not understood, PanelLost if the pins cannot be had.
    """
    parts = urlsplit(url)
    pins = _pins(parts)
    return Panel(_factory(parts), pins)


def _pins(url: SplitResult) -> dict[str, int]:
    named = dict(parse_qsl(url.query, keep_blank_values=True))
    numbers = {name: int(pin) for name, pin in named.items() if pin.isdecimal()}
    pins = PINS | numbers
    if set(pins) != set(PINS) or numbers.keys() != named.keys() or len(set(pins.values())) != len(pins):
        raise BadUrl(
            f"a panel's pins are three different numbers: ?green=17&red=27&buzzer=22, not {url.query!r}"
        )
    return pins


def _factory(url: SplitResult) -> Factory:
    if url.netloc or url.path or url.scheme not in {"gpio", "mock"}:
        raise BadUrl(f"a panel is gpio://[?green=17&red=27&buzzer=22] or mock://, not {url.geturl()!r}")
    return _mock_factory() if url.scheme == "mock" else _gpio_factory()


def _mock_factory() -> Factory:
    from gpiozero.pins.mock import MockFactory  # noqa: PLC0415 - only where there are no pins

    return MockFactory()


def _gpio_factory() -> Factory:
    try:
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - installed on a Pi only

        return LGPIOFactory()
    except Exception as error:  # lgpio raises its own kind, and is not installed everywhere
        raise PanelLost(f"this machine's pins cannot be opened: {error}") from error
