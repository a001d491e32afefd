"""An EM4100 reader unit at its serial line: a frame each 65 ms while a card rests on its coil."""

from concurrent.futures import Future
from pathlib import Path

from drivers.em4100 import ETX, NAME, STX, checksum
from drivers.simulated.line import Line

REPEAT = 0.065
"""Seconds from the start of a frame to the start of the next while a card rests."""
IDENTITY_BYTES = 5


def frame(identity: bytes, *, wrong_checksum: bool = False) -> bytes:
    """What an RDM6300 sends for five bytes; ValueError for another length."""
    if len(identity) != IDENTITY_BYTES:
        raise ValueError("an EM4100 identity has 5 bytes")
    digits = (identity + bytes([checksum(identity) ^ wrong_checksum])).hex().upper()
    return bytes([STX]) + digits.encode() + bytes([ETX])


class Unit(Line):
    """The unit. A card stays on its coil while it is unplugged."""

    def __init__(self, link: Path | None = None) -> None:
        """Plug it in, with nothing on its coil. Raises OSError."""
        super().__init__(NAME, link)

    def lay(self, identity: bytes, *, wrong_checksum: bool = False) -> Future[float]:
        """Lay a card on the coil, in place of the one there.

        The promise is kept with the monotonic time at which the first frame's last byte was written; it
        is cancelled if the card is lifted before, or the unit unplugged.
        """
        return self.rest(frame(identity, wrong_checksum=wrong_checksum), REPEAT)
