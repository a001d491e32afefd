"""Time as a journal row keeps it: the wall, the monotonic clock of a boot, and whether the wall is sure."""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

STA_UNSYNC = 0x0040
"""The kernel's flag for a clock that nothing has set (adjtimex(2))."""
STEP = 2.0
"""Seconds by which the wall clock must leave the monotonic one, between two looks, to have been set."""
_STATUS_AT = 40 if ctypes.sizeof(ctypes.c_long) == 8 else 20  # noqa: PLR2004 - bytes of a long
"""Where `status` stands in `struct timex`: after an int and four longs, each aligned to a long."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment: wall time in seconds since 1970 (UTC), monotonic nanoseconds of a boot, and trust."""

    wall: float
    monotonic_ns: int
    boot: str
    synced: bool

    @property
    def time(self) -> datetime:
        """The wall time in UTC."""
        return datetime.fromtimestamp(self.wall, UTC)


class Clock:
    """Stamps moments."""

    def __init__(self, is_synced: Callable[[], bool]) -> None:
        """`is_synced` says, each time, whether the wall can be trusted."""
        self._is_synced = is_synced
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()

    def stamp(self) -> Stamp:
        """Now."""
        return Stamp(time.time(), time.monotonic_ns(), self._boot, self._is_synced())


class ClockWatch:
    """Notes the first sure moment of a boot, and every step of the wall clock."""

    def __init__(self, clock: Clock, sure: Callable[[Stamp], None], stepped: Callable[[float], None]) -> None:
        """`sure` is told the first sure moment, `stepped` the seconds of each step."""
        self._clock, self._sure, self._stepped = clock, sure, stepped
        self._offset: float | None = None
        self._is_sure = False

    def turn(self) -> None:
        """Look at the clock."""
        stamp = self._clock.stamp()
        offset = stamp.wall - stamp.monotonic_ns / 1e9
        if self._offset is not None and abs(offset - self._offset) > STEP:
            self._stepped(round(offset - self._offset, 3))
        self._offset = offset
        if stamp.synced and not self._is_sure:
            self._is_sure = True
            self._sure(stamp)


def kernel_is_synced() -> bool:
    """Whether the kernel says that its clock is disciplined (adjtimex(2), STA_UNSYNC not set)."""
    buffer = (ctypes.c_byte * 256)()
    if ctypes.CDLL(None).adjtimex(ctypes.byref(buffer)) < 0:
        return False
    status = ctypes.c_int.from_buffer(buffer, _STATUS_AT).value
    return not status & STA_UNSYNC


def always_synced() -> bool:
    """For a machine whose clock is somebody else's business, such as the demo's."""
    return True
