"""ISO/IEC 14443-3 type A, the reader's side: wake, select through the cascade levels, halt. Knows no chip.

Two cards are told, never sorted out: a club greets one person at a time.
"""

from functools import reduce
from operator import xor
from typing import Protocol

from drivers.reader import DriverError

REQA, WUPA = b"\x26", b"\x52"
SHORT_FRAME = 7
"""Bits of REQA and WUPA; every other frame is whole bytes."""
SELECT = (0x93, 0x95, 0x97)
"""SEL of cascade levels 1 to 3: UIDs of 4, 7 and 10 bytes."""
ANTICOLLISION, WHOLE_LEVEL = 0x20, 0x70
"""NVB: nothing of this level is known yet; all of it is."""
CASCADE_TAG = 0x88
UID_NOT_COMPLETE = 0x04
WAKE_UPS = (1, 2, 2)
"""Sweeps before an unclear answer is believed, as a card that is just arriving answers badly; and how often
each calls: a card that was left half selected is sent to rest by the first call and answers the second."""


class AirError(DriverError):
    """Cards answered, but not one card clearly."""


class TwoCards(AirError):
    """More than one card is in the field."""


class Unreadable(AirError):
    """An answer was torn, or a checksum failed."""


class Air(Protocol):
    """What is needed of a chip: to send a frame and hear what comes back."""

    def exchange(self, frame: bytes, bits_of_last_byte: int = 0) -> bytes | None:
        """The answer, or None for silence; 0 bits means the whole last byte.

        Raises TwoCards when bits of two answers collided, Unreadable when an answer was torn.
        """


def sole_card(air: Air) -> bytes | None:
    """The UID (4, 7 or 10 bytes) of the only card in the field, or None. Raises TwoCards, Unreadable."""
    for wake_ups in WAKE_UPS[:-1]:
        try:
            return _sweep(air, wake_ups)
        except AirError:
            continue
    return _sweep(air, WAKE_UPS[-1])


def crc_a(data: bytes) -> bytes:
    """CRC_A (ISO/IEC 14443-3, annex B), two bytes as they are sent."""
    crc = 0x6363
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


HALT = b"\x50\x00" + crc_a(b"\x50\x00")


def _sweep(air: Air, wake_ups: int) -> bytes | None:
    if not any(_stirs(air, WUPA) for _ in range(wake_ups)):
        return None
    uid = _select(air)
    air.exchange(HALT)
    # A louder card may have drowned another: the halted one stays silent to REQA, the other does not.
    if _stirs(air, REQA) and _select(air) != uid:
        raise TwoCards
    return uid


def _stirs(air: Air, request: bytes) -> bool:
    try:
        return air.exchange(request, SHORT_FRAME) is not None
    except AirError:
        return True


def _select(air: Air) -> bytes:
    uid = b""
    for sel in SELECT:
        part = _anticollision(air, sel)
        if not _sak(air, sel, part) & UID_NOT_COMPLETE:
            return uid + part[:4]
        if part[0] != CASCADE_TAG:
            raise Unreadable
        uid += part[1:4]
    raise Unreadable


def _anticollision(air: Air, sel: int) -> bytes:
    """Four bytes of a level and their BCC."""
    part = air.exchange(bytes([sel, ANTICOLLISION]))
    if part is None or len(part) != 5 or reduce(xor, part) != 0:  # noqa: PLR2004 - four bytes and BCC
        raise Unreadable
    return part


def _sak(air: Air, sel: int, part: bytes) -> int:
    frame = bytes([sel, WHOLE_LEVEL]) + part
    answer = air.exchange(frame + crc_a(frame))
    if answer is None or len(answer) != 3 or crc_a(answer[:1]) != answer[1:]:  # noqa: PLR2004 - SAK and CRC
        raise Unreadable
    return answer[0]
