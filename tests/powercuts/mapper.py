"""The kernel's device mapper, by its ioctls: a disk whose writes are logged, and one that takes none.

Structures and numbers are those of Linux, include/uapi/linux/dm-ioctl.h.
"""

import ctypes
import fcntl
import os
import platform
import struct
from pathlib import Path

CONTROL = Path("/dev/mapper/control")
MODULES = Path("/usr/lib/uml/modules")
FINIT_MODULE = 313
"""The number of the system call on x86-64."""
_HEAD = struct.Struct("=3I3Ii3IQ128s129s7x")
_TARGET = struct.Struct("=QQiI16s")
_ROOM = 4096
_CREATE, _REMOVE, _SUSPEND, _LOAD, _MESSAGE = 3, 4, 6, 9, 14


class Mapped:
    """`/dev/dm-0` over `disk`. One at a time."""

    NODE = Path("/dev/dm-0")

    def __init__(self, disk: Path, target: str, line: str) -> None:
        """`target` is one of the kernel's, `line` what it is told. Raises OSError."""
        self._control = os.open(CONTROL, os.O_RDWR)
        self._call(_CREATE)
        told = line.encode() + b"\0"
        head = _TARGET.pack(0, _sectors(disk), 0, _TARGET.size + len(told), target.encode())
        self._call(_LOAD, head + told, targets=1)
        self._call(_SUSPEND)  # without its flag it means: resume

    def close(self) -> None:
        """Write what is left and let the devices go."""
        self._call(_REMOVE)
        os.close(self._control)

    def _call(self, number: int, data: bytes = b"", targets: int = 0) -> None:
        name = b"mapped"
        head = _HEAD.pack(4, 0, 0, _ROOM, _HEAD.size, targets, 0, 0, 0, 0, 0, name, b"")
        buffer = bytearray((head + data).ljust(_ROOM, b"\0"))
        fcntl.ioctl(self._control, 3 << 30 | _HEAD.size << 16 | 0xFD << 8 | number, buffer)


class LoggedDisk(Mapped):
    """With all that happens to it in `log`, and marks between."""

    def __init__(self, disk: Path, log: Path) -> None:
        """Both are block devices. Raises OSError."""
        super().__init__(disk, "log-writes", f"{disk} {log}")

    def mark(self, text: str) -> None:
        """Put a word without spaces into the log, behind every flush that has ended."""
        self._call(_MESSAGE, struct.pack("=Q", 0) + f"mark {text}".encode("ascii") + b"\0")


class WornDisk(Mapped):
    """Says that it wrote, and did not: what a card at its end often does (dm-flakey, drop_writes)."""

    def __init__(self, disk: Path) -> None:
        """Raises OSError."""
        super().__init__(disk, "flakey", f"{disk} 0 0 1000000 1 drop_writes")


def load(*modules: str) -> None:
    """Give the kernel what it needs for a kind of disk. Raises OSError."""
    for name in modules:
        with (MODULES / platform.release() / "kernel/drivers/md" / f"{name}.ko").open("rb") as file:
            if ctypes.CDLL(None, use_errno=True).syscall(FINIT_MODULE, file.fileno(), b"", 0):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)


def _sectors(device: Path) -> int:
    with device.open("rb") as file:
        return file.seek(0, os.SEEK_END) // 512
