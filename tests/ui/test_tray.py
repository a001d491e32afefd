"""The tray lays cards down and lifts them, and a device that is gone does not stop it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from drivers.simulated.remote import Devices, DevicesError
from tests.ui.conftest import Kiosk
from ui.tray import Hand, TrayCard, read_cards
from ui.tray_window import Tray

CARDS = [
    TrayCard("کارت مینا", "Mina's card", "rc522", bytes.fromhex("04a1b2c3d4e5f6")),
    TrayCard("کارت ناشناس", "An unknown card", "em4100", bytes.fromhex("0102030405")),
]


class Desk:
    """Devices that only note what they are asked; the first call fails when `broken`."""

    def __init__(self, *, broken: bool = False) -> None:
        self.did: list[tuple[str, str]] = []
        self.done = threading.Semaphore(0)
        self._broken = broken

    def lay(self, reader: str, card: bytes) -> float:
        if self._broken:
            self._broken = False
            raise DevicesError("no simulated devices answer")
        self._note(card.hex(), reader)
        return 0.0

    def lift(self, reader: str) -> None:
        self._note("lift", reader)

    def _note(self, what: str, reader: str) -> None:
        self.did.append((what, reader))
        self.done.release()

    def wait(self, calls: int) -> list[tuple[str, str]]:
        for _ in range(calls):
            assert self.done.acquire(timeout=5)
        return self.did


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tray(kiosk: Kiosk, desk: Desk) -> Iterator[Any]:
    assert kiosk, "Kivy needs its window"
    hand = Hand(cast("Devices", desk))
    hand.start()
    tray = Tray(CARDS, hand)
    yield tray
    tray.lift()


def keys(tray: Any) -> list[Any]:  # noqa: ANN401 - Kivy's widgets have no types
    return list(reversed(tray.ids.cards.children))


def test_a_touch_lays_and_the_next_lifts(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    key = keys(tray)[0]
    key.dispatch("on_tap")
    assert key.latched
    key.dispatch("on_tap")
    assert not key.latched
    assert desk.wait(2) == [("04a1b2c3d4e5f6", "rc522"), ("lift", "rc522")]


def test_another_card_takes_the_first_ones_place(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    first, second = keys(tray)
    first.dispatch("on_tap")
    second.dispatch("on_tap")
    assert desk.wait(3)[1:] == [("lift", "rc522"), ("0102030405", "em4100")]
    assert (first.latched, second.latched) == (False, True)


def test_a_card_left_alone_is_lifted_after_a_second(kiosk: Kiosk, tray: Any, desk: Desk) -> None:  # noqa: ANN401
    key = keys(tray)[0]
    key.dispatch("on_tap")
    kiosk.until(lambda: not key.latched)
    assert desk.wait(2)[-1] == ("lift", "rc522")


def test_devices_that_are_gone_are_told_and_the_tray_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(broken=True)
    hand = Hand(cast("Devices", desk))
    hand.start()
    hand.lay(CARDS[0])
    hand.lay(CARDS[1])
    assert desk.wait(1) == [("0102030405", "em4100")]
    assert "no simulated devices answer" in caplog.text


def test_cards_are_read_from_the_demos_file(tmp_path: Path) -> None:
    row = {"label_fa": "ک", "label_en": "c", "reader": "rc522", "card": "04a1b2c3", "member": None}
    (tmp_path / "cards.json").write_text(json.dumps([row]))
    assert read_cards(tmp_path / "cards.json") == [TrayCard("ک", "c", "rc522", bytes.fromhex("04a1b2c3"))]
