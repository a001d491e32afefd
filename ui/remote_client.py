"""A simulated shopper's eyes and finger: the other end of `ui.remote`, without Kivy."""

import json
import select
import socket
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self


class RemoteGone(ConnectionError):
    """The kiosk closed the socket."""


class NotShown(TimeoutError):
    """None of the awaited views was flipped in time; the text says which was."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A view that was flipped at `at` (`time.monotonic()`), and the keys that can be touched."""

    view: str
    at: float
    language: str
    targets: dict[str, tuple[float, float]]


class RemoteClient:
    """Sees each flipped view in order, and touches keys by their names."""

    def __init__(self, path: str) -> None:
        """Connect. Raises OSError while no kiosk listens at `path`."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._buffer = b""
        self.notice: Notice | None = None
        """The latest that was looked at."""

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        self.close()

    def close(self) -> None:
        """Leave; the kiosk does not mind."""
        self._socket.close()

    def next(self, timeout: float) -> Notice | None:
        """The next view that was flipped and not yet looked at; None after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self._buffer:
            if not select.select([self._socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            data = self._socket.recv(65536)
            if not data:
                raise RemoteGone("the kiosk closed the socket")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        self.notice = _decoded(line)
        return self.notice

    def wait_for(self, *views: str, timeout: float) -> Notice:
        """Look at views in the order they were flipped until one of `views` comes; NotShown after `timeout` s.

        A view that was looked at before does not count again.
        """
        deadline = time.monotonic() + timeout
        while notice := self.next(max(0.0, deadline - time.monotonic())):
            if notice.view in views:
                return notice
        seen = self.notice.view if self.notice else "nothing"
        raise NotShown(f"{' or '.join(views)} was not shown within {timeout} s; on screen: {seen}")

    def touch(self, name: str) -> None:
        """Touch a key of the view that was looked at last; KeyError where it has no such key."""
        targets = self.notice.targets if self.notice else {}
        self._socket.sendall(json.dumps({"touch": targets[name]}).encode() + b"\n")


def _decoded(line: bytes) -> Notice:
    raw = json.loads(line)
    targets = {name: (float(x), float(y)) for name, (x, y) in raw["targets"].items()}
    return Notice(raw["view"], float(raw["at"]), raw["language"], targets)
