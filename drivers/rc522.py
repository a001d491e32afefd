"""MFRC522 on SPI, on the register layer of the `mfrc522` library; the sequences are from NXP's data sheet.

The library's own read loop is not used (it takes thousands of transfers for an empty field and has no
time limit), nor its close (it resets every GPIO of the process).
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast
from urllib.parse import SplitResult

from mfrc522 import MFRC522

from drivers.iso14443 import TwoCards, Unreadable, sole_card
from drivers.reader import (
    BadUrl,
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderEvent,
    ReaderLost,
)

NAME: Final = "rc522"
RESET_PIN = 25
"""BCM number; pin 22 of the header, where the usual modules' RST is wired."""
INTERVAL = 0.1
"""Seconds from one look into the field to the next."""
MISSES = 3
"""Looks without an answer after which the card is gone."""
DOUBTS = 2
"""Looks in a row with an unclear answer after which it is told, once."""

Sleep = Callable[[float], object]
Clock = Callable[[], float]

_BCM_NUMBERING = 11
_SPEED = 1_000_000
_VERSIONS = frozenset({0x88, 0x90, 0x91, 0x92, 0x12, 0xB2})
"""NXP's, then those of compatible chips."""
_START_TRIES, _START_WAIT = 50, 0.001
_ANSWER_WAIT, _ANSWER_TRIES = 0.0004, 60
"""The chip's interrupt line is not wired on the usual modules, so its flag is asked for: seconds, times."""

_POWER_DOWN = 0x10
_TIMER_IRQ, _RX_IRQ, _ALL_IRQ = 0x01, 0x20, 0x7F
_COLLISION, _ANY_ERROR = 0x08, 0x1B
_FLUSH, _START_SEND = 0x80, 0x80
_ANTENNA = 0x03
_LAST_BITS = 0x07
_READ = 0x80

_SETTINGS = (
    (MFRC522.TxModeReg, 0x00),  # 106 kbit/s, CRC by software: short frames have none
    (MFRC522.RxModeReg, 0x00),
    (MFRC522.ModWidthReg, 0x26),
    (MFRC522.TModeReg, 0x80),  # the timer starts when a frame is sent, stops with the answer's first bit
    (MFRC522.TPrescalerReg, 0xA9),  # 25 us a tick
    (MFRC522.TReloadRegH, 0x00),
    (MFRC522.TReloadRegL, 0x28),  # 1 ms; a card of type A answers after 91 us or never
    (MFRC522.TxAutoReg, 0x40),  # 100 % ASK
    (MFRC522.ModeReg, 0x3D),
    (MFRC522.CollReg, 0x00),  # bits after a collision read as 0
    (MFRC522.TxControlReg, 0x80 | _ANTENNA),
)


class Spi(Protocol):
    """What is used of `spidev.SpiDev`."""

    def xfer2(self, values: list[int]) -> list[int]:
        """Clock these bytes out under one chip select; the bytes that came in meanwhile."""

    def close(self) -> None:
        """Let the bus go."""


class Registers(Protocol):
    """What is used of `mfrc522.MFRC522`."""

    spi: Spi

    def Write_MFRC522(self, addr: int, val: int) -> None:  # noqa: N802 - the library's name
        """Write one register."""


class Chip:
    """The chip as a way to talk to cards (an `iso14443.Air`)."""

    def __init__(self, registers: Registers, sleep: Sleep = time.sleep) -> None:
        """Set the chip up and switch its field on. Raises ReaderLost, OSError."""
        self._registers, self._sleep = registers, sleep
        self._await_start()
        for register, value in _SETTINGS:
            self._write(register, value)

    def check(self) -> None:
        """Make sure, in one transfer, that the chip is there and still set up. Raises ReaderLost."""
        version, antenna = self._read(MFRC522.VersionReg, MFRC522.TxControlReg)
        if version not in _VERSIONS:
            raise ReaderLost("no-chip", f"version register {version:#04x}")
        if antenna & _ANTENNA != _ANTENNA:
            raise ReaderLost("reset", "the chip lost its settings")

    def exchange(self, frame: bytes, bits_of_last_byte: int = 0) -> bytes | None:
        """Send a frame; the answer or None. Raises TwoCards, Unreadable, ReaderLost."""
        self._send(frame, bits_of_last_byte)
        answered = self._await_answer()
        self._write(MFRC522.BitFramingReg, 0)
        return self._receive() if answered else None

    def close(self) -> None:
        """Switch the field off and let the bus go; the reset pin stays as it is, so the chip stays up."""
        try:
            self._write(MFRC522.TxControlReg, 0x80)
        finally:
            self._registers.spi.close()

    def _await_start(self) -> None:
        for _ in range(_START_TRIES):
            version, command = self._read(MFRC522.VersionReg, MFRC522.CommandReg)
            if version in _VERSIONS and not command & _POWER_DOWN:
                return
            self._sleep(_START_WAIT)
        raise ReaderLost("no-chip", f"version register {version:#04x}")

    def _send(self, frame: bytes, bits_of_last_byte: int) -> None:
        self._write(MFRC522.CommandReg, MFRC522.PCD_IDLE)
        self._write(MFRC522.CommIrqReg, _ALL_IRQ)
        self._write(MFRC522.FIFOLevelReg, _FLUSH)
        self._registers.spi.xfer2([MFRC522.FIFODataReg << 1, *frame])
        self._write(MFRC522.CommandReg, MFRC522.PCD_TRANSCEIVE)
        self._write(MFRC522.BitFramingReg, _START_SEND | bits_of_last_byte)

    def _await_answer(self) -> bool:
        for _ in range(_ANSWER_TRIES):
            self._sleep(_ANSWER_WAIT)
            (interrupts,) = self._read(MFRC522.CommIrqReg)
            if interrupts & (_RX_IRQ | _TIMER_IRQ):
                return bool(interrupts & _RX_IRQ)
        raise ReaderLost("silent", "neither an answer nor the chip's own timer came")

    def _receive(self) -> bytes:
        error, level, control = self._read(MFRC522.ErrorReg, MFRC522.FIFOLevelReg, MFRC522.ControlReg)
        if error & _COLLISION:
            raise TwoCards
        if error & _ANY_ERROR or control & _LAST_BITS or not level:
            raise Unreadable
        return bytes(self._read(*[MFRC522.FIFODataReg] * level))

    def _read(self, *registers: int) -> list[int]:
        addresses = [_READ | register << 1 for register in registers]
        return self._registers.spi.xfer2([*addresses, 0])[1:]

    def _write(self, register: int, value: int) -> None:
        self._registers.Write_MFRC522(register, value)


