"""Power cuts during the very first start of a card: table, filesystem, folders; the next start mends it all.

The next start is `kiosk.device data` itself, on the card that the cut left, with a real kernel's partitions,
filesystem and mounts: :mod:`tests.device.start`.
"""

import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.device.card import cut_out
from tests.device.start import start
from tests.powercuts.check import Broken
from tests.powercuts.cuts import Recording, anywhere
from tests.powercuts.disk import Disk
from tests.powercuts.proof import FAILED, Say
from tests.uml import environment

WELL = {"made", "sound", "repaired"}
"""What the next start may say. Nothing that was anybody's is on the card yet, and yet none may be `remade`:
a loud report for a card that is as it should be."""


@dataclass
class Starts:
    """How often the next start said what, and how often the card was no good after it."""

    said: Counter[str] = field(default_factory=Counter)
    bad: int = 0


def starts(recording: Recording, count: int, seed: int, say: Say, failed: Path = FAILED) -> Starts:
    """Cut, and start once more, each time."""
    found = Starts()
    for number, disk in enumerate(anywhere(recording, count, seed), 1):
        with tempfile.TemporaryDirectory(prefix="first-start-", dir="/var/tmp") as folder:
            try:
                found.said[_started(disk, Path(folder))] += 1
            except Broken as broken:
                found.bad += 1
                say(_kept(failed, disk, number, broken))
    return found


def _started(disk: Disk, folder: Path) -> str:
    """What the next start says of data. Raises Broken where that, or what it left, is not good."""
    card = folder / "card.img"
    disk.save(card)
    after = start(card)
    if after.report is None:
        raise Broken(f"the start does not come to its end: {after.said[-300:]}")
    told = after.report
    if told.data not in WELL or told.remade or "kiosk" not in after.tree:
        raise Broken(f"{told}")
    _check(cut_out(card, folder / "data.img"))
    return told.data


def _check(image: Path) -> None:
    command = ["e2fsck", "-f", "-n", str(image)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(image.parent))
    if done.returncode:
        raise Broken(f"the filesystem: {done.stdout[-300:]}")


def _kept(failed: Path, disk: Disk, number: int, broken: Broken) -> str:
    failed.mkdir(parents=True, exist_ok=True)
    image = failed / f"first-start-{number}.img"
    disk.save(image)
    return f"NOT SURVIVED {image}: {broken}"
