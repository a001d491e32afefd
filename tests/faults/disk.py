"""A small disk of its own for one kiosk, to be filled; only where this user may mount one."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE = 400 * 1024 * 1024
"""Bytes; in memory, and only as far as they are used."""
_BALLAST = "ballast"


class Disk:
    """A tmpfs under a folder; `there` is False where it could not be mounted, and then nothing is done."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
        self.there = (
            os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
        )

    def fill(self) -> None:
        """Leave no byte."""
        with (self._folder / _BALLAST).open("ab", buffering=0) as ballast, suppress(OSError):
            free = os.statvfs(self._folder)
            os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize)
            while True:
                ballast.write(b"\0" * 4096)

    def free(self) -> None:
        """Give the room back."""
        (self._folder / _BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it."""
        if self.there:
            subprocess.run(["umount", "-l", self._folder], check=False)
