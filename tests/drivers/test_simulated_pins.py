"""A panel whose pins listen at a socket: another process presses, opens, comes, leaves and looks."""

import json
import socket
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from drivers.panel import Panel, PanelLost, open_panel
from drivers.panel_events import ButtonPressed, CaseClosed, CaseOpened, PanelEvent, PersonCame, PersonLeft
from drivers.simulated.remote import DevicesError, Pins, Shown
from tests.drivers.conftest import Eventually

WIRED = "tamper=23&presence=18&buttons=5,6,13,19,26"


@pytest.fixture
def told() -> list[PanelEvent]:
    return []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pins.sock"


@pytest.fixture
def panel(path: Path, told: list[PanelEvent]) -> Iterator[Panel]:
    opened = open_panel(f"mock://{path}?{WIRED}", told.append, lambda: time(12))
    yield opened
    opened.close()


@pytest.fixture
def pins(path: Path, panel: Panel) -> Pins:
    assert panel
    return Pins(path)


@pytest.mark.parametrize("bounce", [False, True])
def test_a_button_that_is_pressed_from_outside_is_told_once(
    pins: Pins, panel: Panel, told: list[PanelEvent], *, bounce: bool, eventually: Eventually
) -> None:
    pins.press(5, bounce=bounce)
    eventually(lambda: bool(told))
    panel.close()
    assert told == [ButtonPressed(5, 5)]


@pytest.mark.parametrize("bounce", [False, True])
def test_the_case_is_opened_and_closed_from_outside(
    pins: Pins, told: list[PanelEvent], *, bounce: bool, eventually: Eventually
) -> None:
    pins.open_case(bounce=bounce)
    eventually(lambda: told == [CaseOpened()])
    pins.close_case(bounce=bounce)
    eventually(lambda: told == [CaseOpened(), CaseClosed()])


def test_a_person_comes_and_leaves(pins: Pins, told: list[PanelEvent], eventually: Eventually) -> None:
    pins.come()
    eventually(lambda: told == [PersonCame()])
    pins.leave()
    eventually(lambda: told == [PersonCame(), PersonLeft()])


def test_lamp_and_buzzer_can_be_looked_at(pins: Pins, panel: Panel, eventually: Eventually) -> None:
    assert pins.shown() == Shown(red=False, green=False, blue=False, buzzer=False, beeps=0)
    panel.play("identify")
    assert pins.shown().green
    panel.play("refused")
    eventually(lambda: pins.shown() == Shown(red=False, green=False, blue=False, buzzer=False, beeps=2))


@pytest.mark.parametrize("number", [0, 6])
def test_a_button_that_is_not_wired_cannot_be_pressed(pins: Pins, number: int) -> None:
    with pytest.raises(DevicesError, match=f"no button {number} is wired; there are red"):
        pins.press(number)


@pytest.mark.parametrize("line", [b"what", b"[1]", b"{}", b'{"do": "kick"}', b'{"do": ["press"]}'])
@pytest.mark.usefixtures("panel")
def test_a_line_that_is_not_understood_is_answered(path: Path, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as link, link.makefile("rb") as answers:
        link.settimeout(5)
        link.connect(str(path))
        link.sendall(line + b"\n")
        assert "error" in json.loads(answers.readline())


def test_nobody_answers_once_the_panel_is_closed(pins: Pins, panel: Panel, path: Path) -> None:
    panel.close()
    assert not path.exists()
    with pytest.raises(DevicesError, match="answer"):
        pins.shown()


def test_a_second_panel_at_the_same_socket_is_lost(panel: Panel, path: Path) -> None:
    assert panel
    with pytest.raises(PanelLost, match="another process already serves"):
        open_panel(f"mock://{path}", lambda _event: None, lambda: time(12))
