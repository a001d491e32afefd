"""The magstripe reader on a real tty, whose other end is a simulated unit."""

import time
from collections.abc import Iterator

import pytest

from drivers.reader import (
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderEvent,
    ReaderLost,
    open_reader,
)
from drivers.simulated.line import Line
from drivers.simulated.magstripe import Unit
from tests.drivers.conftest import poll_until

PAYMENT = "%B6037991234567890^A/B^0505?;6037991234567890=0505?"


@pytest.fixture
def slot() -> Iterator[Unit]:
    plugged = Unit()
    yield plugged
    plugged.close()


@pytest.fixture
def reader(slot: Unit) -> Iterator[Reader]:
    opened = open_reader(f"magstripe://{slot.path}?baud=9600&digits=7")
    yield opened
    opened.close()


def comes_and_goes(number: str) -> list[ReaderEvent]:
    card = Card("magstripe", number.encode())
    return [CardPresented("magstripe", card), CardRemoved("magstripe", card)]


@pytest.mark.parametrize("tracks", [";1234567?", "%C1234567?;1234567?", "%E?;1234567?"])
def test_a_card_of_the_clubs_is_presented_and_removed(tracks: str, slot: Unit, reader: Reader) -> None:
    slot.swipe(tracks)
    assert poll_until(reader, bool) == comes_and_goes("1234567")
    assert reader.poll(0.1) == []


def test_a_swipe_is_as_slow_as_its_line(slot: Unit) -> None:
    began = time.monotonic()
    assert slot.swipe("%C1234567?;1234567?").result() - began > 0.02


def test_a_payment_card_is_refused_and_no_digit_of_it_is_told(slot: Unit, reader: Reader) -> None:
    slot.swipe(PAYMENT)
    assert poll_until(reader, bool) == [CardRefused("magstripe", "payment-card")]


@pytest.mark.parametrize(("checked", "end"), [(True, "\r"), (True, ""), (False, ""), (False, "\r\n")])
def test_units_differ_in_checks_and_line_ends(end: str, *, checked: bool) -> None:
    slot = Unit(checked=checked, end=end)
    reader = open_reader(f"magstripe://{slot.path}")
    slot.swipe("%C1234567?;1234567?")
    assert poll_until(reader, bool) == comes_and_goes("1234567")
    reader.close()
    slot.close()


def test_ten_cards_in_quick_succession_are_ten_cards_in_order(slot: Unit, reader: Reader) -> None:
    numbers = [f"100000{place}" for place in range(10)]
    for number in numbers:
        slot.swipe(f";{number}?")
    events = poll_until(reader, lambda events: len(events) >= 20)
    assert events == [event for number in numbers for event in comes_and_goes(number)]


def test_garbage_and_half_a_swipe_do_not_hide_a_card(slot: Unit, reader: Reader) -> None:
    slot.send(b"\x00\xff1234?\r;123")
    slot.swipe(";1234567?")
    events = poll_until(reader, lambda events: len(events) >= 3)
    assert events == [CardRefused("magstripe", "unreadable"), *comes_and_goes("1234567")]


def test_a_wrong_check_is_unreadable(slot: Unit, reader: Reader) -> None:
    slot.send(b";1234567?0\r")
    assert poll_until(reader, bool) == [CardRefused("magstripe", "unreadable")]


def test_unplugging_inside_a_swipe_loses_the_reader_and_what_it_had_heard(slot: Unit, reader: Reader) -> None:
    slot.send(b";1234567").result()
    assert reader.poll(0.05) == []
    slot.unplug()
    with pytest.raises(ReaderLost) as lost:
        poll_until(reader, bool)
    assert lost.value.reason == "unplugged"
    assert lost.value.__cause__ is None
    slot.plug()
    again = open_reader(f"magstripe://{slot.path}")
    slot.send(b"?\r").result()
    assert again.poll(0.5) == []
    again.close()


def test_unplugging_in_the_middle_of_a_burst_stops_it(slot: Unit, reader: Reader) -> None:
    swiped = slot.swipe("%C" + "1" * 70 + "?")
    slot.unplug()
    assert swiped.cancelled()
    with pytest.raises(ReaderLost):
        poll_until(reader, bool)


def test_a_reader_that_was_plugged_in_again_reads_cards(slot: Unit) -> None:
    slot.unplug()
    slot.plug()
    reader = open_reader(f"magstripe://{slot.path}")
    slot.swipe(";1234567?")
    assert poll_until(reader, bool) == comes_and_goes("1234567")
    reader.close()


def test_a_traceback_of_a_lost_reader_shows_no_digit(slot: Unit, reader: Reader) -> None:
    slot.send(b";7654321").result()
    reader.poll(0.05)
    slot.unplug()
    with pytest.raises(ReaderLost) as lost:
        poll_until(reader, bool)
    frames = [entry.frame.f_locals for entry in lost.traceback]
    assert not any("7654321" in repr(value) for seen in frames for value in seen.values())


def test_nobody_reads_a_line_that_was_unplugged() -> None:
    line = Line("line")
    line.unplug()
    assert line.send(b"x").cancelled()
    assert line.rest(b"x", 0.1).cancelled()
    with pytest.raises(FileNotFoundError):
        _ = line.path
    line.close()
    line.plug()
    with pytest.raises(FileNotFoundError):
        _ = line.path
