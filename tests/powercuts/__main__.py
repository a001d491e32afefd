"""`make powercuts CUTS=n SEED=s`: power cuts under the kiosk's journal; one JSON line says what was lost."""

import sys
import tempfile
import time
from pathlib import Path

from tests.powercuts import machine
from tests.powercuts.proof import VISITS, Line, Say, Told, command, orders, prove


def run(count: int, seed: int, visits: int, say: Say) -> Line:
    """Record, cut and check, and once more with a journal that does not flush. Raises CannotRun."""
    began = time.monotonic()
    strict, loose = (_recorded(seed, visits, say, loose=loose) for loose in (False, True))
    line = prove(strict, loose, count, seed, say)
    return {**line, "seconds": round(time.monotonic() - began, 1)}


def _recorded(seed: int, visits: int, say: Say, *, loose: bool) -> Told:
    how = "synchronous=OFF" if loose else "as the product has it"
    say(f"recording {visits} visits, {how}")
    with tempfile.TemporaryDirectory(prefix="powercuts-") as scratch:
        recording = machine.record(Path(scratch), seed=seed, visits=visits, loose=loose)
    megabytes = sum(len(entry.data) for entry in recording.entries) / 1e6
    say(f"{len(recording.entries)} entries in the disk's log, {megabytes:.0f} MB written")
    return Told(recording, orders(seed, visits))


if __name__ == "__main__":
    sys.exit(command("powercuts", lambda count, seed, say: run(count, seed, VISITS, say)))
