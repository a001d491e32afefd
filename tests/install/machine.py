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
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.world import ROOT

SUITE = "bookworm"
BASE = "systemd,systemd-sysv,dbus,ca-certificates"
BOOTS_WITHIN = 60.0
WHEELS = "srv/wheels"
LOCK = ROOT / "systemd/cloud/requirements.lock"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOOLS = ("mmdebstrap", "systemd-nspawn", "nsenter", "unshare", "tar", "openssl")


class Machine:
    """A root in a new folder, booted until `close`."""

    def __init__(self, packages: Sequence[str], hosts: Sequence[str]) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="bg-install-", dir="/var/tmp"))
        self.root.chmod(0o755)
        self._boot: subprocess.Popen[bytes] | None = None
        _run("tar", "-C", str(self.root), "-xpf", str(fetched(packages)))
        self.hosts = self.root / "etc/hosts"
        self.hosts.write_text(f"127.0.0.1 localhost {' '.join(hosts)}\n")

    def boot(self) -> None:
        """Start it, and wait until systemd says that it runs. Raises AssertionError."""
        command = ["systemd-nspawn", "-q", "-D", str(self.root), "--boot", "--register=no", "--keep-unit"]
        command += ["--private-network", "--link-journal=no", "--timezone=off", "--resolv-conf=off"]
        with (self.root.parent / f"{self.root.name}.boot").open("wb") as log:
            self._boot = subprocess.Popen(
                [*command, f"--hostname={self.hosts.read_text().split()[-1].split('.')[0]}"],
                env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        end, state = time.monotonic() + BOOTS_WITHIN, ""
        while state != "running":
            assert time.monotonic() < end, f"it does not boot: {state}"
            time.sleep(0.1)
            state = self.run("systemctl is-system-running --wait").stdout.strip() if self.init() else ""

    def init(self) -> int:
        """The process id of its systemd; 0 before there is one."""
        assert self._boot is not None
        children = Path(f"/proc/{self._boot.pid}/task/{self._boot.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return int(found[0]) if found else 0

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        """Type something as root; standard output and error together."""
        environment = ["env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        inside = ["nsenter", "-t", str(self.init()), "-a", *environment, "DEBIAN_FRONTEND=noninteractive"]
        return subprocess.run(
            [*inside, "bash", "-e", "-o", "pipefail", "-c", f"cd /root\n{script}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip

    def beside(self, *words: str) -> list[str]:
        """The command line of a program of this checkout that shares nothing with it but its network."""
        script = 'mount --bind "$0" /etc/hosts && exec "$@"'
        shared = ["nsenter", f"--net=/proc/{self.init()}/ns/net", "unshare", "--mount", "sh", "-c", script]
        return [*shared, str(self.hosts), sys.executable, "-m", *words]

    def close(self, *, keep: bool = False) -> None:
        """Switch it off; its files go too, unless they are kept."""
        if self._boot is not None and self.init():
            os.kill(self.init(), 9)
        if self._boot is not None:
            self._boot.wait()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.with_name(f"{self.root.name}.boot").unlink(missing_ok=True)


def missing() -> str:
    """Why there can be no such machine here; empty if there can."""
    if os.geteuid():
        return "only root can make and boot a root: sudo make install-test"
    gone = [tool for tool in TOOLS if not shutil.which(tool)]
    packages = "mmdebstrap systemd-container openssl util-linux"
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
