"""An EM4100 reader unit on a pty, as slow as its line: 10 bits a byte at 9600 baud, a frame each 65 ms."""

import fcntl
import os
import struct
import termios
import threading
import time
import tty
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

from drivers.em4100 import BAUD, ETX, STX, checksum

BYTE_TIME = 10 / BAUD
REPEAT = 0.065
"""Seconds from the start of a frame to the start of the next while a card rests."""
UNREAD_AT_MOST = 1024
"""Bytes that may wait for a reader; a serial port without one loses what comes, and so does this."""
IDENTITY_BYTES = 5


def frame(identity: bytes, *, wrong_checksum: bool = False) -> bytes:
    """What an RDM6300 sends for five bytes; ValueError for another length."""
    if len(identity) != IDENTITY_BYTES:
        raise ValueError("an EM4100 identity has 5 bytes")
    digits = (identity + bytes([checksum(identity) ^ wrong_checksum])).hex().upper()
    return bytes([STX]) + digits.encode() + bytes([ETX])


@dataclass(frozen=True, slots=True)
class _Burst:
    """Bytes to send, and the promise of the time at which the last of them was written."""

    data: bytes
    sent: Future[float]


class Unit:
    """The unit. Its slave side is the tty that a driver opens; closing it is unplugging it."""

    def __init__(self) -> None:
        """Plug it in, with nothing on its coil."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._changed = threading.Condition()
        self._resting: _Burst | None = None
        self._noise: deque[_Burst] = deque()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="em4100", daemon=True)
        self._thread.start()

    def lay(self, identity: bytes, *, wrong_checksum: bool = False) -> Future[float]:
        """Lay a card on the coil, in place of the one there.

        The promise is kept with the monotonic time at which the first frame's last byte was written; it
        is cancelled if the card is lifted before.
        """
        return self._rest(_Burst(frame(identity, wrong_checksum=wrong_checksum), Future()))

    def lift(self) -> None:
        """Take the card off; a frame that has begun is sent to its end."""
        with self._changed:
            self._take_off()

    def noise(self, data: bytes) -> Future[float]:
        """Send these bytes between frames; promises the time at which the last was written."""
        burst = _Burst(data, Future())
        with self._changed:
            self._noise.append(burst)
            self._changed.notify()
        return burst.sent

    def close(self) -> None:
        """Unplug it: whoever has the tty open sees it hang up. May be called twice."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._take_off()
            for burst in self._noise:
                burst.sent.cancel()
            self._changed.notify()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)

    def _rest(self, burst: _Burst) -> Future[float]:
        with self._changed:
            self._take_off()
            self._resting = burst
            self._changed.notify()
        return burst.sent

    def _take_off(self) -> None:
        if self._resting is not None:
            self._resting.sent.cancel()
        self._resting = None

    def _run(self) -> None:
        next_frame = time.monotonic()
        while (burst := self._next(next_frame)) is not None:
            started = time.monotonic()
            self._send(burst)
            if burst is self._resting:
                next_frame = started + REPEAT

    def _next(self, next_frame: float) -> _Burst | None:
        """Wait for what is to be sent next; None when unplugged."""
        with self._changed:
            while not self._closing:
                if self._noise:
                    return self._noise.popleft()
                wait = None if self._resting is None else next_frame - time.monotonic()
                if wait is not None and wait <= 0:
                    return self._resting
                self._changed.wait(wait)
        return None

    def _send(self, burst: _Burst) -> None:
        self._lose_unread()
        started = time.monotonic()
        for count, byte in enumerate(burst.data, start=1):
            time.sleep(max(0.0, started + count * BYTE_TIME - time.monotonic()))  # the line's own pace
            self._write(byte)
        _keep(burst.sent, time.monotonic())

    def _lose_unread(self) -> None:
        unread = struct.unpack("i", fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4))[0]
        if unread > UNREAD_AT_MOST:
            termios.tcflush(self._slave, termios.TCIFLUSH)

    def _write(self, byte: int) -> None:
        try:
            os.write(self._master, bytes([byte]))
        except BlockingIOError:
            return


def _keep(promise: Future[float], at: float) -> None:
    """Keep a promise unless it was kept with an earlier frame, or cancelled by a lift."""
    if not promise.done() and promise.set_running_or_notify_cancel():
        promise.set_result(at)
