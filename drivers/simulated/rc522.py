"""Opens an RC522 whose chip is simulated: the real driver and the real library, on a stand-in bus."""

import sys
import types
from urllib.parse import SplitResult

from drivers.reader import BadUrl, Reader
from drivers.simulated import gpio, spi
from drivers.simulated.spi import Wire


def open_url(url: SplitResult) -> Reader:
    """Open `rc522+sim:///<socket>`. Raises BadUrl, ReaderLost."""
    if url.netloc or not url.path.startswith("/") or url.query:
        raise BadUrl(f"a simulated RC522 is rc522+sim:///<socket>, not {url.geturl()!r}")
    return open_wire(url.path)


def open_wire(end: Wire | str) -> Reader:
    """Open the reader of a chip in this process, or of one behind a socket. Raises BadUrl, ReaderLost."""
    stand_in()
    from drivers import rc522  # noqa: PLC0415 - its library can be imported only now

    return rc522.open_bus(spi.plug(end), 0)


def stand_in() -> None:
    """Make `mfrc522` importable by putting the stand-ins in the place of `spidev` and `RPi.GPIO`.

    One process has either real or simulated chips: BadUrl if the library already runs on the real ones.
    """
    if "mfrc522" in sys.modules and sys.modules.get("spidev") is not spi:
        raise BadUrl("a simulated RC522 cannot be opened in a process that has opened a real one")
    parent = types.ModuleType("RPi")
    parent.__dict__["GPIO"] = gpio
    sys.modules.update({"spidev": spi, "RPi": parent, "RPi.GPIO": gpio})
