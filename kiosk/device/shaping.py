"""Growing the data partition to the end of the card, and making a filesystem on it."""

import logging
import os
from pathlib import Path
from typing import Final

from kiosk.device.disk import DATA, Disk
from kiosk.device.running import run

log = logging.getLogger(__name__)
LABEL: Final = "bashgah-data"
WITHIN, MAKE_WITHIN = 60.0, 300.0
BYTES_PER_INODE: Final = 2**18
"""A kiosk has some dozens of files; a card's many inodes would take a minute to write."""


class NotMade(Exception):
    """The text says what mke2fs(8) said."""


def grow(disk: Disk, sectors: int) -> str:
    """Write the partition's new size into the table, and tell the kernel. What went wrong; empty: nothing.

    The table is one sector: after a power cut it is the old one or the new one. The kernel's size follows at
    the next start, if the cut comes between.
    """
    only = ("--no-reread", "--no-tell-kernel", "--wipe", "never", "--wipe-partitions", "never")
    code, said = run(["sfdisk", *only, "-N", str(DATA), str(disk.node)], WITHIN, f", {sectors}\n")
    if not code:
        code, said = run(["partx", "--update", "--nr", str(DATA), str(disk.node)], WITHIN)
    return said.strip() or "it failed" if code else ""


def assert_free(node: Path) -> None:
    """Raises OSError where somebody holds or has mounted the device, or it takes nothing: open(2), O_EXCL."""
    os.close(os.open(node, os.O_RDWR | os.O_EXCL | os.O_CLOEXEC))


def make(node: Path, block: int = 4096) -> None:
    """Make an empty ext4 that stops writing at the first error. Raises NotMade.

    Nothing is put off to later (`lazy`), and nothing is discarded: there are cards that hang when told to.
    """
    how = [
        *("-t", "ext4", "-F", "-q", "-L", LABEL, "-b", str(block), "-m", "0", "-e", "remount-ro"),
        *("-i", str(BYTES_PER_INODE), "-J", "size=16"),
        *("-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard"),
    ]
    code, said = run(["mke2fs", *how, str(node)], MAKE_WITHIN)
    if code:
        raise NotMade(said.strip() or f"mke2fs ended with {code}")
