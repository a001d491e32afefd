"""Inside the small machine: a kiosk's journal on ext4, on a disk that logs what is written to it.

It runs as root of a kernel that is itself a process, so nothing here touches the machine outside.
"""

import ctypes
import os
import platform
import queue
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.catalogue import AtomicStorage
from kiosk.journal import Journal, JournalReader
from kiosk.recorder import Recorder
from tests.powercuts import story
from tests.powercuts.mapper import LoggedDisk

MODULES = Path("/usr/lib/uml/modules")
FINIT_MODULE = 313
"""The number of the system call on x86-64."""
STARTS = 6
"""How often the kiosk's process is started in a recording."""
HASTE = {"dirty_writeback_centisecs": "20", "dirty_expire_centisecs": "50"}
"""Let pages reach the disk of themselves soon and in any order: harder to survive than the usual 30 s."""


class Kiosk:
    """The journal and its recorder, as the kiosk's process has them, and a reader, as sync's has."""

    def __init__(self, path: Path, *, loose: bool) -> None:
        """`loose`: nothing is flushed, for the counter-proof."""
        self._journal = Journal(path)
        if loose:
            self._journal._db.execute("PRAGMA synchronous = OFF")  # noqa: SLF001 - the break to be seen
        self._reader = JournalReader(path)
        self._read = self._reader.bounds()[1]
        self._recorder = Recorder(self._journal, lambda: None)
        self._kept: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def take(self, order: story.Order, confirmed: Callable[[], None]) -> None:
        """Record an order; if a screen waits for it, until it may be shown."""
        if not order.shown:
            self._recorder.record(order.events)
            return
        self._recorder.record(order.events, partial(self._done, confirmed))
        assert self._kept.get(), "the recorder could not keep an event"
        rows = self._reader.after(self._read, 100)
        self._read = rows[-1].sequence

    def _done(self, confirmed: Callable[[], None], kept: bool) -> None:  # noqa: FBT001 - the recorder's word
        if kept:
            confirmed()
        self._kept.put(kept)

    def close(self, *, reader_first: bool) -> None:
        """Stop. Whoever closes last checkpoints the journal and removes its -wal."""
        if reader_first:
            self._reader.close()
        self._recorder.close()
        self._journal.close()
        if not reader_first:
            self._reader.close()


def main(scratch: Path, seed: int, visits: int, loose: bool) -> None:  # noqa: FBT001 - a word of its command line
    """Record. The log's last mark is `end` if all went well."""
    for module in ("dm-mod", "dm-log-writes"):
        _load(MODULES / platform.release() / "kernel/drivers/md" / f"{module}.ko")
    for name, value in HASTE.items():
        Path("/proc/sys/vm", name).write_text(value)
    disk = LoggedDisk(Path("/dev/ubda"), Path("/dev/ubdb"))
    folder = scratch / "disk"
    # After an error nothing is undone: the machine goes, and its disk with it.
    subprocess.run(["mount", "-t", "ext4", "-o", "commit=1", disk.NODE, folder], check=True)
    _trade(folder, disk, list(story.visits(seed, visits)), loose=loose)
    subprocess.run(["umount", folder], check=True)
    disk.mark("end")
    disk.close()


def _trade(folder: Path, disk: LoggedDisk, visits: list[list[story.Order]], *, loose: bool) -> None:
    share = -(-len(visits) // STARTS)
    number = 0
    for start in range(STARTS):
        kiosk = Kiosk(folder / "journal.db", loose=loose)
        for at, orders in enumerate(visits[start * share : (start + 1) * share], start * share):
            if at % story.CATALOGUE_EVERY == 0:
                _renew(folder / "catalogue.json", at // story.CATALOGUE_EVERY + 1, disk)
            for order in orders:
                number += 1
                kiosk.take(order, partial(disk.mark, f"kept={number}"))
        kiosk.close(reader_first=start % 2 == 0)


def _renew(path: Path, number: int, disk: LoggedDisk) -> None:
    AtomicStorage(path).write(story.catalogue(number))
    disk.mark(f"catalogue={number}")


def _load(module: Path) -> None:
    with module.open("rb") as file:
        if ctypes.CDLL(None, use_errno=True).syscall(FINIT_MODULE, file.fileno(), b"", 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(module))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "loose")
