"""How much a process has computed."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU of a running process so far, its own and the system's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(") ", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
