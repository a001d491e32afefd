"""Install Debian packages as root, without starting the servers that come with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shell import Failed, run

LISTS = Path("/var/lib/apt/lists")
OLD = re.compile(r"Unable to locate package|no installation candidate|404 +Not Found|Unable to fetch|Unmet")
"""Words of apt's that new lists may cure."""
NOTHING = "#!/bin/sh\nexit 0\n"
NO_SERVER = """#!/bin/sh
case "$*" in *mosquitto*|*postgresql*) exit 1 ;; esac
exec /usr/bin/deb-systemd-helper "$@"
"""
QUIET = {"invoke-rc.d": NOTHING, "deb-systemd-invoke": NOTHING, "deb-systemd-helper": NO_SERVER}
"""Stand-ins for the programs by which a package starts its server now, and enables it for the next boot."""


def root() -> list[str] | None:
    """What to write before a command to run it as root: nothing, sudo, or None if neither may."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def listed() -> bool:
    """Whether apt has any list of packages; a container's image often has none."""
    return any(LISTS.glob("*_Packages*"))


def line(packages: Sequence[str]) -> str:
    """What a person types who may become root."""
    install = f"apt-get install --no-install-recommends {' '.join(packages)}"
    steps = [install] if listed() else ["apt-get update", install]
    if shutil.which("sudo"):
        return " && ".join(f"sudo {step}" for step in steps)
    return f"su -c '{' && '.join(steps)}'"


def install(packages: Sequence[str], root: Sequence[str]) -> None:
    """Install; fetch the lists of packages only if they are not there, or too old to serve. Raises Failed."""
    if not listed():
        _update(root)
    try:
        _install(packages, root)
    except Failed as failed:
        if not OLD.search(failed.output):
            raise
        _update(root)
        _install(packages, root)


def _update(root: Sequence[str]) -> None:
    run(*root, "apt-get", "-q", "update")


def _install(packages: Sequence[str], root: Sequence[str]) -> None:
    with _no_servers() as path:
        options = ("-o", f"DPkg::Path={path}", "-o", "DPkg::Lock::Timeout=300")
        apt = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", "-qy", *options)
        run(*root, *apt, "install", "--no-install-recommends", *packages)


@contextmanager
def _no_servers() -> Iterator[str]:
    """A PATH for dpkg. Unlike a policy-rc.d, it leaves nothing in the system, even after a kill -9."""
    with tempfile.TemporaryDirectory(prefix="bashgah-apt-") as folder:
        for name, script in QUIET.items():
            file = Path(folder) / name
            file.write_text(script)
            file.chmod(0o755)
        yield f"{folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
