"""What was drawn through the slot: the club's card, another, or nothing that can be read."""

import gc
from collections.abc import Sequence

import pytest

from drivers.magstripe import Slot
from drivers.memory import wipe
from drivers.payment import DEFAULT_SCHEMA, Schema
from drivers.reader import Card, CardPresented, CardRefused, CardRemoved, ReaderEvent, ReaderLost
from drivers.simulated.em4100 import frame
from drivers.simulated.magstripe import sent

CARD = Card("magstripe", b"1234567")
COMES_AND_GOES = [CardPresented("magstripe", CARD), CardRemoved("magstripe", CARD)]
UNREADABLE = CardRefused("magstripe", "unreadable")


def heard(slot: Slot, data: bytes, now: float = 0.0) -> Sequence[ReaderEvent]:
    """What these bytes and the silence behind them mean."""
    return [*slot.hear(bytearray(data), now), *slot.hear(bytearray(), now + 0.4)]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("tracks", [";1234567?", "%C1234567?", "%C1234567?;1234567?", "%E?;1234567?"])
def test_a_card_of_the_clubs_comes_and_goes_at_once(tracks: str, *, checked: bool) -> None:
    assert heard(Slot(DEFAULT_SCHEMA), sent(tracks, checked=checked)) == COMES_AND_GOES


@pytest.mark.parametrize(
    ("tracks", "reason"),
    [
        ("%B6037991234567890^A/B^0505?;6037991234567890=0505?", "payment-card"),
        ("%C1234567?;6037991234567890=0505?", "payment-card"),
        (";12345?", "not-ours"),
        ("%E?;E?", "unreadable"),
    ],
)
def test_every_other_card_is_refused_with_a_reason(tracks: str, reason: str) -> None:
    assert heard(Slot(DEFAULT_SCHEMA), sent(tracks)) == [CardRefused("magstripe", reason)]


def test_tracks_that_come_a_line_each_are_judged_together() -> None:
    lines = sent("%C1234567?") + sent(";6037991234567890=0505?")
    assert heard(Slot(DEFAULT_SCHEMA), lines) == [CardRefused("magstripe", "payment-card")]


def test_the_schema_is_the_clubs() -> None:
    slot = Slot(Schema(8, 8))
    assert heard(slot, sent(";1234567?")) == [CardRefused("magstripe", "not-ours")]


@pytest.mark.parametrize("raw", [b";1234567\r", b";1234567?x\r", b"%c?\r", b";" + b"1" * 300, b";12;34?\r"])
def test_what_cannot_be_read_is_refused_once(raw: bytes) -> None:
    assert [event for event in heard(Slot(DEFAULT_SCHEMA), raw) if event == UNREADABLE] == [UNREADABLE]


def test_a_wrong_check_is_unreadable() -> None:
    raw = bytearray(sent(";1234567?", checked=True))
    raw[-2] ^= 1
    assert heard(Slot(DEFAULT_SCHEMA), bytes(raw)) == [UNREADABLE]


def test_a_chattering_line_is_told_once_however_long_it_chatters() -> None:
    slot = Slot(DEFAULT_SCHEMA)
    told = [event for now in range(100) for event in slot.hear(bytearray(b";1\r%x\r+\r"), now / 10)]
    assert told == [UNREADABLE]
    assert heard(slot, b";1\r", 20.0) == [UNREADABLE]


def test_after_a_card_that_was_read_one_that_was_not_is_told_again() -> None:
    slot = Slot(DEFAULT_SCHEMA)
    assert heard(slot, b";1\r") == [UNREADABLE]
    assert heard(slot, b";1234567?\r", 0.1) == COMES_AND_GOES
    assert heard(slot, b";1\r", 0.5) == [UNREADABLE]


def test_an_em4100_reader_on_the_line_is_the_wrong_device() -> None:
    slot = Slot(DEFAULT_SCHEMA)
    with pytest.raises(ReaderLost) as lost:
        slot.hear(bytearray(frame(b"\x12\x34\x56\x78\x90") * 3), 0.0)
    assert lost.value.reason == "wrong-device"
    assert "1234567890" not in str(lost.value)


def test_less_than_three_frames_of_an_em4100_reader_are_a_disturbed_line() -> None:
    slot = Slot(DEFAULT_SCHEMA)
    assert heard(slot, frame(b"\x12\x34\x56\x78\x90") * 2 + sent(";1234567?")) == COMES_AND_GOES


def buffers() -> set[bytes]:
    """What all buffers that Python knows of hold, begun or done with."""
    known = gc.get_objects()
    # by `type`, not `isinstance`: that asks an object, and a lazy one of other tests then does what it does
    reached = [held for one in known if not issubclass(type(one), type) for held in gc.get_referents(one)]
    return {bytes(one) for one in reached if issubclass(type(one), bytearray)}


@pytest.mark.parametrize(
    "raw",
    [
        b";5550001234?\r\x03",
        b";5550001234\r",
        b"\x025550001234;1\r\x03",
        b";5550001234" + b"0" * 300,
        b";5550001234?\r;12",
    ],
)
def test_no_buffer_holds_a_swipe_that_was_judged(raw: bytes) -> None:
    slot = Slot(DEFAULT_SCHEMA)
    slot.hear(bytearray(raw), 0.0)
    assert not any(b"5550001234" in held for held in buffers())


def test_a_buffer_holds_what_is_not_judged_yet_until_it_is_forgotten() -> None:
    slot = Slot(DEFAULT_SCHEMA)
    slot.hear(bytearray(b"\x02;5550001234"), 0.0)
    assert any(b"5550001234" in held for held in buffers())
    slot.forget()
    assert not any(b"5550001234" in held for held in buffers())


def test_what_is_wiped_was_overwritten() -> None:
    class Watched(bytearray):
        cleared: bytes | None = None

        def clear(self) -> None:
            self.cleared = bytes(self)
            super().clear()

    data = Watched(b"1234567")
    wipe(data)
    assert data.cleared == bytes(7)
    assert data == b""
