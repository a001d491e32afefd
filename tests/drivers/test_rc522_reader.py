"""The RC522 reader on the registers of a simulated chip, in the hand's time."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

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
from drivers.simulated import gpio
from drivers.simulated.cards import Card as SimulatedCard
from drivers.simulated.rc522 import Chip, open_spi, stand_in
from tests.drivers.conftest import Hand

FOUR = bytes.fromhex("0A3F91C2")
SEVEN = bytes.fromhex("04A3C6CAE26180")
SEVEN_ALIKE = bytes.fromhex("04A3C611223380")
TEN = bytes.fromhex("0401020304050607080A")
FOUR_LIKE_A_TAG = bytes.fromhex("880A3F91")
SEVEN_WITH_A_TAG = bytes.fromhex("04A3C688112233")
A_LOOK = 0.1


@pytest.fixture
def reader(chip: Chip, hand: Hand) -> Reader:
    return open_spi(chip, hand, hand.sleep)


def presented(uid: bytes) -> CardPresented:
    return CardPresented("rc522", Card("iso14443", uid))


def removed(uid: bytes) -> CardRemoved:
    return CardRemoved("rc522", Card("iso14443", uid))


def watched(reader: Reader, seconds: float = 1.0) -> Sequence[ReaderEvent]:
    """Everything that happens within some looks."""
    looks = round(seconds / A_LOOK)
    return [event for _ in range(looks) for event in reader.poll(A_LOOK)]


@pytest.mark.parametrize(
    "uid",
    [FOUR, SEVEN, TEN, FOUR_LIKE_A_TAG, SEVEN_WITH_A_TAG],
    ids=["4 bytes", "7 bytes", "10 bytes", "4 bytes that begin like a cascade tag", "a tag's byte inside"],
)
def test_a_card_is_presented_once_and_removed_once(chip: Chip, reader: Reader, uid: bytes) -> None:
    chip.put(SimulatedCard(uid))
    assert watched(reader) == [presented(uid)]
    chip.clear()
    assert watched(reader) == [removed(uid)]


def test_two_uids_with_the_same_beginning_are_two_cards(chip: Chip, reader: Reader) -> None:
    chip.put(SimulatedCard(SEVEN))
    assert watched(reader) == [presented(SEVEN)]
    chip.clear()
    chip.put(SimulatedCard(SEVEN_ALIKE))
    assert watched(reader) == [removed(SEVEN), presented(SEVEN_ALIKE)]


def test_a_look_at_an_empty_field_costs_at_most_twenty_transfers(chip: Chip, reader: Reader) -> None:
    reader.poll(0)
    before = chip.transfers
    assert reader.poll(A_LOOK) == ()
    assert 0 < chip.transfers - before <= 20


def test_an_empty_field_is_looked_into_ten_times_a_second(chip: Chip, hand: Hand, reader: Reader) -> None:
    reader.poll(0)
    before = chip.transfers
    reader.poll(A_LOOK)
    a_look = chip.transfers - before
    started = hand.now
    reader.poll(2.0)
    assert hand.now - started == pytest.approx(2.0, abs=0.01)
    assert (chip.transfers - before - a_look) / a_look <= 20


def test_two_missed_wake_ups_are_not_a_removal(chip: Chip, reader: Reader) -> None:
    card = SimulatedCard(FOUR)
    chip.put(card)
    watched(reader)
    chip.clear()
    assert watched(reader, 2 * A_LOOK) == []
    chip.put(card)
    assert watched(reader) == []


def test_two_cards_are_refused_once_and_neither_is_guessed(chip: Chip, reader: Reader) -> None:
    chip.put(SimulatedCard(SEVEN))
    chip.put(SimulatedCard(SEVEN_ALIKE))
    assert watched(reader) == [CardRefused("rc522", "two-cards")]
    chip.clear()
    assert watched(reader) == []
    chip.put(SimulatedCard(SEVEN))
    assert watched(reader) == [presented(SEVEN)]


def test_a_louder_card_does_not_hide_a_second_one(chip: Chip, reader: Reader) -> None:
    chip.put(SimulatedCard(FOUR, loud=True))
    chip.put(SimulatedCard(SEVEN))
    assert watched(reader) == [CardRefused("rc522", "two-cards")]


@pytest.mark.parametrize(
    "card",
    [SimulatedCard(FOUR, bad_bcc=True), SimulatedCard(SEVEN, bad_crc=True)],
    ids=["BCC", "CRC_A"],
)
def test_a_card_with_wrong_checksums_is_refused_once(chip: Chip, reader: Reader, card: SimulatedCard) -> None:
    chip.put(card)
    assert watched(reader) == [CardRefused("rc522", "unreadable")]


def test_a_chip_that_is_gone_is_a_lost_reader(chip: Chip, reader: Reader) -> None:
    watched(reader)
    chip.connected = False
    with pytest.raises(ReaderLost) as lost:
        watched(reader)
    assert lost.value.reason == "no-chip"


def test_a_chip_that_lost_its_settings_is_a_lost_reader(chip: Chip, reader: Reader) -> None:
    watched(reader)
    chip.power_cycle()
    with pytest.raises(ReaderLost) as lost:
        watched(reader)
    assert lost.value.reason == "reset"


@pytest.mark.parametrize("version", [0x00, 0xFF, 0x11])
def test_something_else_on_the_bus_is_no_reader(version: int) -> None:
    with pytest.raises(ReaderLost) as lost:
        open_spi(Chip(version=version))
    assert lost.value.reason == "no-chip"


def test_a_bus_that_breaks_is_a_lost_reader() -> None:
    class Broken(Chip):
        def xfer2(self, out: Sequence[int]) -> list[int]:
            raise OSError(5, "Input/output error", len(out))

    with pytest.raises(ReaderLost) as lost:
        open_spi(Broken())
    assert lost.value.reason == "no-device"


def test_closing_switches_the_field_off_and_leaves_every_pin_alone(chip: Chip, reader: Reader) -> None:
    gpio.setup(17, gpio.OUT)
    gpio.output(17, 1)
    reader.close()
    reader.close()
    assert gpio.levels[17] == 1
    assert gpio.levels[25] == 1
    chip.open(0, 0)
    assert chip.xfer([0x80 | 0x14 << 1, 0])[1] & 0x03 == 0


class Crowd(Hand):
    """A hand that does things at their times, also while a driver sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self._due: list[tuple[float, Callable[[], None]]] = []

    def at(self, when: float, action: Callable[[], None]) -> None:
        self._due.append((when, action))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            when, action = self._due.pop(0)
            self.now = max(self.now, when)
            action()
        self.now = until


