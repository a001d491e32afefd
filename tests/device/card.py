"""A card as it is after flashing, as a sparse file: the image's partition table, and zeros for data."""

import os
import subprocess
from pathlib import Path

from image import layout
from image.layout import BOOT_MIB, DATA_MIB, GAP_MIB, MIB, ROOT_MIB
from tests.uml import environment

DATA_AT = (GAP_MIB + BOOT_MIB + ROOT_MIB) * MIB
"""Where the data partition begins, in bytes."""
IMAGE = DATA_AT + DATA_MIB * MIB
"""The image's own size: a card is at least as large, or is cut off."""
GB = 10**9
"""As cards are sold."""


def flash(path: Path, size: int) -> Path:
    """A card of `size` bytes with the image on it; where it is smaller, the image's end is missing."""
    path.unlink(missing_ok=True)
    path.touch()
    os.truncate(path, max(size, IMAGE))
    table = (
        f"label: dos\nlabel-id: {layout.LABEL_ID:#x}\n"
        f"start={GAP_MIB}MiB, size={BOOT_MIB}MiB, type=c\n"
        f"start={GAP_MIB + BOOT_MIB}MiB, size={ROOT_MIB}MiB, type=83\n"
        f"start={DATA_AT // MIB}MiB, size={DATA_MIB}MiB, type=83\n"
    )
    subprocess.run(["sfdisk", "-q", path], input=table.encode(), check=True, env=environment(path.parent))
    os.truncate(path, size)
    return path


def partitions(path: Path) -> list[tuple[int, int]]:
    """Start and size of each entry of the table, in sectors of 512 bytes."""
    with path.open("rb") as file:
        table = file.read(512)[446:510]
    entries = (table[at : at + 16] for at in range(0, 64, 16))
    return [
        (int.from_bytes(entry[8:12], "little"), int.from_bytes(entry[12:16], "little"))
        for entry in entries
        if entry[4]
    ]


def write(path: Path, at: int, data: bytes) -> None:
    """Put bytes on the data partition, `at` from its start."""
    with path.open("r+b") as file:
        file.seek(DATA_AT + at)
        file.write(data)


def cut_out(path: Path, to: Path) -> Path:
    """The data partition as a file of its own, for e2fsck and debugfs."""
    start, sectors = partitions(path)[2]
    to.touch()
    os.truncate(to, sectors * 512)
    words = ["dd", f"if={path}", f"of={to}", "bs=1M", f"skip={start // 2048}", "conv=sparse,notrunc"]
    subprocess.run([*words, "status=none"], check=True)
    return to
