"""A Linux kernel that is an ordinary process (User Mode Linux): two seconds to boot, without root or KVM."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from tests.demo.plan import ROOT
from tests.powercuts import marks
from tests.powercuts.cuts import Recording
from tests.powercuts.disk import Disk
from tests.powercuts.programs import CannotRun, environment, lacking
from tests.powercuts.writes import BadLog, read

KERNEL = "linux.uml"
NEEDED = (KERNEL, "mke2fs", "e2fsck", "debugfs")
DISK_BYTES = 24 << 20
LOG_BYTES = 4 << 30
"""Room for a log; the file is sparse."""
TIMEOUT = 600.0
MAKE = (
    "mke2fs -q -F -t ext4 -b 4096 -J size=4 -U 6b696f73-6b00-4000-8000-000000000001"
    " -E lazy_itable_init=0,lazy_journal_init=0,hash_seed=6b696f73-6b00-4000-8000-000000000002"
)
INIT = """#!/bin/sh
mount -t proc proc /proc
cd {root} && {python} -m tests.powercuts.guest {scratch} {seed} {visits} {how}
echo o >/proc/sysrq-trigger
sleep 60
"""


def missing() -> list[str]:
    """Programs that are not here."""
    return lacking(NEEDED)


def record(scratch: Path, *, seed: int, visits: int, loose: bool = False) -> Recording:
    """Let the kiosk work on a disk of its own; `scratch` is an empty folder. Raises CannotRun."""
    if missing():
        raise CannotRun(
            f"not found: {', '.join(missing())}; Debian's user-mode-linux and e2fsprogs bring them"
        )
    disk, log, init = (scratch / name for name in ("disk.img", "log.img", "init"))
    (scratch / "disk").mkdir()
    for file, size in ((disk, DISK_BYTES), (log, LOG_BYTES)):
        file.touch()
        os.truncate(file, size)
    subprocess.run([*MAKE.split(), disk], check=True, env=environment(scratch))
    before = Disk.of(disk.read_bytes())
    _write_init(init, scratch, seed, visits, "loose" if loose else "strict")
    said = _run(scratch, disk, log, init)
    try:
        entries = read(log)
    except BadLog as error:
        raise CannotRun(f"{error}; the machine said:\n{said[-2000:]}") from None
    if entries[-1].mark != "dm-log-writes-end" or not any(entry.mark == marks.END for entry in entries):
        raise CannotRun(f"the recording did not end well; the machine said:\n{said[-2000:]}")
    log.unlink()
    return Recording(before, entries)


def _write_init(init: Path, scratch: Path, seed: int, visits: int, how: str) -> None:
    root, python, folder = (shlex.quote(str(path)) for path in (ROOT, sys.executable, scratch))
    init.write_text(INIT.format(root=root, python=python, scratch=folder, seed=seed, visits=visits, how=how))
    init.chmod(0o755)


def _run(scratch: Path, disk: Path, log: Path, init: Path) -> str:
    """Boot, wait for the end; what was said."""
    words = (
        "mem=192M root=/dev/root rootfstype=hostfs rootflags=/ rw quiet con=null con0=null,fd:1 ssl=null"
        f" uml_dir={scratch} ubd0={disk} ubd1={log} init={init}"
    )
    with subprocess.Popen(
        [KERNEL, *words.split(" ")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(scratch),
        start_new_session=True,
    ) as machine:
        try:
            return machine.communicate(timeout=TIMEOUT)[0].decode(errors="replace")
        except BaseException:
            os.killpg(machine.pid, signal.SIGKILL)
            raise
