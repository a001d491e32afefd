"""What every reader on a serial line has in common: opening it, reading until a deadline, and how it dies."""

import errno
import os
import select
import termios
import time
from collections.abc import Sequence
from typing import Protocol

import serial

from drivers.memory import wipe
from drivers.reader import ReaderEvent, ReaderLost

BYTES_AT_ONCE = 256
STRANGERS = 3
"""So many whole frames of another family are its reader, not a disturbed line."""

_REASONS = {
    errno.ENOENT: ("no-device", "it is not there"),
    errno.ENOTDIR: ("no-device", "it is not there"),
    errno.ENODEV: ("no-device", "nothing is plugged in there"),
    errno.ENXIO: ("no-device", "nothing is plugged in there"),
    errno.EIO: ("no-device", "it hung up at once"),
    errno.EACCES: ("permission-denied", "this user is not in its group, which is dialout on Debian"),
    errno.EPERM: ("permission-denied", "this user is not in its group, which is dialout on Debian"),
    errno.EBUSY: ("in-use", "another program has it open"),
    errno.EAGAIN: ("in-use", "another program has it open"),
    errno.ENOTTY: ("wrong-device", "it is no serial line"),
    errno.EISDIR: ("wrong-device", "it is a folder"),
}
"""What the kernel says of a line that cannot be opened -> code and words for a technician."""


class Ear(Protocol):
    """What makes events of the bytes of one family; pure, with the time as an argument (s, monotonic)."""

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if something would be due by then."""

    def hear(self, data: bytearray, now: float) -> Sequence[ReaderEvent]:
        """What these bytes, perhaps none, mean at this time."""

    def forget(self) -> None:
        """Overwrite what was heard and not yet judged."""


class Strangers:
    """Counts frames of another family: without it, the wrong reader on a line would be silent for ever."""

    def __init__(self, name: str) -> None:
        """Nobody strange has spoken on the line of the reader called `name`."""
        self._name, self._met = name, 0

    def met(self, frames: int) -> None:
        """So many whole frames more came. Raises ReaderLost: `wrong-device`, when they are enough."""
        self._met += frames
        if self._met >= STRANGERS:
            raise ReaderLost("wrong-device", f"what is plugged in here is no {self._name} reader")


class SerialReader:
    """A reader on a serial line. What it read is overwritten once it is judged."""

    def __init__(self, name: str, port: serial.Serial, ear: Ear) -> None:
        """Read from an open port."""
        self._name, self._port, self._ear = name, port, ear

    @property
    def name(self) -> str:
        """The family's name."""
        return self._name

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        """What happened, waiting `timeout` seconds at most.

        Raises ReaderLost: `unplugged` when the line hangs up, `wrong-device` when another family speaks.
        """
        deadline = time.monotonic() + timeout
        while True:
            events = self._listen(self._ear.until(deadline))
            if events or time.monotonic() >= deadline:
                return events

    def close(self) -> None:
        """Let the line go and forget what was heard; may be called twice."""
        self._ear.forget()
        self._port.close()

    def _listen(self, until: float) -> Sequence[ReaderEvent]:
        data = bytearray(BYTES_AT_ONCE)
        try:
            del data[self._read(data, until) :]
            return self._ear.hear(data, time.monotonic())
        finally:
            wipe(data)

    def _read(self, into: bytearray, until: float) -> int:
        """Read what is there by `until`; the number of bytes, 0 if none came. Raises ReaderLost."""
        try:
            ready = select.select([self._port], [], [], max(0.0, until - time.monotonic()))[0]
            count = os.readv(self._port.fileno(), [into]) if ready else 0
        except BlockingIOError:  # somebody else's flush came between
            return 0
        except OSError:
            raise self._unplugged() from None
        if ready and not count:
            raise self._unplugged()
        return count

    def _unplugged(self) -> ReaderLost:
        self._ear.forget()
        return ReaderLost("unplugged", "the serial line hung up")


def open_line(path: str, baud: int) -> serial.Serial:
    """Open a tty for this process alone, 8N1, and drop what came before.

    Raises ReaderLost: `no-device`, `permission-denied`, `in-use` or `wrong-device`.
    """
    try:
        return serial.Serial(path, baud, timeout=0, exclusive=True)
    except (OSError, termios.error) as error:
        lost = refused(path, error)
    raise lost


def refused(path: str, error: Exception) -> ReaderLost:
    """Why a line could not be opened, in a code and in a technician's words."""
    reason, why = _REASONS.get(_number(error), ("no-device", str(error)))
    return ReaderLost(reason, f"{path} cannot be opened: {why}")


def _number(error: BaseException) -> int:
    """The kernel's number, or 0; pyserial hides that of a termios.error in what its own was raised from."""
    told = [one.args[0] for one in (error, error.__context__) if one is not None and one.args]
    return next((number for number in told if isinstance(number, int)), 0)
