"""A nudge from one process to the other over a UNIX datagram; losing one only costs a poll interval."""

import contextlib
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

NUDGE = b"."
RESTART, IDENTIFY, CATALOGUE, REPLY = b"restart", b"identify", b"catalogue", b"reply"
RECALL = b"recall"
"""What sync says to the screen: leave, blink, take the new catalogue, look at the reply, at the recalls."""
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
        """Nudge, or say something, if somebody is there to hear it."""
        self.tell(words)

    def tell(self, words: bytes) -> bool:
        """Say something (up to MAX_DATAGRAM bytes); False if nobody is there to hear it."""
        try:
            self._socket.sendto(words, self._path)
        except OSError:
            return False
        return True

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


class Ear:
    """A thread that waits for words; `heard` is called in it, with each."""

    def __init__(self, poked: Poked, heard: Callable[[bytes], object]) -> None:
        """Take what was said since `poked` listens, and what will be; it is closed with this."""
        self._poked, self._heard = poked, heard
        self._wake, self._close = os.pipe()
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        os.close(self._close)
        self._thread.join()
        os.close(self._wake)
        self._poked.close()

    def _run(self) -> None:
        while self._wake not in select.select([self._poked.fileno(), self._wake], [], [])[0]:
            for word in self._poked.take():
                self._heard(word)
