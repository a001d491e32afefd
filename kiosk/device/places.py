"""Where things are on the SD image; the units in systemd/kiosk say the same."""

from pathlib import Path
from typing import Final

CARD: Final = Path("/boot/firmware")
"""The FAT partition `KIOSK`, mounted read-only: firmware, kernel, and the one file for a technician."""
SETTINGS: Final = CARD / "kiosk.toml"

DATA: Final = Path("/data")
"""The partition for all that changes."""
KIOSK: Final = DATA / "kiosk"
"""The data folder of screen and sync: of group `bashgah`, setgid."""
SYSTEM: Final = DATA / "system"
"""Root's part: machine-id, ssh's host keys, and what lies at /var/lib/systemd."""

RUN: Final = Path("/run/bashgah")
"""In memory; gone at the next start."""
REPORT: Final = RUN / "device.json"
"""What root found, for the screen and for sync: :mod:`kiosk.device.report`."""
KEYS: Final = RUN / "authorized_keys"
"""Of whoever may come in by ssh; sshd starts only where there is one."""
