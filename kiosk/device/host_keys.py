"""The key by which whoever comes in by ssh knows this kiosk: made on it, and only when asked for."""

from pathlib import Path
from typing import Final

from kiosk.device.running import run

NAME: Final = "ssh_host_ed25519_key"
"""In root's part of data; systemd/kiosk/sshd.conf says the same."""
WITHIN: Final = 60.0


def make(folder: Path) -> str:
    """Have one in `folder`, whole. What went wrong; empty if nothing did. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    key, public = folder / NAME, folder / f"{NAME}.pub"
    if key.exists() and public.exists() and not _read(key):
        return ""
    key.unlink(missing_ok=True)
    public.unlink(missing_ok=True)
    code, said = run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], WITHIN)
    return said.strip() or "ssh-keygen failed" if code else ""


def _read(key: Path) -> str:
    code, said = run(["ssh-keygen", "-y", "-P", "", "-f", str(key)], WITHIN)
    return said if code else ""
