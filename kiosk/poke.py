"""A nudge from one process to the other over a UNIX datagram; losing one only costs a poll interval."""

import contextlib
import socket
from pathlib import Path


class Poker:
    """The side that nudges."""

    def __init__(self, path: Path) -> None:
        """`path` is where the other side listens; it need not be there."""
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def poke(self) -> None:
        """Nudge, if somebody is there to be nudged."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b".", self._path)

    def close(self) -> None:
        """Nudge no more."""
        self._socket.close()


class Poked:
    """The side that is nudged; `fileno` is readable when it was."""

    def __init__(self, path: Path) -> None:
        """Listen on `path`, taking it over from a process that died."""
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def fileno(self) -> int:
        """For select."""
        return self._socket.fileno()

    def drain(self) -> None:
        """Take all nudges so far as one."""
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
