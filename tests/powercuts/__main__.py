"""`make powercuts CUTS=n SEED=s`: power cuts under the kiosk's journal; one JSON line says what was lost."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.demo.plan import ROOT
from tests.powercuts import cuts, machine, story
from tests.powercuts.check import Verdict, judge

FAILED = ROOT / ".bench/powercuts"
"""Where a disk stays that did not survive, as the cut left it."""
VISITS = 600
"""Some 2,300 commits: the -wal is checkpointed into the journal several times."""
BEAT = 20
"""Cuts between two lines of progress."""


@dataclass
class Tally:
    """What many cuts came to."""

    confirmed: int = 0
    lost: int = 0
    lost_in: int = 0
    corrupt: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count one cut."""
        self.confirmed += verdict.confirmed
        self.lost += verdict.lost
        self.lost_in += bool(verdict.lost)
        self.corrupt += bool(verdict.wrong)


def run(count: int, seed: int, visits: int, say: Callable[[str], None]) -> dict[str, object]:
    """Record, cut and check, and once more with a journal that does not flush. Raises CannotRun."""
    began = time.monotonic()
    orders = [order for visit in story.visits(seed, visits) for order in visit]
    strict, loose = (_recorded(seed, visits, say, loose=loose) for loose in (False, True))
    chosen = cuts.choose(strict, count, seed)
    real = _tally(cuts.crashes(strict, chosen), orders, say, FAILED)
    say("the same cuts with synchronous=OFF, which must lose some")
    control = _tally(cuts.crashes(loose, chosen), orders, say, None)
    return {
        "cuts": count,
        "events": sum(len(order.events) for order in orders),
        "confirmed": real.confirmed,
        "lost": real.lost,
        "corrupt": real.corrupt,
        "control_lost_in": control.lost_in,
        "control_lost": control.lost,
        "control_corrupt": control.corrupt,
        "writes": sum(bool(entry.data) for entry in strict.entries),
        "flushes": sum(entry.flushes for entry in strict.entries),
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
    }


def _recorded(seed: int, visits: int, say: Callable[[str], None], *, loose: bool) -> cuts.Recording:
    how = "synchronous=OFF" if loose else "as the product has it"
    say(f"recording {visits} visits, {how}")
    with tempfile.TemporaryDirectory(prefix="powercuts-") as scratch:
        recording = machine.record(Path(scratch), seed=seed, visits=visits, loose=loose)
    megabytes = sum(len(entry.data) for entry in recording.entries) / 1e6
    say(f"{len(recording.entries)} entries in the disk's log, {megabytes:.0f} MB written")
    return recording


def _tally(
    crashes: Iterator[cuts.Crash], orders: list[story.Order], say: Callable[[str], None], failed: Path | None
) -> Tally:
    tally = Tally()
    for number, crash in enumerate(crashes, 1):
        with tempfile.TemporaryDirectory(prefix="powercuts-") as folder:
            verdict = judge(crash, orders, Path(folder))
        tally.add(verdict)
        if failed and (verdict.lost or verdict.wrong):
            say(_kept(failed, crash, verdict))
        if number % BEAT == 0:
            say(f"{number} cuts: {tally.lost} of {tally.confirmed} lost, {tally.corrupt} corrupt")
    return tally


def _kept(folder: Path, crash: cuts.Crash, verdict: Verdict) -> str:
    """Leave the disk for whoever looks into it; the line that says so."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder / f"after-{crash.kept}-{crash.cut.seed}.img"
    crash.disk.save(image)
    return f"NOT SURVIVED {image}: {verdict.lost} lost; {'; '.join(verdict.wrong)}"


def passed(line: dict[str, object]) -> bool:
    """Whether the product held and the counter-proof did not."""
    return not line["lost"] and not line["corrupt"] and bool(line["control_lost_in"])


def main() -> int:
    """Exit code: 0 nothing lost, 1 something lost or a counter-proof without teeth, 2 cannot run here."""
    count, seed = (int(os.environ.get(name) or default) for name, default in (("CUTS", 200), ("SEED", 1)))
    try:
        line = run(count, seed, VISITS, _say)
    except machine.CannotRun as cannot:
        print(f"powercuts: {cannot}", file=sys.stderr)
        return 2
    if not line["control_lost_in"]:
        _say("the counter-proof lost nothing: these cuts prove nothing")
    print(json.dumps(line), flush=True)
    return 0 if passed(line) else 1


def _say(what: str) -> None:
    print(f"powercuts: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