@pytest.mark.parametrize("entry", range(0, 110, 3))
def test_a_card_is_seen_within_150_ms_of_entering_the_field(entry: int) -> None:
    crowd = Crowd()
    chip = Chip(clock=crowd)
    reader = open_spi(chip, chip.now, crowd.sleep)
    reader.poll(0)
    entered: list[float] = []

    def enter() -> None:
        chip.put(SEVEN)
        entered.append(chip.now())

    crowd.at(entry / 1000, enter)
    assert reader.poll(1.0) == [presented(SEVEN)]
    assert 0 < chip.now() - entered[0] <= 0.15


@pytest.mark.parametrize("start", range(0, 100, 9))
def test_ten_cards_in_ten_milliseconds_are_never_mixed_up(start: int) -> None:
    crowd = Crowd()
    chip = Chip(clock=crowd)
    reader = open_spi(chip, crowd, crowd.sleep)
    cards = [bytes([4, *[number] * 6]) for number in range(1, 11)]

    def swap(uid: bytes) -> None:
        chip.clear()
        chip.put(uid)

    for number, uid in enumerate(cards):
        crowd.at((start + number) / 1000, partial(swap, uid))
    events = watched(reader)
    assert events[-1] == presented(cards[-1])
    seen = [event.card for event in events if isinstance(event, CardPresented)]
    gone = [event.card for event in events if isinstance(event, CardRemoved)]
    assert {card.identity for card in seen} <= set(cards)
    assert gone == seen[:-1]


def test_ten_cards_at_once_are_too_many(chip: Chip, reader: Reader) -> None:
    for number in range(10):
        chip.put(bytes([4, *[number] * 6]))
    assert watched(reader) == [CardRefused("rc522", "two-cards")]


def test_a_card_left_lying_for_an_hour_is_presented_once(chip: Chip, hand: Hand, reader: Reader) -> None:
    chip.put(FOUR)
    assert reader.poll(1.0) == [presented(FOUR)]
    assert reader.poll(3600.0) == ()
    assert hand.now > 3600
    chip.clear()
    assert watched(reader) == [removed(FOUR)]


@pytest.fixture
def bare_pins() -> Iterator[None]:
    """Pins that nobody has claimed or numbered yet."""
    gpio.cleanup()
    yield
    gpio.cleanup()


@pytest.mark.usefixtures("bare_pins")
@pytest.mark.parametrize(("url", "pin"), [("rc522://spi0.0", 25), ("rc522://spi0.0?reset=22", 22)])
def test_only_the_reset_pin_is_driven_and_by_its_gpio_number(chip: Chip, url: str, pin: int) -> None:
    stand_in(chip)
    open_reader(url).close()
    assert gpio.levels == {pin: 1}
    assert gpio.getmode() == gpio.BCM


@pytest.mark.usefixtures("bare_pins")
def test_where_somebody_counts_the_headers_pins_no_pin_is_driven(chip: Chip) -> None:
    gpio.setmode(gpio.BOARD)
    with pytest.raises(ReaderLost) as lost:
        open_spi(chip)
    assert lost.value.reason == "pin-numbering"
    assert gpio.levels == {}


def test_a_bus_that_may_not_be_opened_is_told_from_one_that_is_not_there() -> None:
    class Forbidden(Chip):
        def open(self, bus: int, device: int) -> None:
            raise PermissionError(13, "Permission denied", f"/dev/spidev{bus}.{device}")

    with pytest.raises(ReaderLost) as lost:
        open_spi(Forbidden())
    assert lost.value.reason == "permission-denied"