class Rc522:
    """A reader that looks into its field ten times a second."""

    name = NAME

    def __init__(self, chip: Chip, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> None:
        """Look first at the first poll."""
        self._chip, self._clock, self._sleep = chip, clock, sleep
        self._next_look = clock()
        self._card: Card | None = None
        self._misses = self._doubts = 0

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        """What happened, waiting `timeout` seconds at most. Raises ReaderLost."""
        deadline = self._clock() + timeout
        while self._rest(deadline):
            if events := self._look():
                return events
        return ()

    def close(self) -> None:
        """Let the chip go; may be called twice."""
        try:
            self._chip.close()
        except OSError:  # it went before we did, or was closed already
            return

    def _rest(self, deadline: float) -> bool:
        """Whether the next look is due by the deadline; waits for the earlier of the two."""
        until = min(self._next_look, deadline)
        wait = until - self._clock()
        if wait > 0:
            self._sleep(wait)
        due = self._next_look <= deadline
        if due:
            self._next_look = self._clock() + INTERVAL
        return due

    def _look(self) -> list[ReaderEvent]:
        try:
            self._chip.check()
            uid = sole_card(self._chip)
        except TwoCards:
            return self._unclear("two-cards")
        except Unreadable:
            return self._unclear("unreadable")
        except ReaderLost:
            raise
        except OSError as error:
            raise ReaderLost("gone", "the SPI bus does not answer") from error
        return self._empty() if uid is None else self._clear(Card("iso14443", uid))

    def _clear(self, card: Card) -> list[ReaderEvent]:
        self._misses = self._doubts = 0
        if card == self._card:
            return []
        events = self._gone()
        self._card = card
        return [*events, CardPresented(NAME, card)]

    def _unclear(self, reason: str) -> list[ReaderEvent]:
        self._misses = 0
        self._doubts += 1
        return [CardRefused(NAME, reason)] if self._doubts == DOUBTS else []

    def _empty(self) -> list[ReaderEvent]:
        self._misses += 1
        if self._misses < MISSES:
            return []
        self._doubts = 0
        return self._gone()

    def _gone(self) -> list[ReaderEvent]:
        card, self._card = self._card, None
        return [] if card is None else [CardRemoved(NAME, card)]


def open_url(url: SplitResult) -> Reader:
    """Open `rc522://spi<bus>.<device>[?reset=<GPIO>]`. Raises BadUrl, ReaderLost."""
    spi = re.fullmatch(r"spi(\d+)\.(\d+)", url.netloc)
    reset = re.fullmatch(r"(?:reset=(\d+))?", url.query)
    if spi is None or reset is None or url.path:
        raise BadUrl(f"an RC522 is rc522://spi<bus>.<device>[?reset=<GPIO>], not {url.geturl()!r}")
    return open_bus(int(spi[1]), int(spi[2]), int(reset[1] or RESET_PIN))


def open_bus(bus: int, device: int, reset_pin: int = RESET_PIN) -> Reader:
    """Open the chip on an SPI bus. Raises ReaderLost."""
    try:
        library = MFRC522(bus=bus, device=device, spd=_SPEED, pin_mode=_BCM_NUMBERING, pin_rst=reset_pin)
        library.logger.handlers.clear()  # it adds one at each opening
    except OSError as error:
        raise ReaderLost("no-device", f"SPI {bus}.{device} cannot be opened") from error
    try:
        return Rc522(Chip(cast("Registers", library)))
    except OSError as error:
        library.spi.close()
        if isinstance(error, ReaderLost):
            raise
        raise ReaderLost("gone", "the SPI bus does not answer") from error
