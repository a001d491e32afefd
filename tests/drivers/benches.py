"""Every reader on a bench: the real driver, and its device in the hand of a test.

A reader joins the contract (`test_contract.py`) with one line in BENCHES and a column in docs/readers.md.
"""

import random
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drivers.reader import Card
from drivers.simulated.cards import Bits
from drivers.simulated.cards import Card as AirCard
from drivers.simulated.em4100 import Unit
from drivers.simulated.keyboard import Keyboard
from drivers.simulated.listener import Listener
from drivers.simulated.magstripe import Unit as Slot
from drivers.simulated.rc522 import Chip
from drivers.simulated.spi import MOST_BYTES


class Bench(Protocol):
    """A device that is plugged in when the bench is made, with nothing at it."""

    url: str
    """What `open_reader` opens; the same after a replug."""
    one: Card
    other: Card
    swipes: bool
    """Whether a card comes and goes at once, as in a slot, and cannot rest."""
    within: float
    """Seconds from the moment that `present` tells until CardPresented, at most, on a quiet machine."""

    def present(self, card: Card) -> float:
        """Bring a card; the `time.monotonic()` at which it was in the field or its last byte was sent."""

    def take_away(self) -> None:
        """Take everything away; nothing to do for a slot."""

    def present_bad(self) -> None:
        """Bring something that the reader must refuse; it rests where a card can."""

    def garbage(self) -> None:
        """Have the device send what no card sends, until it is taken away."""

    def unplug(self) -> None:
        """Pull the plug."""

    def replug(self) -> None:
        """Put it back, with nothing at the reader."""

    def close(self) -> None:
        """Leave nothing behind, plugged in or not."""


class Babble(AirCard):
    """A card that answers anything with anything."""

    def __init__(self, uid: bytes, chance: random.Random) -> None:
        super().__init__(uid)
        self._chance = chance

    def hear(self, frame: Bits) -> Bits | None:
        count = self._chance.choice((0, 4, 16, 24, 40, frame.count))
        return Bits(self._chance.getrandbits(count), count) if count else None


class Rc522Bench:
    """An RC522 whose chip is at the other end of a socket."""

    one = Card("iso14443", bytes.fromhex("04A3C6CAE26180"))
    other = Card("iso14443", bytes.fromhex("04A3C611223380"))
    swipes = False
    within = 0.15

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rc522.sock"
        self.url = f"rc522+sim://{self._path}"
        self._listener: Listener | None = None
        self.replug()

    def present(self, card: Card) -> float:
        self._chip.put(card.identity)
        return time.monotonic()

    def take_away(self) -> None:
        self._chip.clear()

    def present_bad(self) -> None:
        self._chip.put(AirCard(self.one.identity, bad_bcc=True))

    def garbage(self) -> None:
        self._chip.put(Babble(self.one.identity, random.Random(522)))

    def unplug(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._listener = None

    def replug(self) -> None:
        self._chip = Chip()
        self._listener = Listener(self._path, socket.SOCK_SEQPACKET, self._serve)

    close = unplug

    def _serve(self, client: socket.socket) -> None:
        while out := client.recv(MOST_BYTES):
            client.send(bytes(self._chip.xfer2(out)))


class Em4100Bench:
    """A serial unit at the other end of a pty."""

    one = Card("em4100", bytes.fromhex("0a1b2c3d4e"))
    other = Card("em4100", bytes.fromhex("0000000001"))
    swipes = False
    within = 0.05

    def __init__(self, folder: Path) -> None:
        self._tty = folder / "tty"
        # where the unit's thread is held up for so long, and sends nothing, its card is not gone
        self.url = f"em4100://{self._tty}?absent=1"
        self.replug()

    def present(self, card: Card) -> float:
        return self._unit.lay(card.identity).result(5)

    def take_away(self) -> None:
        self._unit.lift()

    def present_bad(self) -> None:
        self._unit.lay(self.one.identity, wrong_checksum=True)

    def garbage(self) -> None:
        noise = random.Random(4100).randbytes(300)
        self._unit.send(noise + b"\x020A1B\xff\x03\x02\x02").result(5)

    def unplug(self) -> None:
        self._tty.unlink(missing_ok=True)
        self._unit.close()

    def replug(self) -> None:
        self._unit = Unit()
        self._tty.symlink_to(self._unit.path)

    close = unplug


def tracks(card: Card) -> str:
    """What the stripe of a card holds."""
    number = card.identity.decode()
    return f"%C{number}?;{number}?"


PAYMENT = "%B6037991234567890^A/B^0505?;6037991234567890=0505?"


class MagstripeBench:
    """A slot at the other end of a pty."""

    one = Card("magstripe", b"1234567")
    other = Card("magstripe", b"1234568")
    swipes = True
    within = 0.05

    def __init__(self, folder: Path) -> None:
        self._slot = Slot(folder / "magstripe")
        self.url = f"magstripe://{folder}/magstripe"
        self.unplug, self.replug, self.close = self._slot.unplug, self._slot.plug, self._slot.close

    def present(self, card: Card) -> float:
        return self._slot.swipe(tracks(card)).result(5)

    def take_away(self) -> None:
        pass

    def present_bad(self) -> None:
        self._slot.swipe(PAYMENT)

    def garbage(self) -> None:
        self._slot.send(random.Random(7811).randbytes(300)).result(5)


class WedgeBench:
    """A slot that types, at the other end of a socket."""

    one = Card("magstripe", b"1234567")
    other = Card("magstripe", b"1234568")
    swipes = True
    within = 0.05

    def __init__(self, folder: Path) -> None:
        self._keyboard = Keyboard(folder / "wedge.sock")
        self.url = f"wedge+sim://{folder}/wedge.sock"
        self.unplug, self.replug = self._keyboard.unplug, self._keyboard.plug
        self.close = self._keyboard.close

    def present(self, card: Card) -> float:
        return self._keyboard.swipe(tracks(card)).result(5)

    def take_away(self) -> None:
        pass

    def present_bad(self) -> None:
        self._keyboard.swipe(PAYMENT)

    def garbage(self) -> None:
        self._keyboard.type("?%;=+\r;;\r0?9%B", gap=0.01).result(5)


BENCHES: dict[str, Callable[[Path], Bench]] = {
    "rc522": Rc522Bench,
    "em4100": Em4100Bench,
    "magstripe": MagstripeBench,
    "wedge": WedgeBench,
}
"""By the name that the reader goes by in events, which is its column in docs/readers.md."""
