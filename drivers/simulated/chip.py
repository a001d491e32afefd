"""An MFRC522 on an SPI bus of its own: registers, FIFO, timer, CRC unit and field (NXP MFRC522, Rev. 3.9).

Its time is the bytes clocked through it, plus a clock of the owner's choice: a test's hand or the wall's.
"""

import errno
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from drivers.iso14443 import crc_a
from drivers.simulated.cards import Bits, Card
from drivers.simulated.field import Field, Heard

COMMAND, COM_IRQ, DIV_IRQ, ERROR, FIFO, FIFO_LEVEL = 0x01, 0x04, 0x05, 0x06, 0x09, 0x0A
CONTROL, FRAMING, COLL, MODE, TX_CONTROL = 0x0C, 0x0D, 0x0E, 0x11, 0x14
CRC_HIGH, CRC_LOW, T_MODE, T_PRESCALER, T_RELOAD_HIGH, T_RELOAD_LOW = 0x21, 0x22, 0x2A, 0x2B, 0x2C, 0x2D
VERSION = 0x37

IDLE, CALC_CRC, NO_CHANGE, TRANSCEIVE, SOFT_RESET = 0x0, 0x3, 0x7, 0xC, 0xF
TX_IRQ, RX_IRQ, ERROR_IRQ, TIMER_IRQ, CRC_IRQ = 0x40, 0x20, 0x02, 0x01, 0x04
COLLISION, OVERFLOW = 0x08, 0x10
ANTENNA = 0x03
FIFO_SIZE = 64
PINS_FLOAT = 0x00
"""What a master reads where no chip drives the line."""

CARRIER = 13.56e6
BIT = 128 / CARRIER
"""Seconds a bit lasts in the air at 106 kbit/s."""
ANSWER_DELAY = 1236 / CARRIER
"""Frame delay time of type A, after a frame whose last bit is 1."""

_AFTER_RESET = {COMMAND: 0x20, COM_IRQ: 0x14, COLL: 0x80, MODE: 0x3F, TX_CONTROL: 0x80}
_READ_ONLY = frozenset({ERROR, CRC_HIGH, CRC_LOW, VERSION})


