"""The image's root for this machine's own processor, unpacked once; twins boot on it read-only."""

import fcntl
import os
import platform
import shutil
import subprocess
from pathlib import Path

from image import build
from tests.nspawn import PACKAGES, lacking

PLACE = "twin"


def missing() -> str:
    """Why no twin can be booted here; empty if one can."""
    if os.geteuid():
        return "only root can boot a twin of the image"
    if platform.machine() != "x86_64":
        return "the twin is of amd64"
    gone = lacking("mmdebstrap", "ip", "tar")
    return f"missing: {', '.join(gone)}; apt-get install mmdebstrap iproute2 {PACKAGES}" if gone else ""


def tree() -> Path:
    """The folder; made where there is none of this root, in the place of the one before."""
    tar = build.root("amd64")
    folder = tar.parent / PLACE
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        of = tar.stat()
        root = folder / f"{of.st_size}-{of.st_mtime_ns}"
        if not root.exists():
            _unpack(tar, root)
    return root


def _unpack(tar: Path, root: Path) -> None:
    for former in root.parent.glob("*-*"):
        shutil.rmtree(former)
    new = root.with_name("new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    subprocess.run(["tar", "-C", str(new), "-xpf", str(tar), "--numeric-owner"], check=True)
    new.rename(root)
