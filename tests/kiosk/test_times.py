"""Times of rows written before the clock was set: corrected, bounded, or honestly unsynced."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import ClockWatch, Stamp
from kiosk.streams import Row
from kiosk.times import Sure, dated
from kiosk.upstream import PATIENCE
from mqtt.envelope import START, Clock
from mqtt.events import CardRefused
from mqtt.vocabulary import Epoch, Sequence
from tests.kiosk.conftest import NOON, ToldClock
from tests.kiosk.world import World

TRUE = NOON.timestamp()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def row(number: int, boot: str, monotonic: float, wall: float, *, synced: bool) -> Row:
    clock: Clock = "synced" if synced else "unsynced"
    return Row(
        Epoch("e" * 16), Sequence(number), START, "t", b"{}", boot, round(monotonic * 1e9), wall, clock
    )


def test_a_boot_that_saw_the_time_later_has_its_earlier_rows_corrected() -> None:
    rows = [row(1, "b", 10, 0, synced=False), row(2, "b", 70, TRUE, synced=True)]
    first, second = dated(rows, {"b": Sure(TRUE, 70 * 10**9)}, None, None)
    assert (first.wall, first.clock) == (TRUE - 60, "corrected")
    assert (second.wall, second.clock) == (TRUE, "synced")


def test_a_boot_that_never_saw_it_is_bounded_by_the_sure_times_around_it() -> None:
    rows = [
        row(1, "a", 5, TRUE, synced=True),
        row(2, "b", 5, 77.0, synced=False),
        row(3, "b", 9, TRUE + 9e9, synced=False),
        row(4, "c", 5, TRUE + 50, synced=True),
    ]
    assert [(each.wall, each.clock) for each in dated(rows, {}, None, None)] == [
        (TRUE, "synced"),
        (TRUE, "bounded"),
        (TRUE + 50, "bounded"),
        (TRUE + 50, "synced"),
    ]


def test_without_a_sure_time_after_it_a_row_is_unsynced() -> None:
    (only,) = dated([row(1, "b", 5, 77.0, synced=False)], {}, TRUE, None)
    assert (only.wall, only.clock) == (77.0, "unsynced")


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1e12, 1e12), st.booleans())),
    st.sets(st.sampled_from("abc")),
)
def test_no_row_is_called_synced_that_was_not_and_every_time_can_be_sent(
    given_rows: list[tuple[str, float, bool]], known: set[str]
) -> None:
    rows = [row(n, boot, n, wall, synced=sync) for n, (boot, wall, sync) in enumerate(given_rows, 1)]
    found = dated(rows, {boot: Sure(TRUE, 0) for boot in known}, None, TRUE)
    assert [each.clock == "synced" for each in found] == [sync for _, _, sync in given_rows]
    assert all(1970 <= datetime.fromtimestamp(each.wall, UTC).year < 3000 for each in found)


def test_three_days_offline_over_two_boots_with_a_wrong_clock(world: World) -> None:
    for boot, wall in (("first", 100.0), ("second", 5000.0)):
        for part in range(50):
            stamp = Stamp(wall + part, part * 10**9, boot, synced=False)
            world.journal.append([(CardRefused(f"{boot}-{part}-{n}"), stamp) for n in range(100)])
    world.replica.add_boot(Stamp(TRUE, 60 * 10**9, "second", synced=True))
    world.clock.wall = TRUE
    world.settle()
    found = world.collector.envelopes()
    assert len(found) == 10_000
    assert [each.clock for each in found] == ["bounded"] * 5000 + ["corrected"] * 5000
    assert {each.time.timestamp() for each in found[:5000]} == {100.0 + part for part in range(50)}
    assert found[5000].time.timestamp() == TRUE - 60


def test_rows_of_an_unset_clock_wait_for_it_but_not_for_ever(world: World) -> None:
    world.clock.synced = False
    world.record(3)
    world.talk(4)
    assert world.in_cloud() == {}
    world.wait(PATIENCE)
    world.talk(2)
    assert {each.clock for each in world.collector.envelopes()} == {"unsynced"}


def test_a_step_of_the_clock_is_noted_once_and_a_drift_is_not() -> None:
    clock = ToldClock()
    steps: list[float] = []
    sure: list[Stamp] = []
    watch = ClockWatch(clock, sure.append, steps.append)
    for wall in (0.0, 0.9, 0.9, -3600.0, 0.0):
        clock.wall += wall
        clock.forward(1)
        watch.turn()
    assert steps == [-3600.0]
    assert len(sure) == 1
