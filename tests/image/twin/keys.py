"""Keys of whoever comes in by ssh."""

import subprocess
from pathlib import Path


def new_key(folder: Path) -> tuple[Path, str]:
    """A new one in a folder: the private key's file, and the line of the public one."""
    private = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(private)], check=True)
    return private, private.with_suffix(".pub").read_text("ascii").strip()
