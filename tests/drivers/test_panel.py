"""Lights and sounds, seen on mock pins."""

from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory

from drivers.panel import PINS, Panel, PanelLost, open_panel
from drivers.reader import BadUrl
from tests.drivers.conftest import Eventually


class Pins:
    """Which level each pin had, one after the other."""

    def __init__(self) -> None:
        self.factory = MockFactory()

    def levels(self, name: str) -> list[bool]:
        return [bool(state.state) for state in self.factory.pin(PINS[name]).states]

    def times_on(self, name: str) -> int:
        return self.levels(name).count(True)

    def ended(self, name: str, times: int) -> bool:
        return self.times_on(name) == times and not self.levels(name)[-1]


@pytest.fixture
def pins() -> Pins:
    return Pins()


@pytest.fixture
def panel(pins: Pins) -> Iterator[Panel]:
    opened = Panel(pins.factory, PINS)
    yield opened
    opened.close()


def test_a_card_is_accepted_with_one_green_light_and_one_beep(
    pins: Pins, panel: Panel, eventually: Eventually
) -> None:
    panel.accept()
    eventually(lambda: pins.ended("green", 1) and pins.ended("buzzer", 1))
    assert pins.times_on("red") == 0


def test_a_card_is_refused_with_a_red_light_and_two_beeps(
    pins: Pins, panel: Panel, eventually: Eventually
) -> None:
    panel.refuse()
    eventually(lambda: pins.ended("red", 1) and pins.ended("buzzer", 2))
    assert pins.times_on("green") == 0


def test_a_refusal_puts_the_green_light_out_at_once(pins: Pins, panel: Panel, eventually: Eventually) -> None:
    panel.accept()
    eventually(lambda: pins.times_on("green") == 1)
    panel.refuse()
    assert not pins.levels("green")[-1]


def test_identifying_blinks_green_and_red_in_turn_three_times_without_a_sound(
    pins: Pins, panel: Panel, eventually: Eventually
) -> None:
    panel.identify()
    eventually(lambda: pins.ended("green", 3) and pins.ended("red", 3))
    assert pins.times_on("buzzer") == 0


def test_a_card_breaks_identifying_off(pins: Pins, panel: Panel, eventually: Eventually) -> None:
    panel.identify()
    eventually(lambda: pins.times_on("green") == 1)
    panel.refuse()
    eventually(lambda: pins.ended("red", 1) and pins.ended("buzzer", 2))
    panel.identify()
    panel.close()


def test_closing_twice_is_closing_once(panel: Panel) -> None:
    panel.accept()
    panel.close()
    panel.close()


def test_a_panel_without_hardware_opens_and_works() -> None:
    panel = open_panel("mock://?green=5")
    panel.accept()
    panel.refuse()
    panel.close()


@pytest.mark.parametrize(
    "url",
    [
        "leds://",
        "gpio://pi",
        "mock:///x",
        "mock://?blue=3",
        "mock://?green=x",
        "mock://?green=",
        "mock://?green=27",
    ],
)
def test_a_wrong_url_is_told(url: str) -> None:
    with pytest.raises(BadUrl, match="green=17&red=27&buzzer=22"):
        open_panel(url)


def test_a_pin_that_is_not_there_is_a_lost_panel() -> None:
    with pytest.raises(PanelLost):
        open_panel("mock://?green=4711")


def test_a_machine_without_pins_says_so() -> None:
    with pytest.raises(PanelLost, match="cannot be opened"):
        open_panel("gpio://")
