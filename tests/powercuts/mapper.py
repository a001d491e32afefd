"""The kernel's device mapper, by its ioctls: a disk whose writes are logged, and marks between them.

Structures and numbers are those of Linux, include/uapi/linux/dm-ioctl.h.
"""

import fcntl
import os
import struct
from pathlib import Path

CONTROL = Path("/dev/mapper/control")
_HEAD = struct.Struct("=3I3Ii3IQ128s129s7x")
_TARGET = struct.Struct("=QQiI16s")
_ROOM = 4096
_CREATE, _REMOVE, _SUSPEND, _LOAD, _MESSAGE = 3, 4, 6, 9, 14


class LoggedDisk:
    """`/dev/dm-0` over `disk`, with all that happens to it in `log`. One at a time."""

    NODE = Path("/dev/dm-0")

    def __init__(self, disk: Path, log: Path) -> None:
        """Both are block devices. Raises OSError."""
        self._control = os.open(CONTROL, os.O_RDWR)
        self._call(_CREATE)
        size = _sectors(disk)
        line = f"{disk} {log}".encode() + b"\0"
        self._call(_LOAD, _TARGET.pack(0, size, 0, _TARGET.size + len(line), b"log-writes") + line, targets=1)
        self._call(_SUSPEND)  # without its flag it means: resume

    def mark(self, text: str) -> None:
        """Put a word without spaces into the log, behind every flush that has ended."""
        self._call(_MESSAGE, struct.pack("=Q", 0) + f"mark {text}".encode("ascii") + b"\0")

    def close(self) -> None:
        """Write the rest of the log and let the devices go."""
        self._call(_REMOVE)
        os.close(self._control)

    def _call(self, number: int, data: bytes = b"", targets: int = 0) -> None:
        name = b"logged"
        head = _HEAD.pack(4, 0, 0, _ROOM, _HEAD.size, targets, 0, 0, 0, 0, 0, name, b"")
        buffer = bytearray((head + data).ljust(_ROOM, b"\0"))
        fcntl.ioctl(self._control, 3 << 30 | _HEAD.size << 16 | 0xFD << 8 | number, buffer)


def _sectors(device: Path) -> int:
    with device.open("rb") as file:
        return file.seek(0, os.SEEK_END) // 512
