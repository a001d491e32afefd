"""A Debian in a folder that systemd-nspawn boots, on any machine: its own PID 1 need not be systemd.

systemd-nspawn puts a machine into the control groups `payload` and `supervisor` below its caller's: two of
one caller would share them, and end each other's processes. So every machine gets a group of its own first.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

WITHIN = 60.0
"""Seconds in which a machine boots, or never will."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOOLS = ("systemd-nspawn", "nsenter", "unshare")
PACKAGES = "systemd-container util-linux"
"""What Debian calls the packages that have them."""
_BOOT = (
    *("systemd-nspawn", "-q", "--boot", "--register=no", "--keep-unit", "--private-network"),
    *("--link-journal=no", "--timezone=off", "--resolv-conf=off"),
)
_JOIN = 'for group in $GROUPS_OF_ITS_OWN; do echo $$ >"$group/cgroup.procs"; done; exec "$@"'


class Nspawn:
    """A machine that is off until it is booted, and again after `close`."""

    def __init__(self, root: Path, log: Path, *options: str) -> None:
        """`log` takes what its console says; `options` are more of systemd-nspawn(1)."""
        self.log, self.name = log, f"bashgah-{os.getpid()}-{id(self):x}"
        self._options = (f"--machine={self.name}", "-D", str(root), *options)
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[Path] = []

    def boot(self) -> None:
        """Start it, and wait until systemd says that it runs. Raises AssertionError."""
        self.start()
        state = self.state()
        assert state == "running", f"{state}: {self.run('systemctl --failed --no-legend --plain').stdout}"

    def start(self) -> None:
        """Start it, and wait for nothing."""
        self._groups = [_made(hierarchy / self.name) for hierarchy in _hierarchies()]
        own = {"GROUPS_OF_ITS_OWN": " ".join(map(str, self._groups)), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-ec", _JOIN, "sh", *_BOOT, *self._options],
                env=os.environ | own, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def state(self) -> str:
        """What systemd says of the whole once it has started everything (systemctl(1), is-system-running).

        Raises AssertionError.
        """
        end, said = time.monotonic() + WITHIN, ""
        while said not in {"running", "degraded", "maintenance"}:
            assert self._process is not None
            assert self._process.poll() is None, f"it went off: {self.log.read_text()}"
            assert time.monotonic() < end, f"it does not boot: {said} {self.log.read_text()}"
            time.sleep(0.05)
            said = self.run("systemctl is-system-running --wait").stdout.strip() if self.init() else ""
        return said

    def init(self) -> int:
        """The process id of its systemd; 0 before there is one."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return next((int(child) for child in found if _is_first(child)), 0)

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        """Type something as root; standard output and error together."""
        environment = ["env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        inside = ["nsenter", "-t", str(self.init()), "-a", *environment, "DEBIAN_FRONTEND=noninteractive"]
        return subprocess.run(
            [*inside, "bash", "-e", "-o", "pipefail", "-c", f"cd /root\n{script}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip

    def close(self) -> None:
        """Pull its plug."""
        if self._process is not None and self.init():
            with contextlib.suppress(ProcessLookupError):  # it went off at that moment
                os.kill(self.init(), 9)
        if self._process is not None:
            self._process.wait()
        for group in self._groups:
            _emptied(group)
        self._groups = []


def lacking(*more: str) -> list[str]:
    """Which programs are not here, of those that every machine needs and of `more`."""
    return [tool for tool in (*TOOLS, *more) if not shutil.which(tool)]


def _is_first(process: str) -> bool:
    """Whether it is process 1 of a process namespace (proc(5), NSpid), as the helper before it is not."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(line.split()[::2] == ["NSpid:", "1"] for line in status.splitlines())


def _hierarchies() -> Iterator[Path]:
    """Where systemd keeps control groups here (cgroups(7)): version 2, and its own of version 1."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, options, *_ = line.split()
        if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options.split(",")):
            yield Path(place)


def _made(group: Path) -> Path:
    group.mkdir()
    return group


def _emptied(group: Path) -> None:
    """Remove it with all below it; the kernel lets go of what just ended a moment later."""
    end = time.monotonic() + 20.0
    while group.exists():
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        assert time.monotonic() < end, f"{group} is still in use"
