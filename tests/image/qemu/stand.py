"""What every scenario has at hand: image, cards, a key for ssh, the world outside, a place for evidence."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.image.keys import new_key
from tests.image.qemu.card import GB, Card, flashed
from tests.image.qemu.guest import Guest
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.image import Image
from tests.image.qemu.outside import Outside, outside
from tests.image.qemu.ssh import SshError
from tests.image.qemu.toml import Toml

USUAL = 8 * GB
"""A card as one buys it."""
BOOTS_WITHIN = 900.0
"""Seconds: emulation on a machine that others use as well."""


@dataclass
class Stand:
    """One run. `evidence` keeps screenshots and console logs."""

    image: Image
    scratch: Path
    evidence: Path
    say: Callable[[str], None]
    stack: ExitStack
    kept: dict[str, Card] = field(default_factory=dict)
    """Cards that a later scenario goes on with."""

    @cached_property
    def key(self) -> tuple[Path, str]:
        """The private key's file and the public line."""
        return new_key(self.scratch / "key")

    @cached_property
    def outside(self) -> Outside:
        """The cloud, started when it is first asked for."""
        self.say("a cloud outside: broker, authority, gate, collector, worker, web")
        return self.stack.enter_context(outside())

    def card(self, name: str, size: int = USUAL) -> Card:
        """A card with the image on it."""
        return flashed(self.image, self.scratch / f"{name}.img", size)

    def toml(self, who: str = "", inches: int = 7) -> Toml:
        """A right kiosk.toml; without `who` the one of a new token."""
        return Toml(
            who=who or self.outside.enrolment(), public=self.key[1], inches=inches, ntp=self.outside.tells
        )

    @contextmanager
    def on(self, card: Card, name: str, hardware: Hardware | None = None) -> Iterator[Guest]:
        """Switch on; the console and the pictures of this power-on are kept under its name."""
        folder = self.scratch / name
        with Guest(self.image, card, folder, hardware or Hardware(), key=self.key[0]) as guest:
            try:
                yield guest
            except Exception:
                self._ask(guest, folder)
                raise
            finally:
                self._keep(folder)

    def _ask(self, guest: Guest, folder: Path) -> None:
        """Its journal, which is gone with its power, where it can still be asked."""
        with suppress(SshError):
            (folder / "journal.log").write_text(guest.run("journalctl -b -o short-monotonic --no-pager"))

    def _keep(self, folder: Path) -> None:
        place = self.evidence / folder.name
        place.mkdir(parents=True, exist_ok=True)
        for file in (*folder.glob("*.png"), *folder.glob("*.log")):
            shutil.copy(file, place)


@contextmanager
def stand(image: Image, evidence: Path, say: Callable[[str], None]) -> Iterator[Stand]:
    """A folder for cards, removed at the end."""
    with ExitStack() as stack:
        scratch = Path(tempfile.mkdtemp(prefix="bg-vm-", dir="/var/tmp"))
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        yield Stand(image, scratch, evidence, say, stack)


def seconds(began: float) -> float:
    """Since a moment of `time.monotonic()`, to a tenth."""
    return round(time.monotonic() - began, 1)
