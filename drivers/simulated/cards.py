"""ISO/IEC 14443-3 type A cards: what a card answers to a frame, bit by bit, and the state it is left in."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import reduce
from operator import xor

from drivers.iso14443 import CASCADE_TAG, HALT, SELECT, SHORT_FRAME, WHOLE_LEVEL, crc_a

REQA, WUPA = 0x26, 0x52
_HEADER_BITS = 16
_NOT_COMPLETE = b"\x04"
_ATQA = {4: b"\x04\x00", 7: b"\x44\x00", 10: b"\x84\x00"}
_SAK = {4: b"\x08", 7: b"\x00", 10: b"\x20"}


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits in the order of the air: the first is the lowest of `value`."""

    value: int
    count: int

    @classmethod
    def of(cls, data: bytes) -> "Bits":
        """All the bits of some bytes."""
        return cls(int.from_bytes(data, "little"), 8 * len(data))

    def first(self, count: int) -> "Bits":
        """The first so many."""
        return Bits(self.value & ((1 << count) - 1), min(count, self.count))

    def after(self, count: int) -> "Bits":
        """All but the first so many."""
        return Bits(self.value >> count, max(0, self.count - count))

    def to_bytes(self) -> bytes:
        """Whole bytes, the last filled up with zeros."""
        return self.value.to_bytes((self.count + 7) // 8, "little")


class State(Enum):
    """The states of ISO/IEC 14443-3, clause 6.3."""

    IDLE = auto()
    READY = auto()
    ACTIVE = auto()
    HALT = auto()


class Card:
    """One card, in or out of a field. A wrong BCC or CRC is a damaged one's; a loud one drowns the rest."""

    def __init__(
        self, uid: bytes, *, bad_bcc: bool = False, bad_crc: bool = False, loud: bool = False
    ) -> None:
        """Make a card with a UID of 4, 7 or 10 bytes; ValueError for another length."""
        if len(uid) not in _ATQA:
            raise ValueError("a UID has 4, 7 or 10 bytes")
        self.uid, self.loud = uid, loud
        self._bad_crc = bad_crc
        self._levels = [part + bytes([reduce(xor, part) ^ bad_bcc]) for part in _parts(uid)]
        self.power_off()

    def power_off(self) -> None:
        """Forget everything: the field is gone."""
        self._state = self._resting = State.IDLE
        self._level = 0

    def hear(self, frame: Bits) -> Bits | None:
        """What it answers, or None."""
        if frame.count == SHORT_FRAME:
            return self._requested(frame.value)
        if self._state is State.READY:
            return self._addressed(frame)
        if self._state is State.ACTIVE and frame == Bits.of(HALT):
            self._resting = State.HALT
        return self._rest()

    def _requested(self, request: int) -> Bits | None:
        woken = {REQA: {State.IDLE}, WUPA: {State.IDLE, State.HALT}}.get(request, set())
        if self._state not in woken:
            return self._rest()
        self._state, self._level = State.READY, 0
        return Bits.of(_ATQA[len(self.uid)])

    def _addressed(self, frame: Bits) -> Bits | None:
        header = frame.first(_HEADER_BITS).to_bytes()
        if len(header) < _HEADER_BITS // 8 or header[0] != SELECT[self._level]:
            return self._rest()
        if header[1] == WHOLE_LEVEL:
            return self._selected(frame.to_bytes())
        known = frame.after(_HEADER_BITS)
        mine = Bits.of(self._levels[self._level])
        return mine.after(known.count) if mine.first(known.count) == known else None

    def _selected(self, frame: bytes) -> Bits | None:
        body = bytes([SELECT[self._level], WHOLE_LEVEL]) + self._levels[self._level]
        if frame != body + crc_a(body):
            return self._rest()
        self._level += 1
        last = self._level == len(self._levels)
        self._state = State.ACTIVE if last else State.READY
        return self._sak(_SAK[len(self.uid)] if last else _NOT_COMPLETE)

    def _sak(self, sak: bytes) -> Bits:
        crc = crc_a(sak)
        return Bits.of(sak + (crc[::-1] if self._bad_crc else crc))

    def _rest(self) -> Bits | None:
        """An unexpected frame sends a card back, silently, to where it was woken."""
        self._state = self._resting
        return None


def _parts(uid: bytes) -> list[bytes]:
    """A UID as its cascade levels send it, four bytes each."""
    tag = bytes([CASCADE_TAG])
    *whole, last = [uid[at : at + 3] for at in range(0, len(uid) - 4, 3)] + [uid[-4:]]
    return [*(tag + part for part in whole), last]
