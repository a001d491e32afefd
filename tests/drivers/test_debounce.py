"""A contact that bounces: one press is one event, and a level that stays is told in the end."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from drivers.debounce import Debounce, Level, Settling

DOWN, UP = True, False
WINDOW = 0.03
QUICK = Settling(on=WINDOW, off=WINDOW, changes=1000)
BOUNCES = st.lists(st.floats(0.0001, WINDOW * 0.9), max_size=12).map(lambda gaps: gaps[: len(gaps) // 2 * 2])
"""How long each short level lasts, in pairs: a bounce ends at the level at which it began."""
LEVELS = st.lists(st.tuples(st.booleans(), st.floats(0.0001, 0.5)), max_size=200)
"""Any levels, each with the seconds that it lasts."""


def bounced(level: Level, at: float, gaps: list[float]) -> list[tuple[bool, float]]:
    """A change to `level` at a time, with bounces behind it."""
    times = itertools.accumulate(gaps, initial=at)
    return [(level ^ bool(turn % 2), time) for turn, time in enumerate(times)]


def told(debounce: Debounce, levels: list[tuple[bool, float]]) -> list[bool]:
    """What is told of levels at times, and what is told when nothing changes any more."""
    heard = [debounce.feed(level, at) for level, at in levels]
    while debounce.due < math.inf:
        heard.append(debounce.feed(levels[-1][0], debounce.due))
    return [level for level in heard if level is not None]


@given(BOUNCES, BOUNCES, st.floats(WINDOW * 1.01, 5.0))
def test_however_it_bounces_one_press_is_one_event(down: list[float], up: list[float], held: float) -> None:
    pressed = bounced(level=DOWN, at=1.0, gaps=down)
    released = bounced(level=UP, at=pressed[-1][1] + held, gaps=up)
    assert told(Debounce(UP, QUICK), pressed + released) == [True, False]


@given(LEVELS)
def test_a_level_that_stays_is_told_in_the_end(lasting: list[tuple[bool, float]]) -> None:
    times = list(itertools.accumulate((seconds for _, seconds in lasting), initial=0.0))
    levels = [*zip((level for level, _ in lasting), times, strict=False), (True, times[-1])]
    assert told(Debounce(UP, Settling(WINDOW, WINDOW)), levels)[-1] is True


@given(LEVELS)
def test_what_is_told_takes_turns(lasting: list[tuple[bool, float]]) -> None:
    times = itertools.accumulate(seconds for _, seconds in lasting)
    levels = [(level, at) for (level, _), at in zip(lasting, times, strict=True)] or [(False, 0.0)]
    heard = told(Debounce(UP, QUICK), levels)
    assert heard == [turn % 2 == 0 for turn in range(len(heard))]


@given(st.floats(0.0001, 2.0), st.integers(2, 400))
def test_a_contact_that_chatters_without_end_is_told_at_a_bounded_rate(period: float, times: int) -> None:
    debounce, settling = Debounce(UP, Settling(WINDOW, WINDOW)), Settling(WINDOW, WINDOW)
    heard = [at for turn in range(times) if debounce.feed(turn % 2 == 0, at := turn * period) is not None]
    for first, beyond in zip(heard, heard[settling.changes :], strict=False):
        assert beyond - first >= settling.within - 1e-9


def test_a_button_that_is_held_is_told_once() -> None:
    debounce = Debounce(UP, QUICK)
    debounce.feed(DOWN, 1.0)
    assert [debounce.feed(DOWN, at) for at in (1.029, 1.031, 2.0, 3600.0)] == [None, True, None, None]


def test_a_spike_is_nobody() -> None:
    debounce = Debounce(UP, QUICK)
    debounce.feed(DOWN, 1.0)
    debounce.feed(UP, 1.001)
    assert debounce.due == math.inf
    assert debounce.feed(UP, 9.0) is None


def test_a_press_at_which_nobody_looked_in_time_is_told_with_its_release() -> None:
    debounce = Debounce(UP, QUICK)
    debounce.feed(DOWN, 1.0)
    assert debounce.feed(UP, 1.2) is True


def test_a_clock_that_jumps_back_delays_nothing() -> None:
    debounce = Debounce(UP, QUICK)
    debounce.feed(DOWN, 100.0)
    debounce.feed(UP, 100.001)
    debounce.feed(DOWN, 50.0)
    assert debounce.due == 100.001 + WINDOW


def test_leaving_may_take_longer_than_coming() -> None:
    debounce = Debounce(UP, Settling(on=0.1, off=2.0))
    assert (debounce.feed(DOWN, 0.0), debounce.due) == (None, 0.1)
    assert (debounce.feed(UP, 1.0), debounce.due) == (True, 3.0)
