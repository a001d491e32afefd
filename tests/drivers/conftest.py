"""Time in the hand of a test, patience with a deadline, and readers whose devices are simulated."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.reader import Reader, ReaderEvent
from drivers.simulated.chip import Chip as SimulatedChip
from drivers.simulated.em4100 import Unit
from drivers.simulated.served import Served

Eventually = Callable[[Callable[[], bool]], None]

PATIENCE = 20.0
"""Seconds that a test waits at most for what takes up to four."""


def poll_until(reader: Reader, enough: Callable[[list[ReaderEvent]], bool]) -> list[ReaderEvent]:
    """What the reader has told once it is enough."""
    events: list[ReaderEvent] = []
    deadline = time.monotonic() + PATIENCE
    while not enough(events):
        assert time.monotonic() < deadline, events
        events += reader.poll(0.1)
    return events


class Hand:
    """A clock that only moves when somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Told:
    """Keeps what was delivered to it, from whatever thread."""

    def __init__(self) -> None:
        self.events: list[ReaderEvent] = []

    def __call__(self, event: ReaderEvent) -> None:
        self.events.append(event)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def eventually() -> Eventually:
    def wait(predicate: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not predicate():
            assert time.monotonic() < deadline, "it did not come true"
            time.sleep(0.002)

    return wait


@pytest.fixture
def unit() -> Iterator[Unit]:
    plugged = Unit()
    yield plugged
    plugged.close()


@pytest.fixture
def chip(hand: Hand) -> SimulatedChip:
    """A chip whose time is the hand's."""
    return SimulatedChip(clock=hand)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Path]:
    """The folder in which both devices are served."""
    devices = Served(tmp_path)
    yield tmp_path
    devices.close()
