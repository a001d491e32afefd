"""Which machine this is, by its device tree (devicetree.org, `model`)."""

from pathlib import Path
from typing import Final

MODEL: Final = Path("proc/device-tree/model")


def is_raspberry_pi(root: Path = Path("/")) -> bool:
    """Whether it says so; QEMU's `raspi3b` does, too."""
    try:
        return "Raspberry Pi" in (root / MODEL).read_text("utf-8", "replace")
    except OSError:
        return False
