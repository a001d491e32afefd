"""The simulated chip as a stranger's test uses it: cards in its field, a SpiDev for a driver."""

import pytest

from drivers.reader import Card, CardPresented, CardRemoved
from drivers.simulated.cards import Card as SimulatedCard
from drivers.simulated.rc522 import Chip, open_spi
from tests.drivers.conftest import Hand

UID = bytes.fromhex("04A3C6CAE26180")
CARD = Card("iso14443", UID)
VERSION = [0x80 | 0x37 << 1, 0]


def test_a_chip_with_a_uid_in_its_field_is_all_that_a_driver_needs() -> None:
    reader = open_spi(Chip(cards=[UID]))
    assert reader.poll(0) == [CardPresented("rc522", CARD)]
    reader.close()


def test_it_is_a_spidev() -> None:
    chip = Chip()
    chip.open(bus=0, device=0)
    chip.max_speed_hz, chip.mode = 500_000, 0
    assert chip.xfer2(VERSION) == chip.xfer(VERSION) == [0, 0x92]
    assert chip.transfers == 2
    chip.close()
    chip.close()
    with pytest.raises(OSError, match="closed"):
        chip.xfer2(VERSION)
    chip.open(1, 1)
    assert chip.xfer2(VERSION) == [0, 0x92]


@pytest.mark.parametrize("card", [UID, SimulatedCard(UID)], ids=["a UID", "a card"])
def test_cards_are_put_and_cleared(hand: Hand, card: bytes | SimulatedCard) -> None:
    chip = Chip(clock=hand)
    reader = open_spi(chip, hand, hand.sleep)
    assert reader.poll(1.0) == ()
    chip.put(card)
    assert reader.poll(1.0) == [CardPresented("rc522", CARD)]
    chip.clear()
    assert reader.poll(1.0) == [CardRemoved("rc522", CARD)]


@pytest.mark.parametrize("length", [0, 3, 5, 11])
def test_a_uid_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="4, 7 or 10"):
        Chip(cards=[bytes(length)])


def test_its_time_is_the_bus_and_the_clock(hand: Hand) -> None:
    chip = Chip(clock=hand)
    chip.xfer2(VERSION)
    hand.sleep(1.0)
    assert chip.now() == pytest.approx(1.000016)


def test_several_chips_in_a_process_are_several_readers() -> None:
    first, second = open_spi(Chip(cards=[UID])), open_spi(Chip())
    assert second.poll(0) == ()
    assert first.poll(0) == [CardPresented("rc522", CARD)]
