"""An SD card: a sparse copy of the image, as large as a card is, which people edit and a kiosk writes."""

import mmap
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from image.layout import BOOT_MIB, DATA, GAP_MIB, MIB, ROOT_MIB
from tests.image.qemu.image import Image, fat

GB = 10**9
"""As cards are sold."""
DATA_AT = (GAP_MIB + BOOT_MIB + ROOT_MIB) * MIB
"""Where the data partition begins, in bytes."""
NAME = "kiosk.toml"


class Card:
    """One card, in a file."""

    def __init__(self, path: Path) -> None:
        """A file that is one."""
        self.path = path

    @property
    def size(self) -> int:
        """How much it holds."""
        return self.path.stat().st_size

    def write_toml(self, text: str | bytes) -> None:
        """Put kiosk.toml on the partition `KIOSK`, as a laptop does."""
        content = text.encode() if isinstance(text, str) else text
        with tempfile.NamedTemporaryFile(prefix="bg-toml-") as file:
            file.write(content)
            file.flush()
            fat(self.path, "mcopy", "-o", file.name, f"::/{NAME}")

    def toml(self) -> str:
        """What it says now."""
        return fat(self.path, "mtype", f"::/{NAME}").decode()

    def data_sectors(self) -> int:
        """How long the data partition is, in sectors of 512 bytes."""
        words = ["sfdisk", "--dump", str(self.path)]
        dump = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        [line] = [line for line in dump.splitlines() if line.startswith(f"{self.path}{DATA}")]
        return int(line.split("size=")[1].split(",")[0])

    def spoil(self, places: list[tuple[int, int]], byte: int = 0xA5) -> None:
        """Overwrite parts of the data partition: (offset, length) in bytes from its beginning."""
        with self.path.open("r+b") as file:
            for offset, length in places:
                file.seek(DATA_AT + offset)
                file.write(bytes([byte]) * length)

    def holds(self, *secrets: bytes) -> list[bytes]:
        """Those of the secrets that are somewhere on it, in whatever partition or free block."""
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return [secret for secret in secrets if content.find(secret) >= 0]

    def copy(self, path: Path) -> "Card":
        """The same once more."""
        return Card(_sparse(self.path, path))

    def remove(self) -> None:
        """Throw it away."""
        self.path.unlink(missing_ok=True)


def flashed(image: Image, path: Path, size: int) -> Card:
    """A card of `size` bytes with the image on it; what does not fit is cut off."""
    _sparse(image.raw, path)
    os.truncate(path, size)
    return Card(path)


def _sparse(source: Path, target: Path) -> Path:
    if shutil.disk_usage(target.parent).free < 2 * source.stat().st_blocks * 512:
        raise OSError(f"{target.parent}: there is no room for a card")
    subprocess.run(["cp", "--sparse=always", source, target], check=True)
    return target
