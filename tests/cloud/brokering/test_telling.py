"""A change always reaches the broker, though it forgets a signal that comes while it reloads."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.brokering.telling import AFTER, Telling

START = datetime(2026, 3, 21, tzinfo=UTC)
TURN = 0.25


class Forgetful:
    """A broker that reads all its files at the beginning of a reload, and hears nothing until it is over."""

    def __init__(self, takes: float) -> None:
        self._takes, self._until, self.has = takes, 0.0, 0

    def signal(self, at: float, files: int) -> None:
        if at >= self._until:
            self.has, self._until = files, at + self._takes


def _moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20), st.floats(0.0, 9.0))
def test_the_last_change_is_read_whenever_it_falls(gaps: list[int], takes: float) -> None:
    changes = {sum(gaps[: number + 1]): number + 1 for number in range(len(gaps))}
    telling, broker, files = Telling(), Forgetful(takes), 0
    last = max(changes)
    for turn in range(last + int((AFTER[-1].total_seconds() + takes) / TURN) + 2):
        at = turn * TURN
        if turn in changes:
            files = changes[turn]
            telling.changed(_moment(at))
        if telling.is_due(_moment(at)):
            broker.signal(at, files)
            telling.told(_moment(at))
    assert broker.has == len(gaps)


def test_after_one_change_the_broker_is_told_three_times_and_then_left_alone() -> None:
    telling, told = Telling(), []
    assert not telling.is_due(START)
    telling.changed(START)
    for second in range(60):
        if telling.is_due(_moment(second)):
            telling.told(_moment(second))
            told.append(second)
    assert told == [0, 2, 10]


def test_a_signal_that_could_not_be_sent_is_owed() -> None:
    telling = Telling()
    telling.changed(START)
    assert telling.is_due(_moment(1)) and telling.is_due(_moment(30))  # noqa: PT018 - one story


def test_a_clock_that_goes_back_delays_no_signal() -> None:
    telling = Telling()
    telling.changed(START)
    telling.told(START)
    assert telling.is_due(_moment(-3600))
    telling.told(_moment(-3600))
    assert telling.is_due(_moment(-3600))
    telling.told(_moment(-3600))
    assert not telling.is_due(_moment(3600))
