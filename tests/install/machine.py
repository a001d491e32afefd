"""A bare Debian that systemd-nspawn boots, with no network but its own: what it installs was fetched before.

The root is made by mmdebstrap from this machine's own apt; Debian's packages lie in its apt's cache, Python's
in a folder that its pip is told of, so that the document's commands find them without a word more.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.faults.world import ROOT
from tests.nspawn import PACKAGES, Nspawn, lacking

SUITE = "bookworm"
BASE = "systemd,systemd-sysv,dbus,ca-certificates"
WHEELS = "srv/wheels"
LOCK = ROOT / "systemd/cloud/requirements.lock"


class Machine:
    """A root in a new folder, booted until `close`."""

    def __init__(self, packages: Sequence[str], hosts: Sequence[str]) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="bg-install-", dir="/var/tmp"))
        self.root.chmod(0o755)
        _run("tar", "-C", str(self.root), "-xpf", str(fetched(packages)))
        self.hosts = self.root / "etc/hosts"
        self.hosts.write_text(f"127.0.0.1 localhost {' '.join(hosts)}\n")
        self._log = self.root.with_name(f"{self.root.name}.boot")
        self._nspawn = Nspawn(self.root, self._log, f"--hostname={hosts[-1].split('.')[0]}")

    def boot(self) -> None:
        """Start it, and wait until systemd says that it runs. Raises AssertionError."""
        self._nspawn.boot()

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        """Type something as root; standard output and error together."""
        return self._nspawn.run(script)

    def beside(self, *words: str) -> list[str]:
        """The command line of a program of this checkout that shares nothing with it but its network."""
        script = 'mount --bind "$0" /etc/hosts && exec "$@"'
        shared = ["nsenter", f"--net=/proc/{self._nspawn.init()}/ns/net", "unshare", "--mount"]
        return [*shared, "sh", "-c", script, str(self.hosts), sys.executable, "-m", *words]

    def close(self, *, keep: bool = False) -> None:
        """Switch it off; its files go too, unless they are kept."""
        self._nspawn.close()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)
            self._log.unlink(missing_ok=True)


def missing() -> str:
    """Why there can be no such machine here; empty if there can."""
    if os.geteuid():
        return "only root can make and boot a root: sudo make install-test"
    gone = lacking("mmdebstrap", "tar", "openssl")
    packages = f"mmdebstrap openssl {PACKAGES}"
    return f"missing: {', '.join(gone)}; apt-get install {packages}" if gone else ""


def fetched(packages: Sequence[str]) -> Path:
    """The root as a file, made where there is none for these packages and this lock."""
    of = hashlib.sha256(" ".join((SUITE, BASE, *packages)).encode() + LOCK.read_bytes()).hexdigest()[:12]
    kept = ROOT / ".cache" / f"install-{of}.tar"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bg-root-", dir="/var/tmp") as folder:
            _fetch(Path(folder) / "root", packages)
            _run("tar", "-C", f"{folder}/root", "-cf", f"{kept}.new", ".")
        Path(f"{kept}.new").replace(kept)
    return kept


def _fetch(root: Path, packages: Sequence[str]) -> None:
    _run("mmdebstrap", "--quiet", "--variant=apt", f"--include={BASE}", SUITE, str(root))
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    _run("chroot", str(root), "apt-get", "-q", "update")
    _run(
        "chroot",
        str(root),
        "apt-get",
        "-q",
        "-y",
        "--no-install-recommends",
        "--download-only",
        "install",
        *packages,
    )
    (root / "etc/resolv.conf").unlink()
    wheels = root / WHEELS
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--require-hashes", "--no-deps"]
    _run(*pip, "-r", str(LOCK), "-d", str(wheels))
    (root / "etc/pip.conf").write_text(f"[global]\nno-index = true\nfind-links = /{WHEELS}\n")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
