"""`make upgrade-test DB=postgresql`: an old release's cloud becomes this one while its kiosks send."""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.__main__ import DATABASES
from tests.faults.run import Run
from tests.faults.world import ROOT
from tests.upgrade.releases import OLD, is_there, migrations, unpacked
from tests.upgrade.world import Upgraded

WITHIN = 60.0
SHARE = 2
"""Of the events that are wanted, one in so many before the upgrade."""


def main() -> int:
    """Exit code: 0 nothing is lost, doubled or booked wrong; 1 something is; 2 it cannot be tried here."""
    given = _options()
    if not is_there():
        print(f"this clone's history ends before {OLD}: git fetch --unshallow", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="bg-upgrade-") as name:
        figures = tried(Path(name), given.database, given.events)
    print(json.dumps(figures), flush=True)
    return 0 if figures["good"] else 1


def tried(folder: Path, kind: str, events: int) -> dict[str, object]:
    """Upgrade once in the middle of so many events; what came of it."""
    old = unpacked(folder / "old")
    (folder / "run").mkdir()
    world = Upgraded(folder / "run", DATABASES[kind](folder / "run" / "cloud"), random.Random(1), root=old)
    try:
        world.start()
        world.until_stored(events // SHARE, WITHIN)
        kiosks, before, began = world.kiosk_processes(), world.stored(), time.monotonic()
        world.upgrade()
        started = time.monotonic()
        world.until_stored(before + 1, WITHIN)
        away = time.monotonic() - began
        world.until_stored(before + events // SHARE, WITHIN)
        untouched, page = world.kiosk_processes() == kiosks, world.page(WITHIN)
        verdict = Run(world, _say).settle()
    finally:
        world.close()
    crashes = {program.name: program.crashes for program in world.programs() if program.crashes}
    return {
        "events": verdict.events,
        "before": before,
        "lost": len(verdict.lost),
        "doubled": verdict.doubled,
        "parked": verdict.parked,
        "differences": verdict.differences[:10],
        "ledger_exact": not verdict.differences,
        "kiosks_untouched": untouched,
        "migrations": len(migrations(ROOT) - migrations(old)),
        "stopped_s": round(started - began, 2),
        "away_s": round(away, 2),
        "crashes": crashes,
        "page": page,
        "database": kind,
        "good": verdict.good and untouched and not crashes and page == 200,
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default=os.environ.get("DB") or "sqlite")
    parser.add_argument("--events", type=int, default=int(os.environ.get("EVENTS") or "2000"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
