"""What `make image` left: the raw image, and the kernel and initrd that QEMU has to be given by hand."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from image.layout import GAP_MIB, MIB
from tests.demo.plan import ROOT

FAT_AT = GAP_MIB * MIB
"""Where the partition `KIOSK` begins, in bytes."""


class NoImage(Exception):
    """There is nothing to try; the text says what to type."""


@dataclass(frozen=True)
class Image:
    """One build. It is only read: cards are copies."""

    raw: Path
    kernel: Path
    initrd: Path

    def said(self) -> list[str]:
        """The words of its own cmdline.txt."""
        return fat(self.raw, "mtype", "::/cmdline.txt").decode().split()


def found(folder: Path | None = None) -> Image:
    """The newest in `folder`, `$IMAGE` or `.image`. Raises NoImage."""
    place = folder or Path(os.environ.get("IMAGE", ROOT / ".image"))
    images = sorted(place.glob("bashgah-*-arm64.img"), key=lambda path: path.stat().st_mtime)
    beside = [place / name for name in ("vmlinuz", "initrd")]
    if not images or not all(path.exists() for path in beside):
        raise NoImage(f"there is no image in {place}: make image")
    return Image(images[-1], *beside)


def fat(raw: Path, tool: str, *words: str) -> bytes:
    """What one of the mtools says of the partition `KIOSK` of a raw image. Raises CalledProcessError."""
    done = subprocess.run(
        [tool, "-i", f"{raw}@@{FAT_AT}", *words],
        env={**os.environ, "MTOOLS_SKIP_CHECK": "1"},
        check=True,
        capture_output=True,
    )
    return done.stdout
