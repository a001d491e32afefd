"""Whether the hardware restarts this machine when it freezes (Linux, ABI/testing/sysfs-class-watchdog)."""

from pathlib import Path
from typing import Final

from kiosk.device.model import is_raspberry_pi

PLACE: Final = Path("sys/class/watchdog/watchdog0")


def armed(root: Path = Path("/")) -> float | None:
    """After how many seconds; None where nothing does, or where the kernel does not say."""
    try:
        if (root / PLACE / "state").read_text("ascii").strip() != "active":
            return None
        return float((root / PLACE / "timeout").read_text("ascii"))
    except (OSError, ValueError):
        return None


def expected(root: Path = Path("/")) -> bool:
    """Whether there is one, or will be in a moment: each Raspberry Pi has one."""
    return (root / PLACE).exists() or is_raspberry_pi(root)
