"""The MFRC522 as a way to talk to cards: its registers in the order that NXP's data sheet asks for.

Built on the register layer of the `mfrc522` library. The library's own read loop is not used (it takes
thousands of transfers for an empty field and has no time limit), nor its close (it resets every GPIO of
the process).
"""

import time
from collections.abc import Callable
from typing import Protocol

from mfrc522 import MFRC522

from drivers.iso14443 import TwoCards, Unreadable
from drivers.reader import ReaderLost

Sleep = Callable[[float], object]

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
