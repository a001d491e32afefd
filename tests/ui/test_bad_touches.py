"""Whatever fingers do to the whole kiosk: no answer that nobody gave, no visit without end."""

import json
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kivy.base import EventLoop
from kivy.input import MotionEventProvider

from drivers.reader import CardRefused
from kiosk.views import Ask, Attract, History, Talk, Thanks, Touch, Undo, Welcome
from tests.ui.conftest import Finger, Kiosk
from tests.ui.shop import MINA, READ, Shop, open_shop
from ui.echo import SOON
from ui.theme import theme

LATER = time.time() + 1000.0
VIEWS = ("Attract", "Welcome", "History", "Talk", "Ticket", "Ask", "Undo", "Thanks", "Sorry")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(tmp_path)


def edges(kiosk: Kiosk) -> list[tuple[int, int]]:
    """The corners, and every fortieth pixel between them."""
    right, top = kiosk.panel.width - 1, kiosk.panel.height - 1
    across = [(x, y) for x in [*range(0, right, 40), right] for y in (0, top)]
    return across + [(x, y) for y in range(40, top, 40) for x in (0, right)]


# --- where there is nothing


@pytest.mark.parametrize("view", VIEWS)
def test_touches_in_the_corners_and_along_the_edges_say_nothing(shop: Shop, view: str) -> None:
    shop.reach(view)
    before, touched = shop.session.view, len(shop.kiosk.touches)
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(shop.kiosk.remote))
        places = edges(shop.kiosk)
        link.sendall(b"".join(json.dumps({"touch": place}).encode() + b"\n" for place in places))
        shop.kiosk.camera.frames(2 * len(places) + 10)
    assert (shop.session.view, len(shop.kiosk.touches)) == (before, touched)


def test_a_key_reaches_to_its_edge_and_no_pixel_further(shop: Shop) -> None:
    shop.reach("Ask")
    for name, key in shop.kiosk.keys().items():
        x, y = key.to_window(*key.pos)
        middle_x, middle_y = key.to_window(*key.center)
        for side, inside in ((x, 1), (x + key.width, -1)):
            finger = shop.kiosk.put_finger_at(side - inside, middle_y)
            assert not key.pressed, name
            finger.slide(5, 5)
            finger.lift()
            finger = shop.kiosk.put_finger_at(side + inside, middle_y)
            assert key.pressed, name
            finger.slide(middle_x, y - 3)
            assert not key.pressed, name
            finger.lift()
    assert shop.kiosk.touches == [Touch("continue")]


# --- many at once


def test_ten_fingers_on_two_keys_are_one_answer(shop: Shop) -> None:
    shop.reach("Ask")
    shop.wait(READ)
    fingers = [shop.kiosk.put_finger(f"answer-{value}") for value in (3, 5) * 5]
    for finger in reversed(fingers):
        finger.lift()
    shop.until(Undo)
    assert shop.seen(Undo).value == 3
    assert shop.count()["question.answered"] == 1


class Storm(MotionEventProvider):
    """A panel that reports many taps between two frames."""

    def __init__(self, taps: list[Finger]) -> None:
        super().__init__("storm", "")
        self.taps = taps

    def update(self, dispatch_fn) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - Kivy's
        for finger in self.taps:
            dispatch_fn("begin", finger.touch)
            dispatch_fn("end", finger.touch)
        self.taps = []


def storm(kiosk: Kiosk, *names: str) -> None:
    places = [key.to_window(*key.center) for key in (kiosk.keys()[name] for name in names)]
    provider = Storm([Finger(kiosk, kiosk._new_touch(*place)) for place in places])  # noqa: SLF001
    kiosk.app.stage.let_in(provider)
    kiosk.camera.frames(3)


def test_taps_faster_than_frames_are_one_answer(shop: Shop) -> None:
    shop.reach("Ask")
    shop.wait(READ)
    storm(shop.kiosk, *(f"answer-{value}" for value in (2, 6, 2, 7, 2)), "skip")
    shop.until(Undo)
    assert shop.seen(Undo).value == 2
    found = shop.count()
    assert (found["question.answered"], found["question.dismissed"]) == (1, 0)


@pytest.mark.parametrize(
    ("view", "key", "then"),
    [
        ("Welcome", "continue", Ask),
        ("Welcome", "history", History),
        ("History", "back", Welcome),
        ("Welcome", "talk", Talk),
        ("History", "wrong", Talk),
        ("Talk", "answer-1", Talk),
        ("Talk", "back", Welcome),
        ("Ticket", "done", Attract),
        ("Ask", "skip", Thanks),
        ("Undo", "undo", Ask),
        ("Thanks", "done", Attract),
        ("Sorry", "done", Attract),
    ],
)
@pytest.mark.parametrize("frames", [0, 6])
def test_two_or_three_taps_in_a_row_do_what_one_tap_does(
    shop: Shop, view: str, key: str, then: type, frames: int
) -> None:
    shop.reach(view)
    tap_often(shop.kiosk, key, pause=SOON / 2, frames=frames)
    assert shop.seen(then)


def tap_often(kiosk: Kiosk, name: str, pause: float, frames: int = 1) -> None:
    key = kiosk.keys()[name]
    x, y = key.to_window(*key.center)
    for number in range(3):
        kiosk.put_finger_at(x, y, LATER + number * pause).lift()
        kiosk.camera.frames(frames)


