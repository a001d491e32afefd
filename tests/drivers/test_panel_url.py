"""What is wired where: what a panel's URL says, and what is told of one that says nothing."""

from datetime import time

import pytest

from drivers.panel_url import SilentHours, Wiring, parse
from drivers.reader import BadUrl

WHOLE = (
    "gpio://?red=2&green=3&blue=24&buzzer=4&tamper=23&presence=18&buttons=5,6,13,19,26"
    "&silent=21:30-8&chip=pinctrl-rp1"
)


def test_without_a_word_it_is_the_panel_of_two_lamps_and_a_buzzer() -> None:
    assert parse("gpio://").wiring.pins == {"red": 27, "green": 17, "buzzer": 22}


def test_everything_can_be_named() -> None:
    wiring = parse(WHOLE).wiring
    assert wiring == Wiring(
        2, 3, 4, 24, 23, 18, (5, 6, 13, 19, 26), SilentHours(21 * 60 + 30, 8 * 60), "pinctrl-rp1"
    )
    assert wiring.pins["button 5"] == 26


def test_mock_pins_may_have_a_socket() -> None:
    parsed = parse("mock:///run/pins.sock?buttons=5")
    assert (parsed.scheme, parsed.socket, parsed.wiring.buttons) == ("mock", "/run/pins.sock", (5,))


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("leds://", "is no panel"),
        ("gpio://pi", "is no panel"),
        ("gpio:///run/pins.sock", "is no panel"),
        ("mock:///", "is no panel"),
        ("mock://#red", "is no panel"),
        ("gpio://[", "is no URL"),
        ("mock://?violet=3", "known are red, green, blue"),
        ("mock://?green=5&green=6", "green is named 2 times"),
        ("mock://?green=x", "green is a BCM number from 0 to 27, not 'x'"),
        ("mock://?green=", "green is a BCM number"),
        ("mock://?tamper=28", "tamper is a BCM number"),
        ("mock://?green=-3", "green is a BCM number"),
        ("mock://?green=27", "27 stands there 2 times"),
        ("mock://?buttons=5,5", "5 stands there 2 times"),
        ("mock://?buttons=5,", "a button is a BCM number"),
        ("mock://?buttons=1,2,3,4,5,6", "there are 5 buttons at most, not 6"),
        ("mock://?silent=22", "silent hours are two times of the day, 22-8"),
        ("mock://?silent=22-22", "silent hours are two times"),
        ("mock://?silent=25-8", "silent hours are two times"),
        ("mock://?silent=22:75-8", "silent hours are two times"),
        ("mock://?chip=", "chip is a GPIO chip's label"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(url: str, what: str) -> None:
    with pytest.raises(BadUrl) as told:
        parse(url)
    assert what in str(told.value)
    assert "a panel is gpio://?red=27&green=17&buzzer=22[&blue=24]" in str(told.value)


@pytest.mark.parametrize(
    ("silent", "quiet", "loud"),
    [
        ("22-8", ["22:00", "23:59", "00:00", "07:59"], ["08:00", "21:59"]),
        ("13-16", ["13:00", "15:59"], ["12:59", "16:00", "00:00"]),
        ("21:30-8:15", ["21:30", "08:14"], ["21:29", "08:15"]),
        ("0-24", ["00:00", "12:00", "23:59"], []),
    ],
)
def test_silent_hours_begin_on_the_minute_and_end_before_it(
    silent: str, quiet: list[str], loud: list[str]
) -> None:
    hours = parse(f"mock://?silent={silent}").wiring.silent
    assert hours is not None
    assert all(hours.cover(time.fromisoformat(now)) for now in quiet)
    assert not any(hours.cover(time.fromisoformat(now)) for now in loud)
