"""The right time for guests: SNTP (RFC 4330) on the loopback, which needs a privileged port."""

import socket
import struct
import threading
import time
from typing import Final, Self

PORT: Final = 123
SINCE_1900: Final = 2_208_988_800
"""Seconds from NTP's first moment to UNIX's."""
STRATUM, SERVER = 2, 0x24
"""Version 4, mode 4: an answer of a server."""
PACKET: Final = 48


class Clock:
    """Answers in a thread of its own. `tells` is False where it may not have the port."""

    def __init__(self, host: str = "127.0.0.1", port: int = PORT) -> None:
        """Take the port, if that is possible."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tells = self._has(host, port)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        """Begin to answer."""
        if self.tells:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        if self.tells:
            self._over.set()
            self._socket.sendto(b"", self._socket.getsockname())
            self._thread.join()
        self._socket.close()

    def _has(self, host: str, port: int) -> bool:
        try:
            self._socket.bind((host, port))
        except OSError:
            return False
        return True

    def _serve(self) -> None:
        while not self._over.is_set():
            asked, who = self._socket.recvfrom(512)
            if len(asked) >= PACKET:
                self._socket.sendto(answer(asked, time.time()), who)


def answer(asked: bytes, now: float) -> bytes:
    """The packet of a server whose time is `now` (s since 1970) to a client's."""
    head = struct.pack(">BBbbIII", SERVER, STRATUM, asked[2], -20, 0, 0, 0x7F000001)
    moment = _stamp(now)
    return head + moment + asked[40:48] + moment + moment


def _stamp(now: float) -> bytes:
    whole = int(now)
    return struct.pack(">II", whole + SINCE_1900 & 0xFFFFFFFF, int((now - whole) * 2**32))
