"""The serial reader on a real tty, whose other end is a simulated unit."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.reader import (
    BadUrl,
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderLost,
    open_reader,
)
from drivers.simulated.em4100 import Unit
from tests.drivers.conftest import poll_until

IDENTITY, OTHER = bytes.fromhex("0a1b2c3d4e"), bytes.fromhex("0000000001")
CARD, OTHER_CARD = Card("em4100", IDENTITY), Card("em4100", OTHER)


@pytest.fixture
def reader(unit: Unit) -> Iterator[Reader]:
    opened = open_reader(f"em4100://{unit.path}?absent=1")
    yield opened
    opened.close()


def test_a_card_that_is_laid_and_lifted_is_presented_and_removed_once(unit: Unit, reader: Reader) -> None:
    unit.lay(IDENTITY)
    assert poll_until(reader, bool) == [CardPresented("em4100", CARD)]
    assert reader.poll(0.4) == []
    unit.lift()
    assert poll_until(reader, bool) == [CardRemoved("em4100", CARD)]


def test_a_card_is_gone_after_as_long_as_the_url_says(unit: Unit) -> None:
    reader = open_reader(f"em4100://{unit.path}?absent=0.9")
    sent = unit.lay(IDENTITY).result()
    unit.lift()
    assert poll_until(reader, lambda told: len(told) == 2)[1:] == [CardRemoved("em4100", CARD)]
    assert time.monotonic() - sent >= 0.9
    reader.close()


@pytest.mark.parametrize("query", ["absent=0.09", "absent=10", "absent=soon", "absent=1&absent=2", "baud=1"])
def test_another_query_is_a_bad_url(unit: Unit, query: str) -> None:
    with pytest.raises(BadUrl, match="absent"):
        open_reader(f"em4100://{unit.path}?{query}")


def test_the_unit_is_as_slow_as_its_line(unit: Unit, reader: Reader) -> None:
    laid = time.monotonic()
    assert unit.lay(IDENTITY).result() - laid > 0.0145
    assert poll_until(reader, bool) == [CardPresented("em4100", CARD)]


def test_another_card_is_told_apart(unit: Unit, reader: Reader) -> None:
    unit.lay(IDENTITY)
    poll_until(reader, bool)
    unit.lay(OTHER)
    assert poll_until(reader, bool) == [CardRemoved("em4100", CARD), CardPresented("em4100", OTHER_CARD)]


def test_noise_and_half_a_frame_do_not_hide_a_card(unit: Unit, reader: Reader) -> None:
    unit.send(b"\x00\xff\x020A1B\x80").result()
    unit.lay(IDENTITY)
    assert poll_until(reader, bool) == [CardPresented("em4100", CARD)]


def test_a_card_that_cannot_be_read_is_refused_once(unit: Unit, reader: Reader) -> None:
    unit.lay(IDENTITY, wrong_checksum=True)
    assert poll_until(reader, bool) == [CardRefused("em4100", "unreadable")]
    assert reader.poll(0.3) == []


def test_unplugging_while_it_is_read_loses_the_reader(unit: Unit, reader: Reader) -> None:
    unit.close()
    with pytest.raises(ReaderLost) as lost:
        poll_until(reader, bool)
    assert lost.value.reason == "unplugged"


def test_a_tty_that_is_not_there_is_a_lost_reader(tmp_path: Path) -> None:
    with pytest.raises(ReaderLost) as lost:
        open_reader(f"em4100://{tmp_path}/ttyUSB0")
    assert lost.value.reason == "no-device"


def test_a_file_that_is_no_tty_is_a_lost_reader(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReaderLost):
        open_reader(f"em4100://{tmp_path}/file")


def test_a_closed_reader_may_be_closed_again(unit: Unit) -> None:
    reader = open_reader(f"em4100://{unit.path}")
    reader.close()
    reader.close()


def test_a_line_that_nobody_reads_loses_what_was_sent(unit: Unit) -> None:
    for _ in range(8):
        unit.send(b"\xff" * 350).result()
    tty = os.open(unit.path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        assert len(os.read(tty, 4096)) < 8 * 350
    finally:
        os.close(tty)


def test_what_was_sent_before_a_reader_was_opened_is_not_read(unit: Unit) -> None:
    unit.send(b"\x020A1B2C3D4E4E\x03").result()
    reader = open_reader(f"em4100://{unit.path}")
    try:
        assert reader.poll(0.1) == []
    finally:
        reader.close()
