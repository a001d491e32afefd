"""Which disk the system runs from, and its partitions, as Linux tells in sysfs (ABI/stable/sysfs-block)."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SECTOR: Final = 512
"""Bytes; sysfs counts in these whatever the disk's own are."""
BOOT, DATA = 1, 3
"""The numbers of the partitions, as in image/layout.py."""
LARGEST: Final = 2**32 - 1
"""Sectors that an MBR's entry can count."""


@dataclass(frozen=True, slots=True)
class Partition:
    """`node` in /dev; `start` and `sectors` in sectors of 512 bytes, as the kernel knows them now."""

    node: Path
    start: int
    sectors: int

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.sectors * SECTOR


@dataclass(frozen=True, slots=True)
class Disk:
    """A whole disk. A partition that begins behind the end of the disk is not there: the kernel drops it."""

    node: Path
    sectors: int
    partitions: dict[int, Partition]

    @property
    def data(self) -> Partition | None:
        """For all that changes."""
        return self.partitions.get(DATA)


def of_root(sys: Path = Path("/sys"), dev: Path = Path("/dev"), root: Path = Path("/")) -> Disk | None:
    """The disk that `root` lies on; None where that is no partition of a disk, or of one that is not ours.

    On a network it is the one; in a container, whose /dev has no disks, the other.
    Never by a label: a stick flashed with the same image has the same ones.
    """
    number = root.stat().st_dev
    entry = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    if not ((entry / "partition").exists() and (dev / entry.resolve().name).exists()):
        return None
    return _disk(entry.resolve().parent, dev)


def named(name: str, sys: Path = Path("/sys"), dev: Path = Path("/dev")) -> Disk:
    """The disk of that name, `mmcblk0`. Raises OSError."""
    return _disk((sys / "class" / "block" / name).resolve(), dev)


def _disk(entry: Path, dev: Path) -> Disk:
    found = {
        _number(one / "partition"): Partition(dev / one.name, _number(one / "start"), _number(one / "size"))
        for one in entry.iterdir()
        if (one / "partition").exists()
    }
    return Disk(dev / entry.name, _number(entry / "size"), found)


def _number(file: Path) -> int:
    return int(file.read_text("ascii"))


def room(disk: Disk, align: int = 2048) -> int | None:
    """How many sectors the data partition can have; None if it has them, but for less than `align`.

    A disk whose end is no multiple of `align` keeps the rest: cards are erased in blocks.
    """
    data = disk.data
    if data is None:
        return None
    most = (min(disk.sectors - data.start, LARGEST) // align) * align
    return most if most >= data.sectors + align else None
