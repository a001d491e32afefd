"""The kernel's input events as /dev/input gives them to whoever reads; pure.

A record is `struct input_event` of <linux/input.h>: a `struct timeval`, then type, code and value; 24 bytes
on a 64-bit machine. What the types mean is in the kernel's Documentation/input/event-codes.rst.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

RECORD: Final = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value, in the machine's own sizes and order."""
MICROSECOND = 1e-6


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One event: its time in seconds, its type (EV_...), its code and its value. Its repr tells no key."""

    at: float
    kind: int
    code: int = field(repr=False)
    value: int


class Records:
    """Cuts events out of records that come in any pieces. Never raises, whatever the bytes.

    A device gives whole records at each read; the socket that stands in for one may cut them anywhere.
    """

    def __init__(self) -> None:
        """Begin at the start of a record."""
        self._piece = bytearray(RECORD.size)
        self._length = 0

    def feed(self, data: bytearray | memoryview) -> Iterator[InputEvent]:
        """The events whose records these bytes complete, in order; what remains is kept for the next."""
        rest = memoryview(data)
        while rest:
            taken = min(RECORD.size - self._length, len(rest))
            self._piece[self._length : self._length + taken] = rest[:taken]
            self._length += taken
            rest = rest[taken:]
            if self._length == RECORD.size:
                yield self._whole()

    def _whole(self) -> InputEvent:
        seconds, microseconds, kind, code, value = RECORD.unpack(self._piece)
        self._piece[:] = bytes(RECORD.size)
        self._length = 0
        return InputEvent(seconds + microseconds * MICROSECOND, kind, code, value)


def record(event: InputEvent) -> bytes:
    """The record of an event; its time is cut to whole microseconds."""
    microseconds = int(event.at / MICROSECOND)
    return RECORD.pack(*divmod(microseconds, 10**6), event.kind, event.code, event.value)
