"""As much of systemd as watches over a service: it hears sd_notify(3), and ends what goes silent."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path


class Supervisor:
    """One service of `Type=notify` with a `WatchdogSec=` of `patience` seconds."""

    def __init__(self, socket_path: str | Path, patience: float) -> None:
        """`socket_path` is a file, or a name of the abstract namespace behind an `@`."""
        self.patience, self._path = patience, str(socket_path)
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(f"\0{self._path[1:]}" if self._path.startswith("@") else self._path)
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []
        """Every line, in order."""
        self.fed_at: list[float] = []
        """When a sign of life came, in seconds of `time.monotonic()`."""

    @property
    def environment(self) -> dict[str, str]:
        """What a service is told of it."""
        return {"NOTIFY_SOCKET": self._path, "WATCHDOG_USEC": str(int(self.patience * 1e6))}

    def start(self, command: list[str], cwd: Path, environment: Mapping[str, str]) -> None:
        """Begin, and begin to count."""
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **environment, **self.environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def hear(self, seconds: float) -> bool:
        """Take what comes next; False where nothing came for so long."""
        self._heard.settimeout(seconds)
        try:
            lines = self._heard.recv(4096).decode().split("\n")
        except (TimeoutError, BlockingIOError):
            return False
        self.said += lines
        if "WATCHDOG=1" in lines:
            self.fed_at.append(time.monotonic())
        return True

    def hear_until(self, line: str, within: float) -> None:
        """Go on until it has been said."""
        end = time.monotonic() + within
        while line not in self.said:
            assert self.hear(max(0.0, end - time.monotonic())), f"{line} was not said within {within:.0f} s"

    def ends_the_silent(self, within: float) -> int:
        """Watch until nothing came for `patience` seconds, abort it as systemd does, and give its code."""
        assert self._process
        end = time.monotonic() + within
        while time.monotonic() < end:
            left = (self.fed_at[-1] if self.fed_at else end) + self.patience - time.monotonic()
            if left <= 0:
                self._process.send_signal(signal.SIGABRT)
                return self._process.wait(within)
            self.hear(left)
        raise AssertionError(f"it was fed all the time, for {within:.0f} s")

    def close(self) -> None:
        """End whatever still runs."""
        if self._process:
            self._process.kill()
            self._process.wait()
            assert self._process.stderr
            self._process.stderr.close()
        self._heard.close()
