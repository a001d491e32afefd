"""The loop around a reader: up, down, unplugged and plugged in again."""

import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import SplitResult

import pytest

from drivers.reader import (
    FAMILIES,
    BadUrl,
    Card,
    CardPresented,
    CardRemoved,
    Reader,
    ReaderDown,
    ReaderEvent,
    ReaderLost,
    ReaderUp,
)
from drivers.reasons import LOST
from drivers.simulated.em4100 import Unit
from drivers.simulated.remote import Devices
from drivers.simulated.served import Served
from drivers.watch import STEADY, watch
from tests.drivers.conftest import Eventually, Hand, Told

Start = Callable[[str], None]

IDENTITY = bytes.fromhex("0a1b2c3d4e")
CARD = Card("em4100", IDENTITY)


@pytest.fixture
def start(told: Told) -> Iterator[Start]:
    """Watches a URL in a thread until the test ends."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def begin(url: str) -> None:
        threads.append(threading.Thread(target=watch, args=(url, told, stop)))
        threads[-1].start()

    yield begin
    stop.set()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def plug(tty: Path) -> Unit:
    unit = Unit()
    tty.unlink(missing_ok=True)
    tty.symlink_to(unit.path)
    return unit


def test_unplugged_with_a_card_on_it_and_plugged_in_again(
    tmp_path: Path, start: Start, told: Told, eventually: Eventually
) -> None:
    tty = tmp_path / "tty"
    unit = plug(tty)
    unit.lay(IDENTITY)
    start(f"em4100://{tty}")
    eventually(lambda: CardPresented("em4100", CARD) in told.events)
    unit.close()
    expected: list[ReaderEvent] = [
        ReaderUp("em4100"),
        CardPresented("em4100", CARD),
        CardRemoved("em4100", CARD),
        ReaderDown("em4100", "unplugged"),
    ]
    eventually(lambda: len(told.events) == len(expected))
    unit = plug(tty)
    eventually(lambda: told.events == [*expected, ReaderUp("em4100")])
    unit.close()


def test_a_reader_that_was_never_there_is_down_once_until_it_comes(
    tmp_path: Path, start: Start, told: Told, eventually: Eventually
) -> None:
    start(f"rc522+sim://{tmp_path}/rc522.sock")
    eventually(lambda: told.events == [ReaderDown("rc522", "no-device")])
    served = Served(tmp_path)
    eventually(lambda: told.events == [ReaderDown("rc522", "no-device"), ReaderUp("rc522")])
    served.close()
    eventually(lambda: told.events[2:] == [ReaderDown("rc522", "gone")])


def test_a_chip_in_another_process_and_a_tty_are_watched_side_by_side(
    served: Path, start: Start, told: Told, eventually: Eventually
) -> None:
    devices = Devices(served / "devices.sock")
    start(f"rc522+sim://{served}/rc522.sock")
    start(f"em4100://{served}/em4100")
    eventually(lambda: ReaderUp("rc522") in told.events and ReaderUp("em4100") in told.events)
    devices.lay("em4100", IDENTITY)
    devices.lay("rc522", b"abcdefg")
    uid = Card("iso14443", b"abcdefg")
    eventually(lambda: {CardPresented("em4100", CARD), CardPresented("rc522", uid)} <= set(told.events))
    devices.lift("em4100")
    devices.lift("rc522")
    eventually(lambda: {CardRemoved("em4100", CARD), CardRemoved("rc522", uid)} <= set(told.events))


def test_a_magstripe_reader_whose_plug_is_pulled_and_put_back_goes_on(
    served: Path, start: Start, told: Told, eventually: Eventually
) -> None:
    devices = Devices(served / "devices.sock")
    card = Card("magstripe", b"1234567")
    swiped: list[ReaderEvent] = [CardPresented("magstripe", card), CardRemoved("magstripe", card)]
    up, down = ReaderUp("magstripe"), ReaderDown("magstripe", "unplugged")
    start(f"magstripe://{served}/magstripe?digits=7")
    eventually(lambda: told.events == [up])
    devices.swipe("magstripe", "%C1234567?;1234567?")
    eventually(lambda: told.events == [up, *swiped])
    devices.unplug("magstripe")
    eventually(lambda: told.events == [up, *swiped, down])
    devices.plug("magstripe")
    eventually(lambda: told.events == [up, *swiped, down, up])
    devices.swipe("magstripe", ";1234567?")
    eventually(lambda: told.events == [up, *swiped, down, up, *swiped])


def test_a_wrong_url_is_told_at_once(told: Told) -> None:
    with pytest.raises(BadUrl):
        watch("rfid://x", told, threading.Event())
    with pytest.raises(BadUrl):
        watch("em4100://x", told, threading.Event())


def test_a_stopped_watch_tells_nothing_more(tmp_path: Path, told: Told) -> None:
    stop = threading.Event()
    stop.set()
    watch(f"em4100://{tmp_path}/tty", told, stop)
    assert told.events == []


def test_a_reader_of_another_family_is_the_wrong_device(tmp_path: Path, told: Told) -> None:
    unit = plug(tmp_path / "tty")
    unit.lay(IDENTITY)
    watch(f"magstripe://{tmp_path}/tty", told, Waits(1))
    assert told.events[-1:] == [ReaderDown("magstripe", "wrong-device")]
    unit.close()


class Waits(threading.Event):
    """A stop that keeps how long it was to be waited for, waits for nothing, and is set after some.

    Meanwhile, what a test wants to happen during a certain wait happens.
    """

    def __init__(self, most: int, meanwhile: dict[int, Callable[[], object]] | None = None) -> None:
        super().__init__()
        self.asked: list[float | None] = []
        self._most, self._meanwhile = most, meanwhile or {}

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        self._meanwhile.get(len(self.asked), bool)()
        if len(self.asked) == self._most:
            self.set()
        return self.is_set()


def test_a_missing_reader_is_told_once_and_tried_ever_more_rarely(tmp_path: Path, told: Told) -> None:
    stop = Waits(7)
    watch(f"em4100://{tmp_path}/tty", told, stop)
    assert told.events == [ReaderDown("em4100", "no-device")]
    assert stop.asked == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_a_reader_that_was_steady_is_missed_briefly_again(tmp_path: Path, told: Told, hand: Hand) -> None:
    tty = tmp_path / "tty"
    units: list[Unit] = []

    def come() -> None:
        units.append(plug(tty))
        units[0].lay(IDENTITY)

    def go(event: ReaderEvent) -> None:
        told(event)
        if isinstance(event, CardPresented):
            units[0].close()
            hand.sleep(STEADY)

    stop = Waits(5, {3: come})
    watch(f"em4100://{tty}", go, stop, hand)
    assert stop.asked == [0.5, 1.0, 2.0, 0.5, 1.0]
    assert told.events[-1] == ReaderDown("em4100", "unplugged")


class Frail:
    """A reader whose driver does what a test has it do; poll by poll."""

    name = "em4100"

    def __init__(self, *polls: Sequence[ReaderEvent] | Exception, on_close: Exception | None = None) -> None:
        self._polls, self._on_close = list(polls), on_close

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        assert timeout > 0
        happens = self._polls.pop(0)
        if isinstance(happens, Exception):
            raise happens
        return happens

    def close(self) -> None:
        if self._on_close is not None:
            raise self._on_close


Family = Callable[[Callable[[SplitResult], Reader]], str]
DIGITS = "6273530000000000"
FAULTS = [ValueError(DIGITS), KeyError(DIGITS), ZeroDivisionError(), OSError(5, DIGITS), RuntimeError(DIGITS)]


@pytest.fixture
def family() -> Iterator[Family]:
    """Makes a family of readers known, whose readers a test makes; gives a URL of it."""
    module = types.ModuleType("frail_family")

    def make(open_url: Callable[[SplitResult], Reader]) -> str:
        module.__dict__["open_url"] = open_url
        sys.modules["frail_family"] = module
        FAMILIES["frail"] = ("frail_family", "frail:")
        return "frail:"

    yield make
    FAMILIES.pop("frail", None)
    sys.modules.pop("frail_family", None)


def test_a_reader_on_a_loose_wire_is_tried_ever_more_rarely(family: Family, told: Told, hand: Hand) -> None:
    stop = Waits(7)
    watch(family(lambda _: Frail([], ReaderLost("reset"))), told, stop, hand)
    assert stop.asked == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert told.events == 7 * [ReaderUp("frail"), ReaderDown("frail", "reset")]


def test_a_reader_that_opens_and_never_works_is_never_up(family: Family, told: Told) -> None:
    watch(family(lambda _: Frail(ReaderLost("silent"))), told, Waits(3))
    assert told.events == [ReaderDown("frail", "silent")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_an_error_that_no_driver_may_raise_is_a_fault_and_the_reader_comes_back(
    family: Family, told: Told, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    readers = [Frail([CardPresented("frail", CARD)], fault), Frail([], ReaderLost("unplugged"))]
    watch(family(lambda _: readers.pop(0)), told, Waits(2))
    assert told.events == [
        ReaderUp("frail"),
        CardPresented("frail", CARD),
        CardRemoved("frail", CARD),
        ReaderDown("frail", "fault"),
        ReaderUp("frail"),
        ReaderDown("frail", "unplugged"),
    ]
    assert type(fault).__name__ in caplog.text
    assert DIGITS not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("reason", sorted(LOST))
def test_whatever_hinders_opening_is_told_once_with_its_reason(
    family: Family, told: Told, reason: str
) -> None:
    def opened(_url: SplitResult) -> Reader:
        raise ReaderLost(reason)

    stop = Waits(3)
    watch(family(opened), told, stop)
    assert told.events == [ReaderDown("frail", reason)]
    assert stop.asked == [0.5, 1.0, 2.0]


def test_a_fault_in_opening_is_told_once_and_tried_again(family: Family, told: Told) -> None:
    def opened(_url: SplitResult) -> Reader:
        raise UnicodeError(DIGITS)

    stop = Waits(3)
    watch(family(opened), told, stop)
    assert told.events == [ReaderDown("frail", "fault")]
    assert stop.asked == [0.5, 1.0, 2.0]


def test_a_fault_in_closing_does_not_hide_why_the_reader_was_lost(family: Family, told: Told) -> None:
    reader = Frail(ReaderLost("unplugged"), on_close=ValueError(DIGITS))
    watch(family(lambda _: reader), told, Waits(1))
    assert told.events == [ReaderDown("frail", "unplugged")]


def test_an_error_of_the_listener_is_not_the_readers(family: Family) -> None:
    def deliver(event: ReaderEvent) -> None:
        if isinstance(event, ReaderUp):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch(family(lambda _: Frail([])), deliver, Waits(1))


def test_another_device_at_the_address_is_told(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").touch()
    watch(f"em4100://{tmp_path}/file", told, Waits(1))
    assert told.events in ([ReaderDown("em4100", "no-device")], [ReaderDown("em4100", "wrong-device")])