class Chip:
    """The chip and the cards in its field; its bus has the methods of an open `spidev.SpiDev`.

    `transfers` counts what a driver sent; without `connected` the pins float. Threads may use it at once:
    one for the bus, one for the cards.
    """

    def __init__(
        self,
        cards: Iterable[Card | bytes] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        version: int = 0x92,
    ) -> None:
        """Power it up, with cards or UIDs of 4, 7 or 10 bytes in its field.

        `clock` gives seconds beside those that the bus takes. ValueError for another UID.
        """
        self.transfers = 0
        self.connected = True
        self.max_speed_hz, self.mode, self.bits_per_word = 1_000_000, 0, 8
        self._open = True
        self._lock = threading.Lock()
        self._clock, self._version = clock, version
        self._bus_time = 0.0
        self._field = Field(cards)
        self._special = self._special_registers()
        self._reset()

    def put(self, card: Card | bytes) -> None:
        """Lay a card into the field, beside what lies there; ValueError if it is no UID."""
        with self._lock:
            self._field.put(card)

    def clear(self) -> None:
        """Take every card out of the field."""
        with self._lock:
            self._field.clear()

    def power_cycle(self) -> None:
        """Lose the supply for a moment: all settings are gone."""
        with self._lock:
            self._reset()

    def now(self) -> float:
        """The chip's time in seconds: the clock's, and what all transfers took."""
        return self._bus_time + self._clock()

    def open(self, bus: int, device: int) -> None:  # noqa: ARG002 - every number is its own
        """Open the bus, also after a close; at first it is open."""
        self._open = True

    def close(self) -> None:
        """Close the bus, as often as wanted; the chip stays as it is."""
        self._open = False

    def xfer2(self, out: Sequence[int]) -> list[int]:
        """One transfer under chip select: the bytes that came in while `out` went out.

        Raises OSError when the bus is closed.
        """
        if not self._open:
            raise OSError(errno.EBADF, "the SPI device is closed")
        with self._lock:
            self.transfers += 1
            self._bus_time += 8 * len(out) / self.max_speed_hz
            if not self.connected:
                return [PINS_FLOAT] * len(out)
            self._catch_up()
            return self._addressed(out)

    xfer = xfer2

    def _addressed(self, out: Sequence[int]) -> list[int]:
        register = _register(out[0])
        if out[0] & 0x80:
            return [0, *(self._read(_register(address)) for address in out[:-1])]
        for value in out[1:]:
            self._write(register, value)
        return [0] * len(out)

    def _reset(self) -> None:
        self._registers = dict.fromkeys(range(64), 0) | _AFTER_RESET | {VERSION: self._version}
        self._fifo = bytearray()
        self._transceiving = False
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._field.power_off()

    def _catch_up(self) -> None:
        now = self.now()
        while self._due and self._due[0][0] <= now:
            self._due.pop(0)[1]()

    def _read(self, register: int) -> int:
        if register == FIFO:
            return self._fifo.pop(0) if self._fifo else 0
        if register == FIFO_LEVEL:
            return len(self._fifo)
        return self._registers[register]

    def _write(self, register: int, value: int) -> None:
        if register in self._special:
            self._special[register](value)
        elif register not in _READ_ONLY:
            self._registers[register] = value

    def _special_registers(self) -> dict[int, Callable[[int], None]]:
        """Those that do something when they are written."""
        return {
            COMMAND: self._command,
            COM_IRQ: partial(self._set_or_clear, COM_IRQ),
            DIV_IRQ: partial(self._set_or_clear, DIV_IRQ),
            FIFO: self._push,
            FIFO_LEVEL: self._flush,
            FRAMING: self._frame,
            TX_CONTROL: self._antenna,
        }

    def _set_or_clear(self, register: int, value: int) -> None:
        """Bit 7 says whether the marked bits are set or cleared."""
        marked = value & 0x7F
        old = self._registers[register]
        self._registers[register] = old | marked if value & 0x80 else old & ~marked

    def _push(self, value: int) -> None:
        if len(self._fifo) < FIFO_SIZE:
            self._fifo.append(value)
        else:
            self._registers[ERROR] |= OVERFLOW

    def _flush(self, value: int) -> None:
        if value & 0x80:
            self._fifo.clear()
            self._registers[ERROR] &= ~OVERFLOW

    def _antenna(self, value: int) -> None:
        self._registers[TX_CONTROL] = value
        if not value & ANTENNA:
            self._field.power_off()

    def _command(self, value: int) -> None:
        command = value & 0x0F
        if command == SOFT_RESET:
            self._reset()
        elif command != NO_CHANGE:
            self._registers[COMMAND] = 0x20 | command
            self._transceiving = command == TRANSCEIVE
            self._due.clear()
        if command == CALC_CRC:
            self._calculate()

    def _calculate(self) -> None:
        self._registers[CRC_LOW], self._registers[CRC_HIGH] = crc_a(bytes(self._fifo))
        self._registers[DIV_IRQ] |= CRC_IRQ
        self._fifo.clear()

    def _frame(self, value: int) -> None:
        self._registers[FRAMING] = value & 0x7F
        if value & 0x80 and self._transceiving:
            self._transmit(value & 0x07)

    def _transmit(self, bits_of_last_byte: int) -> None:
        frame = Bits.of(bytes(self._fifo)).first(8 * len(self._fifo) - (-bits_of_last_byte % 8))
        self._fifo.clear()
        self._registers[ERROR] = 0
        self._registers[COM_IRQ] |= TX_IRQ
        sent = self.now() + _air_time(frame)
        heard = self._field.ask(frame) if self._registers[TX_CONTROL] & ANTENNA else None
        if heard is not None:
            self._due = [(sent + ANSWER_DELAY + _air_time(heard.bits), partial(self._receive, heard))]
        elif self._registers[T_MODE] & 0x80:
            self._due = [(sent + self._timeout(), self._time_out)]

    def _timeout(self) -> float:
        prescaler = (self._registers[T_MODE] & 0x0F) << 8 | self._registers[T_PRESCALER]
        reload = self._registers[T_RELOAD_HIGH] << 8 | self._registers[T_RELOAD_LOW]
        return (reload + 1) * (2 * prescaler + 1) / CARRIER

    def _time_out(self) -> None:
        self._registers[COM_IRQ] |= TIMER_IRQ

    def _receive(self, heard: Heard) -> None:
        align = self._registers[FRAMING] >> 4 & 0x07
        aligned = Bits(heard.bits.value << align, heard.bits.count + align)
        self._fifo[:] = aligned.to_bytes()[:FIFO_SIZE]
        self._registers[CONTROL] = aligned.count % 8
        self._registers[COM_IRQ] |= RX_IRQ
        self._mark_collision(None if heard.collision is None else heard.collision + align)

    def _mark_collision(self, position: int | None) -> None:
        kept = self._registers[COLL] & 0x80
        if position is None:
            self._registers[COLL] = kept | 0x20
            return
        self._registers[COLL] = kept | (position + 1) & 0x1F
        self._registers[ERROR] |= COLLISION
        self._registers[COM_IRQ] |= ERROR_IRQ


def _register(address: int) -> int:
    return address >> 1 & 0x3F


def _air_time(bits: Bits) -> float:
    """Seconds, with a parity bit to each byte and the frame's start and end."""
    return (bits.count * 9 / 8 + 2) * BIT
