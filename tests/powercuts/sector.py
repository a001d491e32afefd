"""Marks on a disk whose log knows none: each is a write, past every cache, to a sector kept for them.

QEMU's `blklogwrites` gives an operation its place in the log when the disk below has done it, and tells the
guest when it stands there (block/blklogwrites.c, blk_log_writes_co_log). Hence what had returned in the guest
before it wrote a mark stands before that mark, the flush that a confirmation waited for too; and what the
guest did after the mark's write had returned stands behind it.

A flush in that log stands behind writes that were on their way beside it, which a disk need not have kept. So
that this never is, the disk has to take one operation at a time: :mod:`tests.image.powercuts.machine`.
"""

import mmap
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.powercuts.writes import MARK, SECTOR, BadLog, Entry

HEAD = b"bashgah mark "


def encode(text: str) -> bytes:
    """A mark as it stands on the disk, SECTOR bytes. Raises ValueError if it has no room."""
    line = HEAD + text.encode("ascii")
    if len(line) > SECTOR:
        raise ValueError(f"no room for a mark of {len(line)} bytes")
    return line.ljust(SECTOR, b"\0")


def decode(data: bytes) -> str:
    """Its text. Raises ValueError if it is none."""
    if len(data) != SECTOR or not data.startswith(HEAD):
        raise ValueError("in the place of marks stands something else")
    return data.removeprefix(HEAD).rstrip(b"\0").decode("ascii")


def marked(entries: Iterable[Entry], sector: int) -> Iterator[Entry]:
    """The log, each write to `sector` as the mark that it is. Raises BadLog where it is none."""
    for entry in entries:
        if not entry.data or entry.sector != sector:
            yield entry
            continue
        try:
            yield Entry(MARK, mark=decode(entry.data))
        except ValueError as error:
            raise BadLog(str(error)) from None


class MarkedDisk:
    """A disk to put marks on, while its partitions are in use."""

    def __init__(self, disk: Path, sector: int) -> None:
        """`sector` belongs to no partition. Raises OSError."""
        self._disk = os.open(disk, os.O_WRONLY | os.O_DIRECT)
        self._at = sector * SECTOR
        self._room = mmap.mmap(-1, mmap.PAGESIZE)  # O_DIRECT takes memory that is aligned, which a page is

    def mark(self, text: str) -> None:
        """Put a word without spaces into the log; it stands there when this returns. Raises OSError."""
        self._room[:SECTOR] = encode(text)
        with memoryview(self._room) as room, room[:SECTOR] as part:
            os.pwritev(self._disk, [part], self._at)

    def close(self) -> None:
        """Let the disk go."""
        os.close(self._disk)
        self._room.close()


if __name__ == "__main__":
    _disk = MarkedDisk(Path(sys.argv[1]), int(sys.argv[2]))
    _disk.mark(sys.argv[3])
    _disk.close()
