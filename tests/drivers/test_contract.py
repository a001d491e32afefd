"""What every reader does, whatever its wire: each test is one row of the table in docs/readers.md."""

import re
import threading
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from drivers.reader import (
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderDown,
    ReaderEvent,
    ReaderLost,
    ReaderUp,
    open_reader,
    reader_name,
)
from drivers.reasons import LOST, REFUSED
from drivers.watch import watch
from tests.drivers.benches import BENCHES, Bench
from tests.drivers.conftest import PATIENCE, Eventually, Told

QUIET = 0.5
"""Seconds in which what could happen again would have happened."""
TRIES = 3
"""Of what is to be over in time: a busy machine may be late once or twice."""


@pytest.fixture(params=BENCHES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(name: str, tmp_path: Path) -> Iterator[Bench]:
    made = BENCHES[name](tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(bench: Bench) -> Iterator[Reader]:
    opened = open_reader(bench.url)
    yield opened
    opened.close()


def came(name: str, bench: Bench, card: Card) -> list[ReaderEvent]:
    """What is told of a card that comes."""
    presented = CardPresented(name, card)
    return [presented, CardRemoved(name, card)] if bench.swipes else [presented]


def went(name: str, bench: Bench, card: Card) -> list[ReaderEvent]:
    """What is told of it when it is taken away."""
    return [] if bench.swipes else [CardRemoved(name, card)]


def told_by(reader: Reader, least: int = 0) -> list[ReaderEvent]:
    """What is told until so many events have come, and then in a while of quiet."""
    events: list[ReaderEvent] = []
    deadline = time.monotonic() + PATIENCE
    while len(events) < least:
        assert time.monotonic() < deadline, events
        events += reader.poll(0.05)
    quiet = time.monotonic() + QUIET
    while (left := quiet - time.monotonic()) > 0:
        events += reader.poll(left)
    return events


def lost(reader: Reader) -> str:
    """Why a reader is lost that is polled until it is."""
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            reader.poll(0.05)
    except ReaderLost as error:
        return error.reason
    pytest.fail("it was not lost")


def test_a_card_is_presented_once(name: str, bench: Bench, reader: Reader) -> None:
    bench.present(bench.one)
    assert told_by(reader, 1) == came(name, bench, bench.one)


def test_a_card_that_is_taken_away_is_removed_once(name: str, bench: Bench, reader: Reader) -> None:
    bench.present(bench.one)
    told_by(reader, 1)
    bench.take_away()
    gone = went(name, bench, bench.one)
    assert told_by(reader, len(gone)) == gone


def test_a_card_that_comes_back_is_presented_again(name: str, bench: Bench, reader: Reader) -> None:
    for _ in range(2):
        bench.present(bench.one)
        assert told_by(reader, 1) == came(name, bench, bench.one)
        bench.take_away()
        told_by(reader, len(went(name, bench, bench.one)))


def test_another_card_is_told_apart(name: str, bench: Bench, reader: Reader) -> None:
    bench.present(bench.one)
    told_by(reader, 1)
    bench.take_away()
    bench.present(bench.other)
    expected = [*went(name, bench, bench.one), *came(name, bench, bench.other)]
    assert told_by(reader, len(expected)) == expected


def test_a_bad_card_is_refused_once_and_without_a_digit(name: str, bench: Bench, reader: Reader) -> None:
    bench.present_bad()
    (event,) = told_by(reader, 1)
    assert isinstance(event, CardRefused)
    assert (event.reader, event.reason in REFUSED) == (name, True)
    assert not re.search(r"\d", event.reason)


def test_garbage_raises_nothing_and_hides_no_card_after_it(name: str, bench: Bench, reader: Reader) -> None:
    bench.garbage()
    assert {type(event) for event in told_by(reader)} <= {CardRefused}
    bench.take_away()
    bench.present(bench.one)
    expected = came(name, bench, bench.one)
    assert [event for event in told_by(reader, 1) if not isinstance(event, CardRefused)] == expected


@pytest.mark.parametrize("timeout", [0.0, 0.05, 0.3])
def test_quiet_gives_nothing_and_ends_in_time(reader: Reader, timeout: float) -> None:
    reader.poll(0)
    took = []
    for _ in range(TRIES):
        began = time.monotonic()
        assert list(reader.poll(timeout)) == []
        took.append(time.monotonic() - began)
    assert timeout * 0.9 <= min(took) < timeout + 0.5


def test_an_unplugged_reader_is_lost_for_a_known_reason(bench: Bench, reader: Reader) -> None:
    bench.present(bench.one)
    told_by(reader, 1)
    bench.unplug()
    assert lost(reader) in LOST


def test_a_reader_that_is_not_there_is_lost_for_a_known_reason(bench: Bench) -> None:
    bench.unplug()
    with pytest.raises(ReaderLost) as caught:
        open_reader(bench.url)
    assert caught.value.reason in LOST


def test_a_reader_that_is_plugged_in_again_is_opened_again(name: str, bench: Bench, reader: Reader) -> None:
    bench.unplug()
    lost(reader)
    reader.close()
    bench.replug()
    again = open_reader(bench.url)
    bench.present(bench.one)
    assert told_by(again, 1) == came(name, bench, bench.one)
    again.close()


def test_a_reader_may_be_closed_twice_also_unplugged(bench: Bench, reader: Reader) -> None:
    reader.close()
    reader.close()
    second = open_reader(bench.url)
    bench.unplug()
    second.close()
    second.close()


def test_a_name_is_short_and_known_before_opening(name: str, bench: Bench, reader: Reader) -> None:
    assert reader.name == name == reader_name(bench.url)
    assert re.fullmatch(r"[a-z][a-z0-9]{1,11}", name)


def test_no_repr_carries_a_digit_of_a_card(bench: Bench, reader: Reader) -> None:
    bench.present(bench.one)
    shown = repr([reader, *told_by(reader, 1)]).lower()
    identity = bench.one.identity
    for digits in (identity.hex(), repr(identity), identity.decode("latin-1"), str(int.from_bytes(identity))):
        assert digits.lower() not in shown


def test_a_card_is_presented_in_time(bench: Bench, reader: Reader) -> None:
    took = []
    for card in islice(cycle((bench.one, bench.other)), TRIES):
        reader.poll(0)
        complete = bench.present(card)
        events: list[ReaderEvent] = []
        while not any(isinstance(event, CardPresented) for event in events):
            assert time.monotonic() < complete + PATIENCE
            events += reader.poll(0.05)
        took.append(time.monotonic() - complete)
        bench.take_away()
        told_by(reader)
    assert min(took) <= bench.within


def test_a_watched_reader_is_down_once_and_up_again(
    name: str, bench: Bench, told: Told, eventually: Eventually
) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(bench.url, told, stop))
    thread.start()
    eventually(lambda: told.events == [ReaderUp(name)])
    bench.unplug()
    eventually(lambda: len(told.events) == 2)
    bench.replug()
    eventually(lambda: len(told.events) == 3)
    stop.set()
    thread.join(PATIENCE)
    _, down, up = told.events
    assert isinstance(down, ReaderDown)
    assert (down.reader, down.reason in LOST, up) == (name, True, ReaderUp(name))
