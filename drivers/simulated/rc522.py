"""A simulated RC522: the real driver and the real library, on a chip that is not there.

`Chip(cards=[...])` is the chip with its SPI bus. `open_spi(chip)` is our reader on it; anything else that
wants a `spidev.SpiDev` can have it as well.
"""

import sys
import threading
import time
import types
from collections.abc import Callable
from typing import Protocol
from urllib.parse import SplitResult

from drivers.reader import BadUrl, Reader
from drivers.simulated import gpio, spi
from drivers.simulated.cards import Card
from drivers.simulated.chip import Chip

__all__ = ["Card", "Chip", "open_spi", "open_url", "stand_in"]

_spidev, _pins = types.ModuleType("spidev"), types.ModuleType("RPi")
_pins.__dict__["GPIO"] = gpio
_opening = threading.Lock()


class SpiDev(Protocol):
    """What the library uses of a `spidev.SpiDev`."""

    max_speed_hz: int

    def open(self, bus: int, device: int, /) -> None:
        """Open a bus. Raises OSError."""

    def xfer2(self, values: list[int], /) -> list[int]:
        """One transfer under chip select. Raises OSError."""

    def close(self) -> None:
        """Let the bus go."""


def open_url(url: SplitResult) -> Reader:
    """Open `rc522+sim:///<socket>`. Raises BadUrl, ReaderLost."""
    if url.netloc or not url.path.startswith("/") or url.query:
        raise BadUrl(f"a simulated RC522 is rc522+sim:///<socket>, not {url.geturl()!r}")
    return open_spi(spi.SpiDev(url.path))


def open_spi(
    bus: SpiDev,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Reader:
    """Open the reader at the end of a bus, in time of the caller's choice. Raises BadUrl, ReaderLost."""
    with _opening:  # the library asks the one module for a bus, and cannot say for which chip
        stand_in(bus)
        from drivers import rc522  # noqa: PLC0415 - its library can be imported only now

        return rc522.open_bus(0, 0, clock=clock, sleep=sleep)


def stand_in(bus: SpiDev) -> None:
    """Make `mfrc522` importable off the Pi: its `spidev` has this bus, its `RPi.GPIO` has no pins.

    One process has either real or simulated chips: BadUrl if the library already runs on the real ones.
    """
    if "mfrc522" in sys.modules and sys.modules.get("spidev") is not _spidev:
        raise BadUrl("a simulated RC522 cannot be opened in a process that has opened a real one")
    _spidev.__dict__["SpiDev"] = lambda: bus
    sys.modules.update({"spidev": _spidev, "RPi": _pins, "RPi.GPIO": gpio})
