"""The log of a disk: what was written, flushed and marked, in order, as the kernel's dm-log-writes keeps it.

The format is that of Linux, drivers/md/dm-log-writes.c: a superblock and entries, each a sector of its own
with the bytes written in the sectors that follow. QEMU's block/blklogwrites.c writes the same, without marks.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SECTOR = 512
"""Bytes; positions and lengths in the log are counted in these."""
MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
_SUPER = struct.Struct("<QQQI")
_ENTRY = struct.Struct("<QQQQ")


class BadLog(Exception):
    """The log is not one, or ends early."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`data` lies at byte `sector * SECTOR` of the disk; a mark or a bare flush has none."""

    flags: int
    sector: int = 0
    data: bytes = b""
    mark: str = ""

    @property
    def flushes(self) -> bool:
        """Whether every write that stands before it in the log is on the disk for good."""
        return bool(self.flags & FLUSH)

    @property
    def lasting(self) -> bool:
        """Whether its own data, no other, is on the disk for good."""
        return bool(self.flags & FUA)


def read(path: Path) -> list[Entry]:
    """The whole log. Raises BadLog."""
    with path.open("rb") as file:
        return list(_entries(file, _entries_in(file)))


def length(path: Path) -> int:
    """How many entries it has by now: it may still be written. Raises BadLog."""
    with path.open("rb") as file:
        return _entries_in(file)


def _entries_in(file: BinaryIO) -> int:
    head = file.read(SECTOR)[: _SUPER.size].ljust(_SUPER.size, b"\0")
    magic, version, number, sector = _SUPER.unpack(head)
    if (magic, version, sector) != (MAGIC, 1, SECTOR):
        raise BadLog(f"{file.name}: not a log of writes")
    return int(number)


def _entries(file: BinaryIO, number: int) -> Iterator[Entry]:
    for _ in range(number):
        head = file.read(SECTOR)
        if len(head) < SECTOR:
            raise BadLog("the log ends early")
        sector, sectors, flags, length = _ENTRY.unpack(head[: _ENTRY.size])
        if flags & DISCARD:
            raise BadLog("the filesystem gave blocks back to the disk, which is not modelled")
        elif flags & MARK:
            text = head[_ENTRY.size : _ENTRY.size + length]
            yield Entry(flags, mark=text.rstrip(b"\0").decode("ascii"))
        else:
            yield Entry(flags, sector, file.read(sectors * SECTOR))
