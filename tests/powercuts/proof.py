"""Cuts on two recordings of one story: as the product has it, and one that has to lose something."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.demo.plan import ROOT
from tests.powercuts import cuts, story
from tests.powercuts.check import Verdict, judge

FAILED = ROOT / ".bench/powercuts"
"""Where a disk stays that did not survive, as the cut left it."""
VISITS = 600
"""Some 2,300 commits: the -wal is checkpointed into the journal several times."""
BEAT = 20
"""Cuts between two lines of progress."""
Say = Callable[[str], None]
Line = dict[str, object]


class CannotRun(Exception):
    """The text says what is missing here."""


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


@dataclass(frozen=True)
class Told:
    """A recording, what was told in it, and where on its disk the kiosk's files are."""

    recording: cuts.Recording
    orders: Sequence[story.Order]
    at: str = ""


def orders(seed: int, visits: int) -> list[story.Order]:
    """The whole story, in order."""
    return [order for visit in story.visits(seed, visits) for order in visit]


def prove(strict: Told, loose: Told, count: int, seed: int, say: Say) -> Line:
    """Make the same cuts in both. The words of the last line."""
    began = time.monotonic()
    chosen = cuts.choose(strict.recording, count, seed)
    real = _tally(strict, chosen, say, FAILED)
    say("the same cuts with synchronous=OFF, which must lose some")
    control = _tally(loose, chosen, say, None)
    entries = strict.recording.entries
    return {
        "cuts": count,
        "events": sum(len(order.events) for order in strict.orders),
        "confirmed": real.confirmed,
        "lost": real.lost,
        "corrupt": real.corrupt,
        "control_lost_in": control.lost_in,
        "control_lost": control.lost,
        "control_corrupt": control.corrupt,
        "writes": sum(bool(entry.data) for entry in entries),
        "flushes": sum(entry.flushes for entry in entries),
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
    }


def _tally(told: Told, chosen: Iterable[cuts.Cut], say: Say, failed: Path | None) -> Tally:
    tally = Tally()
    for number, crash in enumerate(cuts.crashes(told.recording, list(chosen)), 1):
        with tempfile.TemporaryDirectory(prefix="powercuts-") as folder:
            verdict = judge(crash, told.orders, Path(folder), told.at)
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


def passed(line: Line) -> bool:
    """Whether the product held and the counter-proof did not."""
    return not line["lost"] and not line["corrupt"] and bool(line["control_lost_in"])


def command(name: str, run: Callable[[int, int, Say], Line], passed: Callable[[Line], bool] = passed) -> int:
    """Run with CUTS and SEED of the environment; the last line is JSON.

    Exit code: 0 nothing lost, 1 something lost or a counter-proof without teeth, 2 cannot run here.
    """

    def say(what: str) -> None:
        print(f"{name}: {what}", flush=True)

    count, seed = (int(os.environ.get(word) or default) for word, default in (("CUTS", 200), ("SEED", 1)))
    try:
        line = run(count, seed, say)
    except CannotRun as cannot:
        print(f"{name}: {cannot}", file=sys.stderr)
        return 2
    if not line["control_lost_in"]:
        say("the counter-proof lost nothing: these cuts prove nothing")
    print(json.dumps(line), flush=True)
    return 0 if passed(line) else 1
