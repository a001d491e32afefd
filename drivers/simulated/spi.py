"""The SPI bus of a chip in another process, behind a UNIX socket: one packet each way is one transfer."""

import errno
import socket
from collections.abc import Sequence

MOST_BYTES = 4096
"""The longest transfer, as in the kernel's driver."""
PATIENCE = 2.0
"""Seconds that the other process may take for a transfer."""


class SpiDev:
    """What `spidev.SpiDev` is, as far as chip drivers use it, for the chip behind one socket."""

    def __init__(self, path: str) -> None:
        """Not open yet."""
        self.max_speed_hz = 500_000
        self._path = path
        self._socket: socket.socket | None = None

    def open(self, bus: int, device: int) -> None:  # noqa: ARG002 - the path alone says which chip
        """Reach the chip. Raises OSError, as the kernel would for a missing bus."""
        self.close()
        link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        link.settimeout(PATIENCE)
        try:
            link.connect(self._path)
        except OSError:
            link.close()
            raise
        self._socket = link

    def xfer2(self, values: Sequence[int]) -> list[int]:
        """One transfer. Raises OSError when the bus is closed or its other end is gone."""
        if self._socket is None:
            raise OSError(errno.EBADF, "the SPI device is closed")
        self._socket.send(bytes(values))
        answer = self._socket.recv(MOST_BYTES)
        if not answer:
            raise ConnectionResetError(errno.ECONNRESET, "the simulated chip is gone")
        return list(answer)

    def close(self) -> None:
        """Let the bus go; may be called twice."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
