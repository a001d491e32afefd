"""What to do with the data partition, from what was found on it: a function of facts, no more."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kiosk.device.filesystem import Superblock
from kiosk.device.making import Note

LEAST: Final = 512 * 2**20
"""Bytes; with less for data a card is too small: image/layout.py, LEAST_DATA_MIB."""
WORTH_GROWING: Final = 64 * 2**20
"""Bytes; a filesystem is grown when its partition has more than this beyond it."""


class Do(Enum):
    """The way from here."""

    USE = auto()
    """There was a filesystem: check it, mend it, mount it; only where all that fails, make it anew."""
    MAKE = auto()
    """There is none yet, or one half-made: nothing can be lost."""
    LEAVE = auto()
    """The card is too small, for a filesystem or for the one that was copied to it."""


@dataclass(frozen=True, slots=True)
class Found:
    """`note`: None where the card has none yet. `blank` counts only where there is no superblock."""

    superblock: Superblock | None
    note: Note | None
    blank: bool

    @property
    def making(self) -> bool:
        """Whether a filesystem is half-made."""
        return self.note is not None and self.note.making

    @property
    def first(self) -> bool:
        """Whether this is the card's first start: zeros are a loss where data was made before."""
        return self.note is None and self.superblock is None and self.blank


def decide(found: Found, room: int) -> Do:
    """`room`: bytes of the partition, grown as far as it goes.

    A filesystem that is there is used however small the card is: it worked until now. Not so one whose end is
    missing: e2fsck would take it for damage. What is no superblock and no first start
    was a filesystem once, which has copies of it.
    """
    if cut_off(found, room):
        return Do.LEAVE
    if found.making or found.first:
        return Do.MAKE if room >= LEAST else Do.LEAVE
    return Do.USE


def cut_off(found: Found, room: int) -> bool:
    """Whether the card was copied from a larger one, and the filesystem's end did not fit."""
    return not found.making and found.superblock is not None and found.superblock.bytes > room


def outgrown(superblock: Superblock | None, room: int) -> bool:
    """Whether the filesystem was made for a smaller card than the one that it was copied to."""
    return superblock is not None and superblock.bytes + WORTH_GROWING < room
