"""In a small machine: one start of a kiosk on the card that is its first disk. `folder cut deed...`.

What became of it goes to `folder`: report.json, steps, and what was found at /data.
"""

import ctypes
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from kiosk.device import data, disk
from kiosk.device.priorities import to_journal

DISK = "ubda"
WITHIN = 0.02
"""Seconds into a step at which the power goes."""


def main(folder: Path, cut: str, deeds: list[str]) -> None:
    """One start; the power goes before the step `cut`. After it, as root, each deed is done in data."""
    to_journal()
    logging.getLogger().setLevel(logging.INFO)
    mount("sysfs", "/sys")
    place = folder / "data"
    steps = (folder / "steps").open("a")

    def at(step: str) -> None:
        print(step, file=steps, flush=True)
        if cut == step:
            _off()
        if cut == f"within {step}":
            threading.Timer(WITHIN, _off).start()

    card = data.Card(disk.named(DISK), place, lambda: disk.named(DISK), at)
    report = data.ready(place, card.prepare(), at)
    at("done")
    (folder / "report.json").write_bytes(msgspec.json.encode(report))
    for deed in deeds:
        subprocess.run(["sh", "-ec", deed], cwd=place, check=True)
    _tell(place, folder)
    os.sync()
    at("end")
    subprocess.run(["umount", "-R", place], check=True)


def _tell(place: Path, folder: Path) -> None:
    lines = subprocess.run(
        ["find", ".", "-printf", "%P %M %G %s\n"], cwd=place, capture_output=True, text=True, check=True
    ).stdout
    (folder / "tree").write_text(lines)
    mounts = Path("/proc/mounts").read_text().splitlines()
    (folder / "mounts").write_text("\n".join(line for line in mounts if str(place) in line))


def mount(kind: str, place: str) -> None:
    """A file system of the kernel's own. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(kind.encode(), place.encode(), kind.encode(), 0, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), place)


def _off() -> None:
    """At once: what is in memory alone is gone."""
    Path("/proc/sysrq-trigger").write_text("o")
    while True:
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
