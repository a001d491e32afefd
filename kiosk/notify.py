"""Telling systemd that this process is up and goes on, as sd_notify(3) says; elsewhere nobody is told.

What is never told cannot be believed by mistake: whoever calls `alive` does so from the very loop that must
not stand still, never from a thread beside it.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final

_UP, _ALIVE = "READY=1", "WATCHDOG=1"
_LEAST: Final = 4
"""Signs of life in the time that the watchdog waits for one, at most: a busy loop does not flood systemd."""


class Systemd:
    """What started this process, if it wants to hear. One thread calls it."""

    def __init__(self, environment: Mapping[str, str], now: Callable[[], float] = time.monotonic) -> None:
        """`environment` has NOTIFY_SOCKET and, with `WatchdogSec=`, WATCHDOG_USEC (sd_watchdog_enabled(3)).

        `now` is a monotonic clock, in seconds.
        """
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._patience = _patience(environment) if self._address else None
        self._now, self._up, self._due = now, False, 0.0

    @property
    def every(self) -> float | None:
        """Seconds between two signs of life: half of what systemd waits for one; None: it wants none."""
        return None if self._patience is None else self._patience / 2

    def alive(self) -> None:
        """Say that the loop has turned, as often as is wanted; the first time, that this process is up."""
        now = self._now()
        if not self._up:
            self._up = self._tell(f"{_UP}\n{_ALIVE}")
        elif self._patience is None or now < self._due or not self._tell(_ALIVE):
            return
        self._due = now + (self._patience or 0.0) / _LEAST

    def status(self, text: str) -> None:
        """Say in a line how it stands, for `systemctl status`."""
        self._tell(f"STATUS={' '.join(text.split())}")

    def _tell(self, what: str) -> bool:
        """Whether it was taken; systemd may be too busy just now, and no loop waits for it."""
        if not self._address:
            return True
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.sendto(what.encode(), socket.MSG_DONTWAIT, self._address)
            return True
        return False


def _address(said: str) -> str:
    """A socket in the file system, or one in Linux' abstract namespace (unix(7)), which `@` stands for."""
    return f"\0{said[1:]}" if said.startswith("@") else said if said.startswith("/") else ""


def _patience(environment: Mapping[str, str]) -> float | None:
    try:
        seconds = int(environment.get("WATCHDOG_USEC", "")) / 1e6
    except ValueError:
        return None
    return seconds if seconds > 0 else None
