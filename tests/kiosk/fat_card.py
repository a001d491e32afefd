"""In a small machine whose first disk is FAT, with a kiosk.toml that loses its token: `folder`.

The card is read-only but for the moment in which root erases; then the power goes. What was said goes to
`folder`.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from kiosk.device import mounting

GROUP = 990
FINIT_MODULE = 313
"""The system call's number (x86-64)."""
MODULES = ("nls/nls_cp437", "nls/nls_ascii", "nls/nls_iso8859-1", "nls/nls_utf8", "fat/fat", "fat/vfat")


def main(folder: Path) -> None:
    """Try while it is read-only, then as root does on the SD image; the power goes at once."""
    for module in MODULES:
        _insert(Path("/usr/lib/uml/modules", os.uname().release, "kernel/fs", f"{module}.ko"))
    card = folder / "card"
    mounting.card(Path("/dev/ubda"), card, GROUP)
    said = [_erase(card, folder)]
    subprocess.run(["mount", "-o", "remount,rw", card], check=True)
    said.append(_erase(card, folder))
    subprocess.run(["mount", "-o", "remount,ro", card], check=True)
    (folder / "said").write_text("\n".join(said))
    Path("/proc/sysrq-trigger").write_text("o")


def _erase(card: Path, folder: Path) -> str:
    command = [sys.executable, "-m", "kiosk", "erase", "--config", str(card / "kiosk.toml")]
    environment = {**os.environ, "BASHGAH_KIOSK_DATA": str(folder / "data")}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return f"{ran.returncode} {ran.stderr.strip()}"


def _insert(module: Path) -> None:
    with module.open("rb") as file:
        if ctypes.CDLL(None, use_errno=True).syscall(FINIT_MODULE, file.fileno(), b"", 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(module))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
