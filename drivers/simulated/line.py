"""A unit's serial line on a pty, as slow as its line: 10 bits a byte at 9600 baud."""

import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from drivers.simulated.ttys import Pty

BYTE_TIME = 10 / 9600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Burst:
    """Bytes to send, and the promise of the time at which the last of them was written."""

    data: bytes
    sent: Future[float]


class Line:
    """The line of one unit. Its slave side is the tty that a driver opens."""

    def __init__(self, name: str, link: Path | None = None) -> None:
        """Plug it in; `link` leads to its tty as long as it is plugged in. Raises OSError."""
        self._link = link
        self._changed = threading.Condition()
        self._pty: Pty | None = None
        self._resting: _Burst | None = None
        self._every = 0.0
        self._waiting: deque[_Burst] = deque()
        self._closing = False
        self.plug()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def path(self) -> str:
        """The tty of now: another after each plugging in. OSError while it is unplugged."""
        if self._pty is None:
            raise FileNotFoundError("the line is unplugged")
        return self._pty.path

    def send(self, data: bytes) -> Future[float]:
        """Send bytes once, behind what waits.

        Promises the monotonic time at which the last was written; cancelled if it is unplugged before.
        """
        burst = _Burst(data, Future())
        with self._changed:
            if self._pty is None:
                burst.sent.cancel()
            else:
                self._waiting.append(burst)
            self._changed.notify()
        return burst.sent

    def rest(self, data: bytes, every: float) -> Future[float]:
        """Send bytes each `every` seconds in place of those so far, from now or from plugging in.

        Promises the monotonic time at which the last was first written; cancelled by `lift` and `unplug`.
        """
        burst = _Burst(data, Future())
        with self._changed:
            self._take_off()
            self._resting, self._every = burst, every
            if self._pty is None:
                burst.sent.cancel()
            self._changed.notify()
        return burst.sent

    def lift(self) -> None:
        """Send nothing again and again any more; what has begun is sent to its end."""
        with self._changed:
            self._take_off()

    def unplug(self) -> None:
        """Hang up, in the middle of what is being sent; what waits is lost, what rests goes on resting."""
        with self._changed:
            if self._pty is None:
                return
            if self._link is not None:
                self._link.unlink(missing_ok=True)
            self._pty.close()
            self._pty = None
            self._lose_waiting()
            self._changed.notify()

    def plug(self) -> None:
        """Plug it in, with a tty of its own; nothing happens if it is. Raises OSError."""
        with self._changed:
            if self._pty is not None or self._closing:
                return
            self._pty = Pty()
            if self._link is not None:
                self._link.unlink(missing_ok=True)
                self._link.symlink_to(self._pty.path)
            self._changed.notify()

    def close(self) -> None:
        """Unplug it for good. May be called twice."""
        self.unplug()
        with self._changed:
            self._closing = True
            self._take_off()
            self._changed.notify()
        self._thread.join()

    def _take_off(self) -> None:
        if self._resting is not None:
            self._resting.sent.cancel()
        self._resting = None

    def _lose_waiting(self) -> None:
        if self._resting is not None:
            self._resting.sent.cancel()
        while self._waiting:
            self._waiting.popleft().sent.cancel()

    def _run(self) -> None:
        next_time = time.monotonic()
        while (burst := self._next(next_time)) is not None:
            started = time.monotonic()
            self._send(burst)
            if burst is self._resting:
                next_time = started + self._every

    def _next(self, next_time: float) -> _Burst | None:
        """Wait for what is to be sent next; None when closed."""
        with self._changed:
            while not self._closing:
                burst, wait = self._due(next_time)
                if burst is not None:
                    return burst
                self._changed.wait(wait)
        return None

    def _due(self, next_time: float) -> tuple[_Burst | None, float | None]:
        """What is to be sent now, or how long to wait for it; None for ever."""
        if self._pty is None:
            return None, None
        if self._waiting:
            return self._waiting[0], None
        wait = None if self._resting is None else max(0.0, next_time - time.monotonic())
        return (None, wait) if wait != 0 else (self._resting, None)

    def _send(self, burst: _Burst) -> None:
        started = time.monotonic()
        pty = self._begin()
        ends = (started + count * BYTE_TIME for count in range(1, len(burst.data) + 1))
        if all(self._write(pty, byte, end) for byte, end in zip(burst.data, ends, strict=True)):
            self._sent(burst)

    def _begin(self) -> Pty | None:
        with self._changed:
            if self._pty is not None:
                self._pty.lose_unread()
            return self._pty

    def _write(self, pty: Pty | None, byte: int, end: float) -> bool:
        """Write a byte that ends at this time; False if it was unplugged meanwhile."""
        time.sleep(max(0.0, end - time.monotonic()))  # the line's own pace
        with self._changed:
            if pty is None or pty is not self._pty:
                return False
            pty.write(byte)
        return True

    def _sent(self, burst: _Burst) -> None:
        """Keep the promise, unless it was kept with an earlier burst, or cancelled."""
        with self._changed:
            if self._waiting and self._waiting[0] is burst:
                self._waiting.popleft()
            if not burst.sent.done() and burst.sent.set_running_or_notify_cancel():
                burst.sent.set_result(time.monotonic())
