"""What a build was made of and what came of it, for people and for machines (`.manifest.json`)."""

import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from image import disk, layout
from image.digest import sha256
from image.initrd import version
from image.layout import MIB
from image.recipe import PYTHON, SUITE
from image.stages import Job
from image.steps import Steps, say
from image.trim import everything

PARTS = {
    "kernel modules": ("usr/lib/modules",),
    "graphics": ("usr/lib/aarch64-linux-gnu/libLLVM*", "usr/lib/aarch64-linux-gnu/*gallium*"),
    "firmware": ("usr/lib/firmware", "usr/lib/raspi-firmware"),
    "Python": (f"usr/lib/python{PYTHON}", "usr/lib/python3"),
    "the kiosk's Python packages": ("opt/bashgah",),
}
"""Where the largest parts of the root lie; the rest is Debian's system."""


class Packed(NamedTuple):
    """The file that is flashed, and its SHA-256 in hex."""

    path: Path
    sha256: str


def write(raw: Path, packed: Packed, folder: Path, job: Job) -> None:
    """The file beside the image; `folder` has the trees that it was made of."""
    document: dict[str, Any] = {
        "image": packed.path.name,
        "version": job.made.version,
        "commit": job.made.commit,
        "debian": SUITE,
        "kernel": version(folder / "root"),
        "packages": {pin.name: pin.version for pin in job.pinned.packages},
        "bytes": {"packed": packed.path.stat().st_size, "raw": raw.stat().st_size, "on_disk": on_disk(raw)},
        "sha256": {"packed": packed.sha256, "raw": sha256(raw)},
        "least_card_bytes": disk.least_card(),
        "partitions_mib": {"KIOSK": layout.BOOT_MIB, "root": layout.ROOT_MIB, "data": layout.LEAST_DATA_MIB},
        "bytes_by_part": sizes(folder / "root", folder / "card"),
        "seconds": job.steps.seconds,
    }  # fmt: skip
    raw.with_suffix(".manifest.json").write_text(json.dumps(document, indent=1) + "\n")


def tell(raw: Path, packed: Packed, steps: Steps) -> None:
    """The last lines of a build."""
    say(f"{packed.path}")
    say(f"  packed {packed.path.stat().st_size / MIB:.0f} MiB, raw {raw.stat().st_size / MIB:.0f} MiB")
    say(f"  sha256 {packed.sha256}")
    say(f"  for cards of {disk.least_card() / 1e9:.1f} GB and more; made in {steps.total():.0f} s")


def sizes(root: Path, card: Path) -> dict[str, int]:
    """Bytes of files by part: of the root, and of the first partition."""
    parts = {
        name: total(path for found in globs for path in root.glob(found)) for name, globs in PARTS.items()
    }
    everywhere = total([root])
    return parts | {"Debian's system": everywhere - sum(parts.values()), "KIOSK": total([card])}


def total(paths: Iterable[Path]) -> int:
    """Bytes of the files in these, each file once however many names it has."""
    files = (file for path in paths for file in (everything(path) if path.is_dir() else [path]))
    found = {(status.st_dev, status.st_ino): status for status in map(os.lstat, files)}
    return sum(status.st_size for status in found.values() if stat.S_ISREG(status.st_mode))


def on_disk(path: Path) -> int:
    """What a sparse file takes, in bytes."""
    return path.stat().st_blocks * 512
