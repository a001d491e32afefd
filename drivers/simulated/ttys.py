"""A pair of ttys: what a unit writes into the one, a driver reads from the other."""

import fcntl
import os
import struct
import termios
import tty
from contextlib import suppress

UNREAD_AT_MOST = 1024
"""Bytes that may wait for a reader; a serial port without one loses what comes, and so does this."""


class Pty:
    """One pair, from plugging in to unplugging."""

    def __init__(self) -> None:
        """Plug it in. Raises OSError."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    def write(self, byte: int) -> None:
        """Send a byte; it is lost if there is no room."""
        with suppress(BlockingIOError):
            os.write(self._master, bytes([byte]))

    def lose_unread(self) -> None:
        """Drop what nobody reads."""
        unread = struct.unpack("i", fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4))[0]
        if unread > UNREAD_AT_MOST:
            termios.tcflush(self._slave, termios.TCIFLUSH)

    def close(self) -> None:
        """Unplug it: whoever has the tty open sees it hang up."""
        os.close(self._master)
        os.close(self._slave)
