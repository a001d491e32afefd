"""Mounting what the card has: data to write on, the FAT partition to read; memory where there is nothing."""

import os
from pathlib import Path
from typing import Final

from kiosk.device.running import run

WITHIN: Final = 60.0
"""Seconds; a card that recovers its journal takes one or two."""
OPTIONS: Final = "noatime,lazytime,nodev,nosuid,noexec,errors=remount-ro"
"""Of data, for mount(8). `lazytime` keeps in memory when a file was last written, which otherwise costs the
card four blocks of ext4's journal each time that SQLite writes over its log."""
_CARD: Final = "ro,nodev,nosuid,noexec,umask=0027,gid={group}"
_NOTHING: Final = "nodev,nosuid,noexec,size=4m,mode=0755"


class NotMounted(Exception):
    """The text says what mount(8) said."""


def data(node: Path, place: Path) -> None:
    """Mount the data filesystem. Raises NotMounted, also where it can only be read."""
    _mount("-t", "ext4", "-o", OPTIONS, str(node), str(place))
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        run(["umount", str(place)], WITHIN)
        raise NotMounted(f"{node}: it can only be read")


def card(node: Path, place: Path, group: int) -> None:
    """Mount the FAT partition with kiosk.toml, for root and `group` to read. Raises NotMounted."""
    _mount("-t", "vfat", "-o", _CARD.format(group=group), str(node), str(place))


def nothing(place: Path) -> None:
    """Mount memory in place of data, until the power goes. Raises NotMounted."""
    _mount("-t", "tmpfs", "-o", _NOTHING, "bashgah-nothing", str(place))


def seal(place: Path, *, but: Path) -> None:
    """Let nobody write at `place` any more, but for its folder `but`. Raises NotMounted."""
    _mount("-t", "tmpfs", "-o", _NOTHING, "bashgah-nothing", str(but))
    _mount("-o", "remount,ro", str(place))


def grow(node: Path) -> str:
    """Grow the mounted filesystem to its partition's end (online: the kernel's journal is used).

    What went wrong; empty if nothing did.
    """
    code, said = run(["resize2fs", str(node)], 300.0)
    return said if code else ""


def _mount(*words: str) -> None:
    code, said = run(["mount", *words], WITHIN)
    if code:
        raise NotMounted(said.strip() or f"mount ended with {code}")
