"""A stand-in for the `spidev` module: its buses end at simulated chips, here or behind a UNIX socket."""

import errno
import itertools
import socket
from collections.abc import Sequence
from typing import Protocol

MOST_BYTES = 4096
"""The longest transfer, as in the kernel's driver."""


class Wire(Protocol):
    """Where a bus ends."""

    def xfer(self, out: Sequence[int]) -> list[int]:
        """One transfer under chip select. Raises OSError."""


_chips: dict[int, Wire] = {}
_sockets: dict[int, str] = {}
_numbers = itertools.count(1000)


def plug(end: Wire | str) -> int:
    """Put a chip, or the path of a socket that leads to one, on a bus of its own; the bus's number.

    The same path keeps its number, so that a reader may be opened again and again.
    """
    if isinstance(end, str):
        known = next((bus for bus, path in _sockets.items() if path == end), None)
        bus = next(_numbers) if known is None else known
        _sockets[bus] = end
        return bus
    bus = next(_numbers)
    _chips[bus] = end
    return bus


class SpiDev:
    """What `spidev.SpiDev` is, as far as chip drivers use it."""

    def __init__(self) -> None:
        """Not open yet."""
        self.max_speed_hz = 500_000
        self._wire: Wire | None = None

    def open(self, bus: int, device: int) -> None:
        """Open a bus that was plugged. Raises OSError, as the kernel would."""
        if device == 0 and bus in _sockets:
            self._wire = _SocketWire(_sockets[bus])
        elif device == 0 and bus in _chips:
            self._wire = _chips[bus]
        else:
            raise FileNotFoundError(errno.ENOENT, "no such SPI device", f"/dev/spidev{bus}.{device}")

    def xfer2(self, values: Sequence[int]) -> list[int]:
        """One transfer. Raises OSError when the bus is closed or its other end is gone."""
        if self._wire is None:
            raise OSError(errno.EBADF, "the SPI device is closed")
        return self._wire.xfer(values)

    def close(self) -> None:
        """Let the bus go; may be called twice."""
        if isinstance(self._wire, _SocketWire):
            self._wire.close()
        self._wire = None


class _SocketWire:
    """A chip in another process: one packet each way is one transfer."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(2.0)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise

    def xfer(self, out: Sequence[int]) -> list[int]:
        self._socket.send(bytes(out))
        answer = self._socket.recv(MOST_BYTES)
        if not answer:
            raise ConnectionResetError(errno.ECONNRESET, "the simulated chip is gone")
        return list(answer)

    def close(self) -> None:
        self._socket.close()
