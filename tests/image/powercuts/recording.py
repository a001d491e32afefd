"""One power-on of a new card whose every write is logged: its first start, and a kiosk's work on its data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from image.layout import BOOT_MIB, DATA, GAP_MIB, LEAST_DATA_MIB, MIB, ROOT_MIB
from tests.device.card import partitions
from tests.image.powercuts.brought import MARKS, bring, run
from tests.image.powercuts.card import Part, split, within
from tests.image.powercuts.guest import BEGIN, LOOSE, STRICT
from tests.image.qemu.card import DATA_AT
from tests.image.qemu.guest import Guest
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.measured import SERVICES
from tests.image.qemu.qmp import QmpError
from tests.image.qemu.ssh import SshError
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import ssh
from tests.powercuts import marks
from tests.powercuts.cuts import Recording
from tests.powercuts.disk import Disk
from tests.powercuts.proof import CannotRun, Told, orders
from tests.powercuts.sector import marked
from tests.powercuts.writes import SECTOR, BadLog, read

NAME = "powercuts"
SIZE: Final = (GAP_MIB + BOOT_MIB + ROOT_MIB + LEAST_DATA_MIB + 1) * MIB
"""The smallest card that a kiosk takes: crash images are small."""
FOLDER = "kiosk/powercuts"
"""On the data partition, beside what the kiosk's own processes keep there."""
WORKS_WITHIN = 3000.0
"""Seconds for the whole story, under emulation on a machine that others use as well."""


@dataclass(frozen=True)
class Log:
    """A card as it was flashed, without what is only read of it, and all that was then written to it."""

    card: Recording
    data: Part
    """The data partition, as the first start made it."""

    def first_start(self) -> Recording:
        """The card until the story began."""
        return split(self.card, BEGIN)[0]

    def stories(self, seed: int, visits: int) -> tuple[Told, Told]:
        """The data partition while a journal worked on it as the product has it, and then without flushes."""
        data = Recording(Disk(self.data.sectors * SECTOR), list(within(self.card.entries, self.data)))
        strict, loose = split(split(data, BEGIN)[1], marks.END)
        told = orders(seed, visits)
        return Told(strict, told, f"/{FOLDER}/{STRICT}"), Told(loose, told, f"/{FOLDER}/{LOOSE}")


def record(stand: Stand, seed: int, visits: int) -> Log:
    """Switch a new card on and let the story happen. Raises CannotRun."""
    card, log = stand.card(NAME, SIZE), stand.scratch / "writes.log"
    before = _flashed(card.path)
    card.write_toml(f"{card.toml()}\n{ssh(stand.key[1])}")
    try:
        with stand.on(card, NAME, Hardware(panel=None, reader=False, log=log)) as guest:
            stand.say(f"first start: ssh lets in after {guest.comes_in():.0f} s")
            _work(guest, seed, visits)
        whole = Recording(before, list(marked(read(log), MARKS)))
    except (AssertionError, BadLog, QmpError, SshError) as error:
        raise CannotRun(f"nothing was recorded: {error}") from error
    return Log(whole, Part(*partitions(card.path)[DATA - 1]))


def _flashed(path: Path) -> Disk:
    """Of a new card the gap before the first partition, with the partition table; data begins as zeros."""
    disk = Disk(SIZE)
    with path.open("rb") as file:
        disk.write(0, file.read(GAP_MIB * MIB))
        file.seek(DATA_AT)
        disk.write(DATA_AT // SECTOR, file.read())
    return disk


def _work(guest: Guest, seed: int, visits: int) -> None:
    guest.run(f"systemctl stop {' '.join(SERVICES)}")  # the story needs the processor more
    bring(guest)
    run(guest, "tests.image.powercuts.guest", f"/data/{FOLDER}", seed, visits, within=WORKS_WITHIN)
