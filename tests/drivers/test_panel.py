"""The panel on mock pins: what light and buzzer show, what buttons, case and sensor tell."""

from collections.abc import Iterator
from datetime import time
from typing import get_args

import pytest

from drivers.panel import Panel, PanelLost, open_panel, panel_or_none
from drivers.panel_events import (
    ButtonPressed,
    CaseClosed,
    CaseOpened,
    PanelEvent,
    PersonCame,
    PersonLeft,
)
from drivers.panel_patterns import BLUE, PATTERNS, RED, YELLOW, PatternName, without_blue
from drivers.panel_url import Wiring, parse
from drivers.reader import BadUrl
from drivers.simulated.pins import SimulatedPins
from tests.drivers.conftest import Eventually

WIRED = "mock://?blue=24&tamper=23&presence=18&buttons=5,6,13&silent=22-8"


class Bench:
    """A panel on simulated pins, a clock on the wall, and everything that was told."""

    def __init__(self, url: str = WIRED) -> None:
        self.wiring: Wiring = parse(url).wiring
        self.pins = SimulatedPins(self.wiring)
        self.now = time(12)
        self.told: list[PanelEvent] = []

    def open(self) -> Panel:
        return Panel(self.pins, self.wiring, self.told.append, lambda: self.now)

    def drive(self, name: str, level: int) -> None:
        self.pins.wired(name).drive(level)

    def press(self, number: int, *, bounce: bool = False) -> None:
        assert list(self.pins.do(b'{"do": "press", "number": %d, "bounce": %s}' % (number, _json[bounce])))

    def lit(self, name: str) -> bool:
        return bool(self.pins.wired(name).state)

    def times_on(self, name: str) -> int:
        return self.pins.wired(name).rises

    def ended(self, name: str, times: int) -> bool:
        return self.times_on(name) == times and not self.lit(name)


_json = {True: b"true", False: b"false"}


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def panel(bench: Bench) -> Iterator[Panel]:
    opened = bench.open()
    yield opened
    opened.close()


