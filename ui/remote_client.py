"""A simulated shopper's eyes and finger: the other end of `ui.remote`, without Kivy."""

import contextlib
import json
import select
import socket
import time
from dataclasses import dataclass
from os import PathLike, fspath
from types import TracebackType
from typing import Self

_RETRY = 0.1
"""Seconds between two attempts to reach a kiosk that is not there (yet)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A view that was flipped at `at` (`time.monotonic()`), and the keys that can be touched."""

    view: str
    at: float
    language: str
    targets: dict[str, tuple[float, float]]


class Screen:
    """Sees every flipped view in order, and touches keys by name.

    The kiosk may start later, or again: a lost socket is opened anew when next looked at.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """Watch the kiosk whose socket is at `path`; nothing is opened before the first look."""
        self._path = fspath(path)
        self._socket: socket.socket | None = None
        self._buffer = b""
        self.notice: Notice | None = None
        """The latest that was looked at."""

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look away."""
        self.close()

    def close(self) -> None:
        """Look away; the kiosk does not mind."""
        if self._socket:
            self._socket.close()
        self._socket, self._buffer = None, b""

    @property
    def drawn(self) -> float:
        """When the view on the screen was flipped, in seconds of `time.monotonic()`; 0 before any."""
        self._catch_up()
        return self.notice.at if self.notice else 0.0

    def wait_for(self, *views: str, timeout: float, after: float = 0.0) -> bool:
        """Look until one of `views` is flipped later than `after`; False after `timeout` seconds.

        The view looked at last counts too. None is missed, however short it stood.
        """
        deadline = time.monotonic() + timeout
        while not (self.notice and self.notice.view in views and self.notice.at > after):
            if not self._look(deadline):
                return False
        return True

    def touch(self, name: str) -> bool:
        """Touch a key of the view that is on the screen now; False where it has no such key."""
        self._catch_up()
        if not (self._socket and self.notice and name in self.notice.targets):
            return False
        with contextlib.suppress(OSError):
            self._socket.sendall(json.dumps({"touch": self.notice.targets[name]}).encode() + b"\n")
            return True
        return False

    def _catch_up(self) -> None:
        while self._look(0.0):
            pass

    def _look(self, deadline: float) -> bool:
        """Take the next notice; False when none came before `deadline`."""
        while b"\n" not in self._buffer:
            if not self._read(deadline) and time.monotonic() >= deadline:
                return False
        line, self._buffer = self._buffer.split(b"\n", 1)
        self.notice = _decoded(line)
        return True

    def _read(self, deadline: float) -> bool:
        left = max(0.0, deadline - time.monotonic())
        if self._socket is None:
            return self._connect(left)
        if not select.select([self._socket], [], [], left)[0]:
            return False
        data = b""
        with contextlib.suppress(OSError):
            data = self._socket.recv(65536)
        if not data:
            self.close()
        self._buffer += data
        return bool(data)

    def _connect(self, left: float) -> bool:
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(self._path)
        except OSError:
            link.close()
            time.sleep(min(_RETRY, left))
            return False
        self._socket = link
        return True


def _decoded(line: bytes) -> Notice:
    raw = json.loads(line)
    targets = {name: (float(x), float(y)) for name, (x, y) in raw["targets"].items()}
    return Notice(raw["view"], float(raw["at"]), raw["language"], targets)
