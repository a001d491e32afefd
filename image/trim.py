"""What no card may have of the machine that made it, or of another card; and one time for all files."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from image.apply import remove

OF_ONE_MACHINE = (
    "etc/ssh/ssh_host_*",
    "var/lib/dbus/machine-id",
    "var/lib/systemd/random-seed",
    "var/lib/systemd/credential.secret",
    "boot/firmware/*.old",
    "etc/hostname",
    "etc/resolv.conf",
)
"""Names, keys and seeds: each card makes its own. /etc/machine-id stays, empty, as systemd asks."""
OF_THE_BUILD = (
    "var/cache/apt/*",
    "var/cache/debconf/*-old",
    "var/cache/ldconfig/*",
    "var/lib/apt/lists/*",
    "var/lib/dpkg/*-old",
    "var/log/*",
    "var/backups/*",
    "etc/*-",
    "etc/apt/sources.list",
    "etc/apt/sources.list.d/*",
    "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
    "run/*",
    "tmp/*",
    "dev/*",
    "vmlinuz*",
    "initrd.img*",
)


def nobody(root: Path) -> None:
    """Make the root nobody's: without names, keys and seeds."""
    _remove(root, OF_ONE_MACHINE)
    (root / "etc/machine-id").write_text("")


def clean(root: Path) -> None:
    """Take away what only the build needed."""
    _remove(root, OF_THE_BUILD)


def _remove(root: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            remove(path)


def clamp(root: Path, epoch: int) -> None:
    """Give what is younger than `epoch` (seconds since 1970) that time."""
    for path in everything(root):
        then = min(path.lstat().st_mtime, epoch)
        os.utime(path, (then, then), follow_symlinks=False)


def everything(root: Path) -> Iterator[Path]:
    """All that is in a folder, and itself, what is inside first."""
    for folder, folders, files in os.walk(root, topdown=False):
        yield from (Path(folder, name) for name in files)
        yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
        yield Path(folder)
