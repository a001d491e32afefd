"""A Linux kernel that is an ordinary process (User Mode Linux): two seconds to boot, without root or KVM.

What runs in it sees this machine's files, and disks that are files here: filesystems, partitions and mounts
are the kernel's own, and nothing of them reaches the machine outside.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.demo.plan import ROOT

KERNEL = "linux.uml"
TIMEOUT = 600.0
_INIT = """#!/bin/sh
export PATH={path}
mount -t proc proc /proc
cd {root} && {command}
echo o >/proc/sysrq-trigger
sleep 60
"""


def missing(*more: str) -> list[str]:
    """Programs that are not here, of the kernel and `more`."""
    return [name for name in (KERNEL, *more) if shutil.which(name, path=_path()) is None]


def run(
    scratch: Path,
    disks: Sequence[Path],
    module: str,
    *arguments: str,
    read_only: bool = False,
    within: float = TIMEOUT,
) -> str:
    """Boot, run a module of this checkout as root, switch off; what the console said.

    `disks` are /dev/ubda, /dev/ubdb..., which take nothing if `read_only`; `scratch` is for the machine's own
    files. It is ended, with TimeoutExpired, after `within` seconds.
    """
    init = scratch / "init"
    command = shlex.join([sys.executable, "-m", module, *arguments])
    init.write_text(_INIT.format(path=shlex.quote(_path()), root=shlex.quote(str(ROOT)), command=command))
    init.chmod(0o755)
    words = [
        *("mem=192M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw", "quiet"),
        *("con=null", "con0=null,fd:1", "ssl=null"),
        *(f"ubd{number}{'r' * read_only}={disk}" for number, disk in enumerate(disks)),
        f"uml_dir={scratch}",
        f"init={init}",
    ]
    with subprocess.Popen(
        [KERNEL, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(scratch),
        start_new_session=True,
    ) as machine:
        try:
            return machine.communicate(timeout=within)[0].decode(errors="replace")
        except BaseException:
            os.killpg(machine.pid, signal.SIGKILL)
            raise


def environment(home: Path) -> dict[str, str]:
    """Where the programs are found."""
    return {**os.environ, "PATH": _path(), "HOME": str(home)}


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