def test_a_card_is_welcomed_with_one_green_light_and_one_beep(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    panel.play("welcome")
    assert bench.lit("green")
    eventually(lambda: bench.ended("green", 1) and bench.ended("buzzer", 1))
    assert bench.times_on("red") == 0


def test_a_card_is_refused_with_a_red_light_and_two_beeps(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    panel.play("refused")
    eventually(lambda: bench.ended("red", 1) and bench.ended("buzzer", 2))
    assert bench.times_on("green") == 0


def test_a_refusal_puts_the_green_light_out_at_once(bench: Bench, panel: Panel) -> None:
    panel.play("welcome")
    panel.play("refused")
    assert (bench.lit("green"), bench.lit("red")) == (False, True)


def test_identifying_shows_each_colour_in_turn_three_times_without_a_sound(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    panel.play("identify")
    eventually(lambda: all(bench.ended(name, 3) for name in ("green", "red", "blue")))
    assert bench.times_on("buzzer") == 0


def test_a_card_breaks_identifying_off(bench: Bench, panel: Panel, eventually: Eventually) -> None:
    panel.play("identify")
    panel.play("refused")
    eventually(lambda: bench.ended("red", 1))
    assert (bench.times_on("green"), bench.times_on("blue")) == (1, 0)


def test_a_payment_card_sounds_different_from_a_card_that_is_refused(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    panel.play("payment-card")
    eventually(lambda: bench.ended("buzzer", 2) and bench.ended("green", 1))
    long, short = (step.seconds for step in PATTERNS["payment-card"] if step.beep)
    assert long > 3 * short


def test_in_silent_hours_the_buzzer_is_silent_and_the_light_is_not(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    bench.now = time(23)
    panel.play("refused")
    eventually(lambda: bench.ended("red", 1))
    assert bench.times_on("buzzer") == 0
    bench.now = time(8)
    panel.play("refused")
    eventually(lambda: bench.ended("buzzer", 2))


def test_every_pattern_has_a_name_ends_and_is_never_dark_where_there_is_no_blue() -> None:
    assert set(PATTERNS) == set(get_args(PatternName))
    for steps in PATTERNS.values():
        assert 0 < sum(step.seconds for step in steps) < 5
        assert all(any(without_blue(step.colour)) for step in steps if any(step.colour))
    assert (without_blue(BLUE), without_blue(RED)) == (YELLOW, RED)


def test_a_lamp_without_blue_is_yellow_where_it_would_be_dark(eventually: Eventually) -> None:
    bench = Bench("mock://")
    panel = bench.open()
    panel.play("identify")
    eventually(lambda: bench.lit("red") and bench.lit("green"))
    panel.close()


def test_closing_twice_is_closing_once_and_its_pins_can_be_had_again(bench: Bench, panel: Panel) -> None:
    panel.play("alarm")
    panel.close()
    panel.close()
    panel.play("welcome")
    again = bench.open()
    assert not bench.lit("green")
    assert not bench.lit("red")
    again.close()


def test_a_press_is_told_with_its_number_once_however_it_bounces(
    bench: Bench, panel: Panel, eventually: Eventually
) -> None:
    bench.press(2, bounce=True)
    bench.press(3)
    eventually(lambda: len(bench.told) >= 2)
    panel.close()
    assert bench.told == [ButtonPressed(2, 3), ButtonPressed(3, 3)]


@pytest.mark.usefixtures("panel")
def test_a_button_that_is_held_is_told_while_it_is_held(bench: Bench, eventually: Eventually) -> None:
    bench.drive("button 1", 0)
    eventually(lambda: bench.told == [ButtonPressed(1, 3)])


def test_a_button_that_was_stuck_before_was_not_pressed(bench: Bench, eventually: Eventually) -> None:
    bench.drive("button 1", 0)
    panel = bench.open()
    bench.press(2)
    eventually(lambda: ButtonPressed(2, 3) in bench.told)
    panel.close()
    assert bench.told == [ButtonPressed(2, 3)]


@pytest.mark.usefixtures("panel")
def test_the_case_is_told_open_and_closed(bench: Bench, eventually: Eventually) -> None:
    bench.drive("tamper", 1)
    eventually(lambda: bench.told == [CaseOpened()])
    bench.drive("tamper", 0)
    eventually(lambda: bench.told == [CaseOpened(), CaseClosed()])


def test_a_case_that_was_opened_while_the_kiosk_was_off_is_told(bench: Bench, eventually: Eventually) -> None:
    bench.drive("tamper", 1)
    panel = bench.open()
    eventually(lambda: bench.told == [CaseOpened()])
    panel.close()


@pytest.mark.usefixtures("panel")
def test_who_comes_is_told_and_who_leaves_a_little_later(bench: Bench, eventually: Eventually) -> None:
    bench.drive("presence", 1)
    eventually(lambda: bench.told == [PersonCame()])
    bench.drive("presence", 0)
    eventually(lambda: bench.told == [PersonCame(), PersonLeft()])


def test_a_panel_without_hardware_opens_by_its_url() -> None:
    panel = open_panel("mock://?green=5", lambda _event: None, lambda: time(12))
    panel.play("welcome")
    panel.close()


def test_a_wrong_url_is_told() -> None:
    with pytest.raises(BadUrl, match="is no panel"):
        open_panel("leds://", lambda _event: None, lambda: time(12))


def test_a_pin_that_another_has_is_told_with_its_name_and_all_are_let_go(bench: Bench) -> None:
    first = bench.open()
    with pytest.raises(PanelLost, match=r"GPIO 27 \(red\) cannot be had: it is in use"):
        bench.open()
    first.close()


def test_a_machine_without_pins_says_so() -> None:
    with pytest.raises(PanelLost, match="pins"):
        open_panel("gpio://", lambda _event: None, lambda: time(12))


def test_a_kiosk_without_pins_does_without_light_and_sound_and_its_log_says_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    panel = panel_or_none("gpio://", lambda _event: None, lambda: time(12))
    panel.play("welcome")
    panel.close()
    assert "going on without light and sound" in caplog.text
