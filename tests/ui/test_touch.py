"""What a finger does, and what it does not."""
# ruff: noqa: SLF001 - Kivy's clock tells its rate in no other way

from dataclasses import replace

import pytest
from kivy.clock import Clock

from kiosk.views import Sorry, Thanks, Touch, Undo, View
from tests.ui.conftest import FAR, Kiosk, ask, attract, welcome
from ui import rate


@pytest.mark.parametrize(
    ("view", "key", "says"),
    [
        (attract(), "language", Touch("language")),
        (welcome(), "continue", Touch("continue")),
        (welcome(), "language", Touch("language")),
        (ask(), "answer-1", Touch("answer", 1)),
        (ask("en"), "answer-7", Touch("answer", 7)),
        (ask(), "skip", Touch("skip")),
        (ask(), "language", Touch("language")),
        (Undo("fa", 3, FAR), "undo", Touch("undo")),
        (Thanks("fa", FAR), "done", Touch("done")),
        (Sorry("fa", "unknown", FAR), "done", Touch("done")),
    ],
)
def test_each_key_says_its_word(kiosk: Kiosk, view: View, key: str, says: Touch) -> None:
    kiosk.show(view).tap(key)
    assert kiosk.touches == [says]


def test_a_key_is_pressed_in_the_next_frame_and_counts_when_the_finger_lifts(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask()).put_finger("answer-4")
    assert kiosk.keys()["answer-4"].pressed
    assert kiosk.touches == []
    finger.lift()
    assert not kiosk.keys()["answer-4"].pressed
    assert kiosk.touches == [Touch("answer", 4)]


def test_pressing_shows(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    before = kiosk.camera.frame()
    kiosk.put_finger("answer-4")
    key = kiosk.keys()["answer-4"]
    x, y = (round(value) for value in key.to_window(key.x + key.width / 5, key.center_y))
    y = kiosk.panel.height - y
    assert before.getpixel((x, y)) != kiosk.camera.frame().getpixel((x, y))


def test_a_finger_that_slides_off_presses_nothing(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask()).put_finger("answer-4")
    finger.slide(5, 5)
    assert not kiosk.keys()["answer-4"].pressed
    finger.lift()
    assert kiosk.touches == []


def test_a_finger_that_comes_back_counts(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask()).put_finger("answer-4")
    home = finger.touch.pos
    finger.slide(5, 5)
    finger.slide(*home)
    finger.lift()
    assert kiosk.touches == [Touch("answer", 4)]


def test_a_finger_that_slides_onto_another_key_presses_neither(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask()).put_finger("answer-4")
    other = kiosk.keys()["answer-5"]
    finger.slide(*other.to_window(*other.center))
    finger.lift()
    assert kiosk.touches == []


def test_a_finger_left_over_from_another_view_says_nothing(kiosk: Kiosk) -> None:
    finger = kiosk.show(welcome()).put_finger("continue")
    kiosk.show(attract())
    finger.lift()
    assert kiosk.touches == []


def test_a_finger_left_over_from_the_question_before_says_nothing(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask()).put_finger("answer-2")
    kiosk.show(replace(ask(), text="Something else?"))
    assert not any(key.pressed for key in kiosk.keys().values())
    finger.lift()
    assert kiosk.touches == []


def test_a_finger_left_over_from_another_language_says_nothing(kiosk: Kiosk) -> None:
    finger = kiosk.show(ask("fa")).put_finger("answer-4")
    kiosk.show(ask("en"))
    finger.lift()
    assert kiosk.touches == []


def test_a_view_that_is_shown_again_keeps_the_finger(kiosk: Kiosk) -> None:
    finger = kiosk.show(welcome()).put_finger("continue")
    kiosk.show(welcome(available=12_500))
    finger.lift()
    assert kiosk.touches == [Touch("continue")]


def test_a_second_finger_on_a_key_changes_nothing(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    first, second = kiosk.put_finger("answer-2"), kiosk.put_finger("answer-2")
    second.lift()
    first.lift()
    assert kiosk.touches == [Touch("answer", 2)]


def test_while_an_answer_is_being_kept_nothing_else_answers(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    kiosk.show(ask(saving=6))
    for name in ("answer-6", "answer-2", "skip", "language"):
        kiosk.tap(name)
    assert kiosk.touches == []
    assert [name for name, key in kiosk.keys().items() if key.latched] == ["answer-6"]
    kiosk.show(ask())
    kiosk.tap("answer-2")
    assert kiosk.touches == [Touch("answer", 2)]


def test_a_touch_hurries_the_frames_and_they_calm_down_again(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    try:
        Clock._max_fps = rate.IDLE
        kiosk.put_finger("answer-4").lift()
        assert Clock._max_fps == rate.BUSY
        kiosk.until(lambda: Clock._max_fps == rate.IDLE)
    finally:
        Clock._max_fps = 0


def test_ten_fingers_give_one_answer(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    fingers = [kiosk.put_finger(f"answer-{value}") for value in (3, 1, 2, 4, 5, 6, 7, 1, 2, 4)]
    for finger in fingers:
        finger.lift()
    assert kiosk.touches == [Touch("answer", 3)]


def test_taps_faster_than_frames_give_one_answer(kiosk: Kiosk) -> None:
    kiosk.show(ask())
    for value in (2, 5, 7):
        kiosk.tap(f"answer-{value}")
    assert kiosk.touches == [Touch("answer", 2)]
