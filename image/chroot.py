"""A root filesystem that programs can be run in while it is made."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from image.run import PATH, run

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
CPU = "cortex-a53"
"""What QEMU emulates: its default authenticates pointers, which makes Python nine times slower."""


class Chroot:
    """A root, with /proc and a small /dev of its own while it is open."""

    def __init__(self, root: Path, epoch: int) -> None:
        """`epoch` (seconds since 1970) is what programs take for now, where they write it down."""
        self.root = root
        self.epoch = epoch

    def __call__(self, *words: str) -> str:
        """Run one of its programs. Raises Trouble."""
        environment = {
            "HOME": "/root",
            "PATH": PATH,
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            "DEBCONF_NONINTERACTIVE_SEEN": "true",
            "QEMU_CPU": CPU,
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "SYSTEMD_OFFLINE": "1",
            "PYTHONHASHSEED": "0",
        }
        assigned = [f"{name}={value}" for name, value in environment.items()]
        return run("env", "-i", *assigned, "chroot", self.root, *words)


@contextmanager
def opened(root: Path, epoch: int) -> Iterator[Chroot]:
    """Mount, and at the end unmount again."""
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "dev", root / "dev")
    try:
        _devices(root / "dev")
        yield Chroot(root, epoch)
    finally:
        run("umount", "-l", root / "dev", root / "proc")


def _devices(dev: Path) -> None:
    for name, (major, minor) in DEVICES.items():
        run("mknod", "-m", "666", dev / name, "c", str(major), str(minor))
    (dev / "shm").mkdir(mode=stat.S_ISVTX | 0o777)
    for name, target in {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}.items():
        (dev / name).symlink_to(target)
