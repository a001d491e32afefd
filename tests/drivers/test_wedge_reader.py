"""The reader that types, on a socket that gives the kernel's records; opening and grabbing are simulated."""

import errno
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from evdev import ecodes

from drivers.input_events import RECORD
from drivers.keys import PAUSE, SILENCE
from drivers.payment import DEFAULT_SCHEMA
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
from drivers.simulated import hid
from drivers.simulated.hid import REPORT
from drivers.simulated.keyboard import Keyboard
from drivers.wedge import Wedge, take
from tests.drivers.conftest import PATIENCE, poll_until

CLUB, PAYMENT = "%C1234567?;1234567?", "%B6037991234567890^A/B^0505?;6037991234567890=0505?"
CARD = Card("magstripe", b"1234567")
SEEN = [CardPresented("wedge", CARD), CardRemoved("wedge", CARD)]
KEYS = {ecodes.EV_KEY: range(1, 120)}


class Held:
    """A device in the hand of a test: what it can send, and whether another has grabbed it."""

    def __init__(
        self, end: socket.socket, keys: Mapping[int, Sequence[int]] = KEYS, *, grabbed: bool = False
    ) -> None:
        self._end, self._keys, self._grabbed = end, keys, grabbed
        self.closed = False
        end.settimeout(0)

    def fileno(self) -> int:
        return self._end.fileno()

    def capabilities(self) -> Mapping[int, Sequence[int]]:
        return self._keys

    def grab(self) -> None:
        if self._grabbed:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def wire() -> Iterator[tuple[socket.socket, socket.socket]]:
    """What is written to the first, the reader reads from the second."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[Keyboard]:
    plugged = Keyboard(tmp_path / "wedge.sock")
    yield plugged
    plugged.close()


@pytest.fixture
def url(keyboard: Keyboard) -> str:
    return f"wedge+sim://{keyboard.path}"


@pytest.fixture
def reader(url: str) -> Iterator[Reader]:
    opened = open_reader(url)
    yield opened
    opened.close()


def written(text: str, at: float) -> bytes:
    return b"".join(records for _, records in hid.swipe(text, at))


def soon() -> float:
    """A time at which a swipe may begin on a reader that is opened now."""
    return time.monotonic() + PAUSE + 0.01


def test_a_card_of_the_clubs_comes_and_goes_at_once(keyboard: Keyboard, reader: Reader) -> None:
    keyboard.swipe(CLUB)
    assert poll_until(reader, bool) == SEEN


def test_a_payment_card_is_refused_without_a_digit(keyboard: Keyboard, reader: Reader) -> None:
    keyboard.swipe(PAYMENT)
    assert poll_until(reader, bool) == [CardRefused("wedge", "payment-card")]


def test_a_damaged_card_is_refused(keyboard: Keyboard, reader: Reader) -> None:
    keyboard.swipe("%E?;E?")
    assert poll_until(reader, bool) == [CardRefused("wedge", "unreadable")]


def test_whole_tracks_in_the_wrong_order_are_unreadable(keyboard: Keyboard, reader: Reader) -> None:
    keyboard.swipe(";1234567?%C1234567?")
    assert poll_until(reader, bool) == [CardRefused("wedge", "unreadable")]


def test_the_urls_schema_is_the_clubs(keyboard: Keyboard, url: str) -> None:
    reader = open_reader(f"{url}?digits=8")
    keyboard.swipe(CLUB)
    assert poll_until(reader, bool) == [CardRefused("wedge", "not-ours")]
    reader.close()


def test_a_reader_without_enter_is_understood_by_its_silence(keyboard: Keyboard, reader: Reader) -> None:
    keyboard.swipe(CLUB, end="")
    assert poll_until(reader, bool) == SEEN


def test_a_person_who_types_is_told_nothing(keyboard: Keyboard, reader: Reader) -> None:
    typed = keyboard.type(";123?\r", gap=PAUSE + 0.02)
    assert poll_until(reader, lambda _: typed.done()) == []
    assert reader.poll(SILENCE + 0.1) == []


def test_ten_cards_soon_after_each_other_are_ten(keyboard: Keyboard, reader: Reader) -> None:
    numbers = [f"{1234560 + number}" for number in range(10)]
    for number in numbers:
        keyboard.swipe(f";{number}?")
    events = poll_until(reader, lambda told: len(told) == 2 * len(numbers))
    presented = [event.card.identity.decode() for event in events if isinstance(event, CardPresented)]
    assert presented == numbers


def test_a_swipe_is_as_slow_as_usb(keyboard: Keyboard) -> None:
    began = time.monotonic()
    ended = keyboard.swipe(CLUB).result(PATIENCE)
    assert ended - began > (2 * len(CLUB) + 1) * REPORT


def test_nothing_that_was_read_stays_in_memory(keyboard: Keyboard) -> None:
    reader = open_reader(f"wedge+sim://{keyboard.path}")
    assert isinstance(reader, Wedge)
    keyboard.swipe(CLUB)
    poll_until(reader, bool)
    left = (reader._chunk, reader._records._piece, reader._keys._typed)  # noqa: SLF001 - not to be seen from outside
    assert not any(any(buffer) for buffer in left)
    reader.close()


@pytest.mark.parametrize("size", [1, 7, RECORD.size - 1, RECORD.size + 1, 1000])
def test_records_may_come_in_any_pieces(wire: tuple[socket.socket, socket.socket], size: int) -> None:
    reader = take(Held(wire[1]), DEFAULT_SCHEMA)
    data = written(CLUB + "\r", soon())
    events: list[ReaderEvent] = []
    for at in range(0, len(data), size):
        wire[0].sendall(data[at : at + size])
        events += reader.poll(0)
    assert events == SEEN


def test_a_swipe_that_a_busy_machine_reads_long_after_is_whole(
    wire: tuple[socket.socket, socket.socket],
) -> None:
    reader = take(Held(wire[1]), DEFAULT_SCHEMA)
    assert reader.poll(3 * SILENCE) == []
    wire[0].sendall(written(CLUB + "\r", time.monotonic() - 2 * SILENCE))
    assert poll_until(reader, bool) == SEEN


def test_unplugging_within_a_swipe_loses_the_reader_and_the_swipe(
    keyboard: Keyboard, reader: Reader, url: str
) -> None:
    typed = keyboard.swipe(CLUB)
    assert reader.poll(0.3) == []
    keyboard.unplug()
    with pytest.raises(ReaderLost) as lost:
        poll_until(reader, bool)
    assert lost.value.reason == "unplugged"
    assert typed.cancelled()
    assert not any(reader._keys._typed)  # type: ignore[attr-defined]  # noqa: SLF001 - what is left behind
    with pytest.raises(ReaderLost) as gone:
        open_reader(url)
    assert gone.value.reason == "no-device"
    keyboard.plug()
    again = open_reader(url)
    keyboard.swipe(CLUB)
    assert poll_until(again, bool) == SEEN
    again.close()


def test_what_is_swiped_while_it_is_unplugged_is_never_typed(keyboard: Keyboard) -> None:
    keyboard.unplug()
    assert keyboard.swipe(CLUB).cancelled()


def test_a_listener_that_never_reads_holds_nobody_up(keyboard: Keyboard, reader: Reader) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.connect(str(keyboard.path))
        keyboard.swipe(CLUB)
        assert poll_until(reader, bool) == SEEN


def test_a_device_that_another_program_has_grabbed_is_in_use(
    wire: tuple[socket.socket, socket.socket],
) -> None:
    device = Held(wire[1], grabbed=True)
    with pytest.raises(ReaderLost) as lost:
        take(device, DEFAULT_SCHEMA)
    assert lost.value.reason == "in-use"
    assert device.closed


@pytest.mark.parametrize("keys", [{}, {ecodes.EV_KEY: [ecodes.BTN_LEFT]}, {ecodes.EV_REL: [0, 1]}])
def test_a_device_without_a_keyboards_keys_is_the_wrong_one(
    wire: tuple[socket.socket, socket.socket], keys: Mapping[int, Sequence[int]]
) -> None:
    device = Held(wire[1], keys)
    with pytest.raises(ReaderLost) as lost:
        take(device, DEFAULT_SCHEMA)
    assert lost.value.reason == "wrong-device"
    assert device.closed


def test_a_path_that_is_not_there_is_no_device(tmp_path: Path) -> None:
    with pytest.raises(ReaderLost) as lost:
        open_reader(f"wedge://{tmp_path}/usb-reader-event-kbd")
    assert lost.value.reason == "no-device"


def test_a_file_that_is_no_input_device_is_the_wrong_one(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path):
        with pytest.raises(ReaderLost) as lost:
            open_reader(f"wedge://{path}")
        assert lost.value.reason == "wrong-device"


def test_a_user_who_may_not_read_it_is_denied(tmp_path: Path) -> None:
    (tmp_path / "event0").touch(mode=0)
    with somebody_else(), pytest.raises(ReaderLost, match="bashgah-wedge") as lost:
        open_reader(f"wedge://{tmp_path}/event0")
    assert lost.value.reason == "permission-denied"


@contextmanager
def somebody_else() -> Iterator[None]:
    """Be nobody for a moment, where this runs as root, whom nothing is denied."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_closed_reader_may_be_closed_again(url: str) -> None:
    reader = open_reader(url)
    reader.close()
    reader.close()


def test_a_text_that_a_us_keyboard_cannot_type_is_refused(keyboard: Keyboard) -> None:
    for text in ("۱۲۳", "\0", "\n"):
        with pytest.raises(ValueError, match="US keyboard"):
            keyboard.type(text)
