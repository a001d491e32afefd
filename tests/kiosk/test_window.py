"""Go-back-N under any loss: everything arrives, in order, and nothing is sent for ever."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.window import FIRST_WAIT, HELLO_EVERY, LAST_WAIT, UNACKED, Window


def greeted(acked: int = 0, now: float = 0.0) -> Window:
    window = Window(acked)
    window.start(now)
    window.asked("n", now)
    window.answered(acked, now)
    return window


def test_nothing_is_sent_before_the_hello_is_answered() -> None:
    window = Window(5)
    window.start(0.0)
    assert window.hello_is_due(0.0)
    assert window.room(0.0) == 0


def test_an_unanswered_hello_is_said_again_ever_more_slowly() -> None:
    window, now, said = Window(0), 0.0, []
    window.start(now)
    while now < 200:
        if window.hello_is_due(now):
            window.asked("n", now)
            said.append(now)
        now += 0.5
    gaps = [b - a for a, b in pairwise(said)]
    assert gaps[:4] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert max(gaps) <= LAST_WAIT


def test_hello_is_repeated_while_all_is_well() -> None:
    window = greeted()
    assert not window.hello_is_due(HELLO_EVERY - 1)
    assert window.hello_is_due(HELLO_EVERY)


def test_no_more_than_a_window_is_unacknowledged() -> None:
    window = greeted()
    window.was_sent(UNACKED, 0.0)
    assert window.room(0.1) == 0
    assert window.acknowledged(10, 0.2)
    assert window.room(0.3) == 10


def test_without_progress_it_goes_back_to_the_last_acknowledged() -> None:
    window = greeted()
    window.was_sent(50, 0.0)
    window.acknowledged(20, 1.0)
    assert window.room(1.0 + FIRST_WAIT - 0.1) == UNACKED - 30
    assert window.room(1.0 + FIRST_WAIT) == UNACKED
    assert window.sent == 20


def test_an_acknowledgement_never_goes_backwards_unless_it_answers_our_hello() -> None:
    window = greeted(100)
    assert not window.acknowledged(40, 1.0)
    assert window.acked == 100
    window.asked("m", 2.0)
    window.answered(40, 2.1)
    assert (window.acked, window.sent) == (40, 40)


@given(st.integers(0, 2**32), st.floats(0.0, 0.6))
def test_any_loss_ends_with_everything_collected_in_order(seed: int, loss: float) -> None:
    dice, now, total = random.Random(seed), 0.0, 3000
    window, collected, messages = Window(0), 0, 0
    window.start(now)
    while window.acked < total and now < 20_000:
        now += 0.25
        if dice.random() < loss / 20:
            window.start(now)
        if window.hello_is_due(now):
            window.asked("n", now)
            if dice.random() >= loss:
                window.answered(collected, now)
        while (room := window.room(now)) > 0 and window.sent < total:
            first, last = window.sent + 1, min(window.sent + min(room, 100), total)
            window.was_sent(last, now)
            messages += 1
            if dice.random() < loss:
                continue
            if first > collected + 1:
                window.refused(now)
            else:
                collected = max(collected, last)
                if dice.random() >= loss:
                    window.acknowledged(collected, now)
    assert window.acked == collected == total
    assert messages < 40_000
