"""The folders of the data partition: the kiosk's own, and root's part."""

import grp
import os
import pwd
from pathlib import Path
from typing import Final

GROUP: Final = "bashgah"
"""Of screen and sync: systemd/kiosk/bashgah.sysusers."""
SYNC: Final = "bashgah-sync"
"""Whose the identity is."""


def group() -> int:
    """The number of the group; root's where there is none."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return 0


def sync() -> int:
    """The number of sync's user; root's where there is none."""
    try:
        return pwd.getpwnam(SYNC).pw_uid
    except KeyError:
        return 0


def kiosk(data: Path, gid: int) -> None:
    """The folder of screen and sync: what one makes in it is the other's too. Raises OSError."""
    place = data / "kiosk"
    place.mkdir(exist_ok=True)
    os.chown(place, 0, gid)
    place.chmod(0o2770)


def system(data: Path) -> None:
    """Root's part; `systemd` in it lies at /var/lib/systemd. Raises OSError."""
    for name in ("system", "system/systemd"):
        place = data / name
        place.mkdir(exist_ok=True)
        place.chmod(0o755)
