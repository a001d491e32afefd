"""Have a broker of this machine read its files again, without ending it.

Mosquitto writes its `pid_file` first, then reads access rules and opens its ports, and only then catches
signals (2.0.11, src/mosquitto.c): until then SIGHUP ends it (signal(7)).
"""

import os
import re
import signal
from pathlib import Path


def reload(pid_file: Path) -> None:
    """Send SIGHUP to the broker whose process id stands in `pid_file`.

    Raises OSError or ValueError, with no signal sent, where there is none or it does not catch the signal.
    """
    number = int(pid_file.read_text("ascii"))
    status = Path(f"/proc/{number}/status").read_text("utf-8", "replace")
    if (name := _field(status, "Name")) != "mosquitto":  # the number of one that died may be anybody's
        raise ValueError(f"process {number} of {pid_file} is {name}")
    if not int(_field(status, "SigCgt"), 16) & 1 << signal.SIGHUP - 1:
        raise ValueError(f"process {number} of {pid_file} does not catch it: it starts, or has ended")
    os.kill(number, signal.SIGHUP)


def _field(status: str, key: str) -> str:
    """Of proc(5), /proc/pid/status."""
    found = re.search(rf"^{key}:\t(.*)$", status, re.MULTILINE)
    return found[1] if found else ""
