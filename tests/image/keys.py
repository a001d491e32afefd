"""Keys of whoever comes in by ssh."""

import subprocess
from pathlib import Path


def new_key(path: Path) -> tuple[Path, str]:
    """Make a key pair at `path`; the private key's file, and the public line for `[ssh] keys`."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path, path.with_name(f"{path.name}.pub").read_text("ascii").strip()
