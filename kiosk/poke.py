"""A nudge from one process to the other over a UNIX datagram; losing one only costs a poll interval."""

import contextlib
import socket
from pathlib import Path

NUDGE = b"."
MAX_DATAGRAM = 4096
"""Bytes of one datagram, at most."""


class Poker:
    """The side that nudges."""

    def __init__(self, path: Path) -> None:
        """`path` is where the other side listens; it need not be there."""
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def poke(self, words: bytes = NUDGE) -> None:
        """Nudge, or say something (up to MAX_DATAGRAM bytes), if somebody is there to hear it."""
        with contextlib.suppress(OSError):
            self._socket.sendto(words, self._path)

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

    def take(self) -> list[bytes]:
        """What was said since, in order; a nudge, which says nothing but that it came, is left out."""
        said: list[bytes] = []
        with contextlib.suppress(BlockingIOError):
            while words := self._socket.recv(MAX_DATAGRAM):
                if words != NUDGE:
                    said.append(words)
        return said

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
