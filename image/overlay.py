"""What is laid over Debian's packages: the units and settings of `systemd/kiosk`, and what is on at boot.

A table and nothing else: :mod:`image.apply` follows it, in the order of its parts here.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Folder:
    """An empty folder of root's, such as a place to mount at."""

    place: str
    mode: int = 0o755


@dataclass(frozen=True)
class Copy:
    """A file: `source` in the checkout, `place` from the root of the card's system (`/etc/...`)."""

    source: str
    place: str
    mode: int = 0o644


@dataclass(frozen=True)
class Link:
    """A symbolic link at `place`; what was there goes."""

    place: str
    target: str


FOLDERS: Final[tuple[Folder, ...]] = (Folder("/data"), Folder("/boot/firmware"))
OVERLAY: Final[tuple[Copy, ...]] = ()
LINKS: Final[tuple[Link, ...]] = ()

ENABLED: Final[tuple[str, ...]] = ()
"""Units that `systemctl enable` is told of, after everything lies in its place."""
DISABLED: Final[tuple[str, ...]] = ()
"""Units that Debian's packages enabled by themselves."""
MASKED: Final[tuple[str, ...]] = ()
"""Units that nothing may start."""
REMOVED: Final[tuple[str, ...]] = ()
"""Files of Debian's packages that the card shall not have, as patterns; a folder goes with what is in it."""
