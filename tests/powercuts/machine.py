"""Recording what a kiosk writes, in a kernel that is a process: :mod:`tests.uml`."""

import os
import subprocess
from pathlib import Path

from tests import uml
from tests.powercuts import marks
from tests.powercuts.cuts import Recording
from tests.powercuts.disk import Disk
from tests.powercuts.proof import CannotRun
from tests.powercuts.writes import BadLog, read

NEEDED = ("mke2fs", "e2fsck", "debugfs")
DISK_BYTES = 24 << 20
LOG_BYTES = 4 << 30
"""Room for a log; the file is sparse."""
MAKE = (
    "mke2fs -q -F -t ext4 -b 4096 -J size=4 -U 6b696f73-6b00-4000-8000-000000000001"
    " -E lazy_itable_init=0,lazy_journal_init=0,hash_seed=6b696f73-6b00-4000-8000-000000000002"
)


def missing() -> list[str]:
    """Programs that are not here."""
    return uml.missing(*NEEDED)


def record(scratch: Path, *, seed: int, visits: int, loose: bool = False) -> Recording:
    """Let the kiosk work on a disk of its own; `scratch` is an empty folder. Raises CannotRun."""
    if missing():
        raise CannotRun(
            f"not found: {', '.join(missing())}; Debian's user-mode-linux and e2fsprogs bring them"
        )
    disk, log = scratch / "disk.img", scratch / "log.img"
    (scratch / "disk").mkdir()
    for file, size in ((disk, DISK_BYTES), (log, LOG_BYTES)):
        file.touch()
        os.truncate(file, size)
    subprocess.run([*MAKE.split(), disk], check=True, env=uml.environment(scratch))
    before = Disk.of(disk.read_bytes())
    how = "loose" if loose else "strict"
    said = uml.run(scratch, [disk, log], "tests.powercuts.guest", str(scratch), str(seed), str(visits), how)
    try:
        entries = read(log)
    except BadLog as error:
        raise CannotRun(f"{error}; the machine said:\n{said[-2000:]}") from None
    if entries[-1].mark != "dm-log-writes-end" or not any(entry.mark == marks.END for entry in entries):
        raise CannotRun(f"the recording did not end well; the machine said:\n{said[-2000:]}")
    log.unlink()
    return Recording(before, entries)
