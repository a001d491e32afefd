"""Time as a journal row keeps it: the wall, the monotonic clock of a boot, and whether the wall is sure."""

import ctypes
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.views import EARLIEST

STA_UNSYNC = 0x0040
"""The kernel's flag for a clock that nothing has set (adjtimex(2))."""
STEP = 2.0
"""Seconds by which the wall clock must leave the monotonic one, between two looks, to have been set."""
TIMESYNC = Path("/var/lib/systemd/timesync/clock")
"""What systemd-timesyncd touches whenever it has set the clock (systemd-timesyncd.service(8))."""
SLACK = 86_400.0
"""Seconds by which the clock may have been ahead before: a hardware clock in local time is so by hours, and
certificates are good for 90 days."""
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
        """`is_synced` says, each time, whether the wall can be trusted; before `EARLIEST` it never is."""
        self._is_synced = is_synced
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()

    def stamp(self) -> Stamp:
        """Now."""
        wall = time.time()
        synced = wall >= EARLIEST.timestamp() and self._is_synced()
        return Stamp(wall, time.monotonic_ns(), self._boot, synced)


class ClockWatch:
    """Notes the first sure moment of a boot, and every step of the wall clock."""

    def __init__(self, clock: Clock, sure: Callable[[Stamp], None], stepped: Callable[[float], None]) -> None:
        """`sure` is told the first sure moment, `stepped` the seconds of each step from now on."""
        self._clock, self._sure, self._stepped = clock, sure, stepped
        self._offset = _offset(clock.stamp())
        self._is_sure = False

    def turn(self) -> None:
        """Look at the clock."""
        stamp = self._clock.stamp()
        offset = _offset(stamp)
        if abs(offset - self._offset) > STEP:
            self._stepped(round(offset - self._offset, 3))
        self._offset = offset
        if stamp.synced and not self._is_sure:
            self._is_sure = True
            self._sure(stamp)


def _offset(stamp: Stamp) -> float:
    return stamp.wall - stamp.monotonic_ns / 1e9


def is_believable(now: Stamp, floor: float) -> bool:
    """Whether certificates may be judged by this time; `floor` is the newest that was seen, in wall seconds.

    No time is believed from before this release was made. What was seen may have been wrong, years ahead
    perhaps: a clock that the network has set is believed though it is earlier.
    """
    return now.wall >= EARLIEST.timestamp() and (now.synced or now.wall >= floor - SLACK)


def newest_seen(*places: Path) -> float:
    """When the newest of these files, or of the files in these folders, was written; 0.0 without any."""
    files = (file for place in places for file in (_files(place) if place.is_dir() else (place,)))
    return max((when for file in files for when in _written(file)), default=0.0)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except OSError:
        return  # another user's


def _written(file: Path) -> Iterator[float]:
    try:
        found = file.lstat()
    except OSError:
        return
    if stat.S_ISREG(found.st_mode):
        yield found.st_mtime


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
