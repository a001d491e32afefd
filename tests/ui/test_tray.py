"""The tray does what is touched and undoes it, and a device that is gone does not stop it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from drivers.simulated.remote import Devices, DevicesError, Pins
from tests.ui.conftest import Kiosk
from ui.tray import Hand
from ui.tray_things import EACH, PAYMENT, Act, TrayCard, buttons, offered, read_cards, things
from ui.tray_window import Tray

MINA = TrayCard("کارت مینا", "Mina's card", "rc522", bytes.fromhex("04a1b2c3d4e5f6"))
NOBODY = TrayCard("کارت ناشناس", "An unknown card", "em4100", bytes.fromhex("0102030405"))
STRIPE = TrayCard("کارت بهروز", "Behrouz's card", "magstripe", b"123456789")


class Desk:
    """Devices and pins that only note what they are asked."""

    def __init__(self) -> None:
        self.did: list[tuple[object, ...]] = []
        self.done = threading.Semaphore(0)

    def __getattr__(self, verb: str) -> Any:  # noqa: ANN401 - any verb
        def note(*words: object) -> None:
            self.did.append((verb, *words))
            self.done.release()

        return note

    def wait(self, calls: int) -> list[tuple[object, ...]]:
        for _ in range(calls):
            assert self.done.acquire(timeout=20)
        return self.did


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tray(kiosk: Kiosk, desk: Desk) -> Iterator[Any]:
    assert kiosk, "Kivy needs its window"
    hand = Hand()
    hand.start()
    devices, pins = cast("Devices", desk), cast("Pins", desk)
    tray = Tray(buttons(pins), things((MINA, NOBODY, STRIPE), devices, pins), hand)
    yield tray
    tray.lift()


def key(tray: Any, label: str, place: str = "") -> Any:  # noqa: ANN401 - Kivy's widgets have no types
    found = [each for each in tray.ids.things.children if each.label_en == label and place in each.place]
    assert len(found) == 1
    return found[0]


def test_a_touch_lays_and_the_next_lifts(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    card = key(tray, "Mina's card")
    card.dispatch("on_tap")
    assert card.latched
    card.dispatch("on_tap")
    assert not card.latched
    assert desk.wait(2) == [("present", "rc522", MINA.identity), ("take_away", "rc522")]


def test_another_card_takes_the_first_ones_place(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    first, second = key(tray, "Mina's card"), key(tray, "An unknown card")
    first.dispatch("on_tap")
    second.dispatch("on_tap")
    assert desk.wait(3)[1:] == [("take_away", "rc522"), ("present", "em4100", NOBODY.identity)]
    assert (first.latched, second.latched) == (False, True)


def test_a_card_left_alone_is_lifted_after_a_second(kiosk: Kiosk, tray: Any, desk: Desk) -> None:  # noqa: ANN401
    card = key(tray, "Mina's card")
    card.dispatch("on_tap")
    kiosk.until(lambda: not card.latched)
    assert desk.wait(2)[-1] == ("take_away", "rc522")


def test_a_payment_card_is_drawn_through_once(kiosk: Kiosk, tray: Any, desk: Desk) -> None:  # noqa: ANN401
    card = key(tray, "Payment card", "magstripe")
    card.dispatch("on_tap")
    kiosk.until(lambda: not card.latched)
    assert desk.wait(1) == [("swipe", "magstripe", PAYMENT)]


def test_a_pulled_plug_stays_pulled_until_it_is_touched_again(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    plug, card = key(tray, "Pull the plug", "em4100"), key(tray, "Mina's card")
    plug.dispatch("on_tap")
    card.dispatch("on_tap")
    card.dispatch("on_tap")
    assert plug.latched
    plug.dispatch("on_tap")
    assert not plug.latched
    did = desk.wait(4)
    assert (did[0], did[-1]) == (("unplug", "em4100"), ("plug", "em4100"))


def test_two_cards_lie_on_one_reader(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    key(tray, "Two cards at once").dispatch("on_tap")
    assert [words[:2] for words in desk.wait(2)] == [("lay", "rc522"), ("lay", "rc522")]


def test_every_button_is_pressed_by_its_own_key(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    for each in reversed(tray.ids.buttons.children):
        each.dispatch("on_tap")
    assert desk.wait(5) == [("press", number) for number in range(1, 6)]


def test_every_thing_can_be_touched_and_says_where_it_happens(tray: Any, desk: Desk) -> None:  # noqa: ANN401
    keys = tray.ids.things.children
    for each in keys:
        assert each.label_fa
        assert each.place
        each.dispatch("on_tap")
    assert len(desk.wait(len(keys))) >= len(keys)


def test_devices_that_are_gone_are_told_and_the_tray_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    desk, hand = Desk(), Hand()
    hand.start()
    hand.do(_gone)
    hand.do(cast("Act", desk.lift))
    assert desk.wait(1) == [("lift",)]
    assert "no simulated devices answer" in caplog.text


def _gone() -> None:
    raise DevicesError("no simulated devices answer")


def test_cards_are_read_from_the_demos_file(tmp_path: Path) -> None:
    row = {"label_fa": "ک", "label_en": "c", "reader": "rc522", "card": "04a1b2c3", "member": None}
    (tmp_path / "cards.json").write_text(json.dumps([row]))
    assert read_cards(tmp_path / "cards.json") == [TrayCard("ک", "c", "rc522", bytes.fromhex("04a1b2c3"))]


def test_of_many_cards_the_first_and_nobodys_are_offered() -> None:
    cards = [TrayCard("", f"{number}", "rc522", bytes(4)) for number in range(31)]
    assert [card.label_en for card in offered([*cards, STRIPE])] == [
        "0",
        STRIPE.label_en,
        *map(str, range(1, EACH - 1)),
        "30",
    ]
