"""In a small machine: what runs on a card before root is mounted; how each ended, and what it left."""

import os
import subprocess
from pathlib import Path

from tests.demo.plan import ROOT
from tests.device.guest import mount

SCRIPTS = ROOT / "systemd/kiosk/initramfs"
LEFT = Path("/run/credentials/@initrd/system.machine_id")
PATIENCE = "3"
"""Seconds after which a script is taken to have stopped for good."""


def main() -> None:
    mount("sysfs", "/sys")
    mount("tmpfs", "/run")
    for name in ("card", "machine-id"):
        done = subprocess.run(
            ["timeout", PATIENCE, "sh", SCRIPTS / name], env={**os.environ, "ROOT": "/dev/ubda2"}, check=False
        )
        print(name, "ended with", done.returncode, flush=True)
    print("machine-id:", repr(LEFT.read_text()) if LEFT.exists() else "none", flush=True)


if __name__ == "__main__":
    main()