def test_taps_at_one_place_count_when_there_is_a_pause_between_them(shop: Shop) -> None:
    shop.reach("Ask")
    tap_often(shop.kiosk, "skip", pause=SOON * 1.1)
    assert shop.seen(Attract)


def test_a_tap_elsewhere_counts_at_once(shop: Shop) -> None:
    shop.lay()
    shop.kiosk.tap("continue")
    shop.kiosk.tap("skip")
    assert shop.seen(Thanks)


# --- long


KEYS = [
    ("Attract", "language"),
    ("Welcome", "continue"),
    ("Welcome", "history"),
    ("Welcome", "talk"),
    ("History", "back"),
    ("History", "wrong"),
    ("Talk", "answer-1"),
    ("Talk", "back"),
    ("Ticket", "done"),
    ("Ask", "answer-4"),
    ("Ask", "skip"),
    ("Undo", "undo"),
    ("Thanks", "done"),
    ("Sorry", "done"),
]


@pytest.mark.parametrize(("view", "key"), KEYS)
def test_a_finger_that_stays_for_a_minute_answers_nothing_and_keeps_no_visit_open(
    shop: Shop, view: str, key: str
) -> None:
    shop.reach(view)
    before = list(shop.kiosk.touches)
    finger = shop.kiosk.put_finger(key)
    shop.wait(60)
    assert shop.seen(Attract)
    answered = shop.count()
    if view != "Attract":
        finger.lift()
        assert shop.kiosk.touches == before
    assert answered["visit.ended"] == answered["card.tapped"]
    assert answered["question.answered"] == (view in {"Undo", "Thanks"})
    assert answered["answer.undone"] == 0


@pytest.mark.parametrize(("view", "key"), KEYS[1:])
def test_a_finger_that_never_lifts_blocks_nobody_after_its_view(shop: Shop, view: str, key: str) -> None:
    shop.reach(view)
    shop.kiosk.put_finger(key)
    shop.wait(60)
    shop.lay(MINA[0])
    shop.kiosk.tap("continue")
    shop.answer(5)
    assert shop.seen(Undo).value == 5


def test_a_finger_on_the_idle_screen_keeps_no_card_from_being_read(shop: Shop) -> None:
    shop.kiosk.put_finger("language")
    shop.lay()
    assert shop.seen(Welcome)
    shop.kiosk.tap("continue")
    assert shop.seen(Ask)


def test_a_finger_in_the_clocks_corner_for_a_minute_opens_nothing_to_a_shopper(tmp_path: Path) -> None:
    for shop in open_shop(tmp_path, hold=0.01):
        finger = shop.kiosk.put_finger_at(3, shop.kiosk.panel.height - 3)
        shop.kiosk.until(lambda kiosk=shop.kiosk: Touch("held") in kiosk.touches)  # type: ignore[misc]
        shop.wait(60)
        finger.lift()
        assert shop.kiosk.touches == [Touch("held")]
        assert shop.seen(Attract)


# --- a card in between


def test_the_same_card_while_an_answer_can_be_undone_changes_nothing(shop: Shop) -> None:
    shop.reach("Undo")
    before = shop.session.view
    shop.lay()
    shop.read(CardRefused("em4100", "payment-card"))
    assert shop.session.view == before
    shop.kiosk.tap("undo")
    assert shop.seen(Ask)


def test_another_card_while_an_answer_can_be_undone_lets_it_stand(shop: Shop) -> None:
    shop.reach("Undo")
    finger = shop.kiosk.put_finger("undo")
    shop.lay(MINA[0])
    finger.lift()
    assert shop.seen(Welcome).name == "مینا"
    found = shop.count()
    assert (found["question.answered"], found["answer.undone"], found["visit.ended"]) == (1, 0, 1)


# --- what each key says, and what is left of it


def test_each_key_does_what_it_says_and_the_next_guest_finds_the_screen_as_it_was(shop: Shop) -> None:
    shop.kiosk.tap("large")
    assert theme.grown == 1
    shop.kiosk.tap("contrast")
    assert theme.contrast
    shop.kiosk.tap("language")
    shop.lay()
    assert shop.seen(Welcome)
    assert (theme.grown, theme.contrast) == (1, True)
    shop.kiosk.tap("history")
    assert shop.seen(History).language == "en"
    shop.kiosk.tap("language")
    assert shop.seen(History).language == "fa"
    shop.kiosk.tap("back")
    assert shop.seen(Welcome)
    shop.wait(120)
    assert shop.seen(Attract)
    assert (shop.session.view.language, theme.grown, theme.contrast) == ("fa", 0, False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_child_that_hammers_on_the_glass_does_no_harm(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    width, height = shop.kiosk.panel.width, shop.kiosk.panel.height
    for _ in range(15):
        shop.lay(dice.choice([MINA[0], bytes(5)]))
        for _ in range(12):
            finger = shop.kiosk.put_finger_at(dice.randrange(width), dice.randrange(height))
            if dice.random() < 0.3:
                finger.slide(dice.randrange(width), dice.randrange(height))
            if dice.random() < 0.9:
                finger.lift()
            shop.wait(dice.choice([0.05, 0.3, 2.0]))
    shop.wait(120)
    assert shop.seen(Attract)
    assert (theme.grown, theme.contrast) == (0, False)
    found = shop.count()
    assert found["visit.ended"] == found["card.tapped"]
    assert (
        found["question.shown"]
        == found["question.dismissed"] + found["question.answered"] - found["answer.undone"]
    )
    assert not EventLoop.quit
