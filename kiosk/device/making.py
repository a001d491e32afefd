"""A note on the card: whether its data filesystem is being made, and how often data had to be made anew.

It lies in a sector of its own before the first partition, where nothing else does; a sector is written whole
or not at all. It tells a half-made filesystem of a first start from one that was destroyed, and it is still
there when all data is gone. Flashing the card makes it blank.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AT: Final = 2**20
"""Where the sector is, in bytes from the start of the disk: in the gap of image/layout.py."""
SIZE: Final = 512
_FORM: Final = re.compile(rb"bashgah-data (making|made), remade: ([0-9]{1,9})\0*\Z")


@dataclass(frozen=True, slots=True)
class Note:
    """`making`: a filesystem is being made, and is no good before the note says otherwise."""

    making: bool = False
    remade: int = 0


def assert_apart(starts: Iterable[int]) -> None:
    """Raises ValueError where the note would lie in a partition, which begin there, in bytes from the disk's.

    A card that somebody partitioned anew, as many tools do it from 1 MiB on, has something else in its place.
    """
    if min(starts, default=AT + SIZE) < AT + SIZE:
        raise ValueError("the card was partitioned otherwise: its first partition begins where our note lies")


def write(disk: Path, note: Note) -> None:
    """Put it on the card. Raises OSError, also where the disk only says that it wrote, as worn ones do."""
    text = f"bashgah-data {'making' if note.making else 'made'}, remade: {note.remade}"
    with disk.open("r+b", buffering=0) as file:
        os.pwrite(file.fileno(), text.encode("ascii").ljust(SIZE, b"\0"), AT)
        os.fsync(file.fileno())
    if read(disk) != note:
        raise OSError(f"{disk}: what is written is not there afterwards")


def read(disk: Path) -> Note | None:
    """What it says; None where there is none: nothing ever happened. Raises OSError."""
    with disk.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), AT, SIZE, os.POSIX_FADV_DONTNEED)  # from the card, not from memory
        found = _FORM.match(os.pread(file.fileno(), SIZE, AT))
    return Note(found[1] == b"making", int(found[2])) if found else None
