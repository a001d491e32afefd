"""The unmodified `mfrc522` 0.0.7 on the simulated chip: it reads, so the chip is honest; and where it fails.

Each failure stands beside what our reader does on the same chip.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.reader import Card, CardPresented, Reader
from drivers.simulated import gpio
from drivers.simulated.rc522 import Chip, open_spi, stand_in
from tests.drivers.conftest import Hand

FOUR = bytes.fromhex("0A3F91C2")
SEVEN, SEVEN_ALIKE = bytes.fromhex("04A3C6CAE26180"), bytes.fromhex("04A3C611223380")


@pytest.fixture(autouse=True)
def bare_pins() -> Iterator[None]:
    """Pins that nobody has claimed or numbered yet."""
    gpio.cleanup()
    yield
    gpio.cleanup()


@pytest.fixture
def chip(hand: Hand) -> Chip:
    return Chip(clock=hand)


def library(chip: Chip) -> Any:  # noqa: ANN401 - it has no types
    stand_in(chip)
    from mfrc522 import MFRC522  # noqa: PLC0415 - importable only now

    return MFRC522(pin_mode=gpio.BCM, pin_rst=25)


def simple(chip: Chip) -> Any:  # noqa: ANN401 - likewise
    stand_in(chip)
    from mfrc522 import SimpleMFRC522  # noqa: PLC0415 - likewise

    return SimpleMFRC522()


def ours(chip: Chip, hand: Hand) -> Reader:
    gpio.cleanup()  # the simple reader counts pins by the header
    return open_spi(chip, hand, hand.sleep)


def number(uid: bytes) -> int:
    """What the library makes of four bytes: a number, their check byte behind them."""
    first, second, third, fourth = uid
    return int.from_bytes(bytes([*uid, first ^ second ^ third ^ fourth]))


def test_it_reads_a_card_of_four_bytes(chip: Chip) -> None:
    chip.put(FOUR)
    reader = library(chip)
    assert reader.MFRC522_Request(reader.PICC_REQIDL) == (reader.MI_OK, 16)
    status, answer = reader.MFRC522_Anticoll()
    assert status == reader.MI_OK
    assert bytes(answer[:4]) == FOUR
    assert reader.MFRC522_SelectTag(answer) == 0x08


def test_its_simple_reader_reads_it_too(chip: Chip) -> None:
    chip.put(FOUR)
    assert simple(chip).read_id() == number(FOUR)


def test_an_empty_field_costs_it_two_thousand_transfers(chip: Chip, hand: Hand) -> None:
    theirs = simple(chip)
    before = chip.transfers
    assert theirs.read_id_no_block() is None
    assert chip.transfers - before == 2013
    reader = ours(chip, hand)
    before = chip.transfers
    assert reader.poll(0) == ()
    assert chip.transfers - before <= 20


def test_it_takes_two_cards_of_seven_bytes_for_one(hand: Hand) -> None:
    first, second = Chip([SEVEN], clock=hand), Chip([SEVEN_ALIKE], clock=hand)
    assert simple(first).read_id() == simple(second).read_id() == number(b"\x88\x04\xa3\xc6")
    for chip, uid in ((first, SEVEN), (second, SEVEN_ALIKE)):
        assert ours(chip, hand).poll(1.0) == [CardPresented("rc522", Card("iso14443", uid))]


def test_it_loses_a_card_that_rests_every_other_time(chip: Chip, hand: Hand) -> None:
    chip.put(FOUR)
    theirs = simple(chip)
    assert [theirs.read_id_no_block() for _ in range(6)] == [number(FOUR), None] * 3
    reader = ours(chip, hand)
    assert reader.poll(1.0) == [CardPresented("rc522", Card("iso14443", FOUR))]
    assert reader.poll(60.0) == ()


def test_it_drives_a_pin_of_the_serial_port_where_gpios_are_counted(chip: Chip) -> None:
    gpio.setmode(gpio.BCM)
    simple(chip)
    assert gpio.levels == {15: 1}
    gpio.cleanup()
    open_spi(chip)
    assert gpio.levels == {25: 1}


@pytest.mark.parametrize(("whose", "left"), [("theirs", {}), ("ours", {25: 1, 17: 1})])
def test_its_close_takes_every_pin_of_the_process(chip: Chip, whose: str, left: dict[int, int]) -> None:
    close = library(chip).Close_MFRC522 if whose == "theirs" else open_spi(chip).close
    gpio.setup(17, gpio.OUT)
    gpio.output(17, 1)
    close()
    assert gpio.levels == left
