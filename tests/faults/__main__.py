"""`make faults FAULTS=n SEED=s`: n random faults, and nothing is lost or doubled."""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kiosk.ending import Ending
from tests.faults.database import Database, Sqlite
from tests.faults.mutants import EVERY, MUTANTS, run_broken
from tests.faults.mutants import PATIENCE as BROKEN_PATIENCE
from tests.faults.postgresql import Postgresql
from tests.faults.run import PATIENCE, Run
from tests.faults.verdict import SHOWN, Verdict
from tests.faults.world import ROOT, World

RESULTS = ROOT / ".bench" / "faults"


def main() -> int:
    """Run, write a JSON file, end with one JSON line; 1 if anything is lost, doubled or booked wrong."""
    given = _options()
    if given.mutant:
        return run_broken(given.mutant, _again(given))[0]
    stop = Ending()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    folder = Path(tempfile.mkdtemp(prefix="bg-faults-"))
    database = DATABASES[given.database](folder / "cloud")
    world = World(folder, database, random.Random(given.seed), given.collectors)
    world.without = frozenset(given.without)
    run = Run(world, _say, stop.is_set, given.patience)
    try:
        verdict = run.go(given.faults, given.every or given.faults)
    finally:
        world.close()
    result = summary(run, verdict, given.seed)
    _write(given.results, result)
    if verdict.good:
        shutil.rmtree(folder)
    else:
        _say(f"what is left lies in {folder}")
    print(json.dumps({key: result[key] for key in LINE}), flush=True)
    return 0 if verdict.good else 1


DATABASES: dict[str, Callable[[Path], Database]] = {"sqlite": Sqlite, "postgresql": Postgresql}
T = TypeVar("T", str, None)
LINE = (
    *("faults", "events", "lost", "doubled", "destroyed", "ledger_exact", "holes_declared"),
    *("restarts", "unreported", "redemptions", "owed", "crashes", "database", "seed"),
)
"""What the last line names; the file has more."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("faults", type=int, nargs="?", default=int(_told("FAULTS", "40")))
    parser.add_argument("--seed", type=int, default=int(_told("SEED", str(int(time.time())))))
    parser.add_argument("--database", choices=DATABASES, default=_told("DB", "sqlite"))
    parser.add_argument("--mutant", choices=MUTANTS, default=_told("MUTANT", None), help="break the code so")
    parser.add_argument("--collectors", type=int, default=int(_told("COLLECTORS", "1")))
    parser.add_argument(
        "--every", type=int, default=0, help="judge after so many faults, not only at the end"
    )
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, help="seconds without progress at the end"
    )
    parser.add_argument("--without", nargs="*", default=[], help="faults that are not done")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


def _told(name: str, otherwise: T) -> str | T:
    """What make was told, which hands it on in the environment."""
    return os.environ.get(name) or otherwise


def _again(given: argparse.Namespace) -> list[str]:
    """The words for the same run over broken code."""
    words = (str(given.faults), "--seed", str(given.seed), "--database", given.database)
    return [
        *words,
        "--every",
        str(EVERY),
        "--patience",
        str(BROKEN_PATIENCE),
        "--results",
        str(RESULTS / "mutants"),
    ]


def summary(run: Run, verdict: Verdict, seed: int) -> dict[str, object]:
    """What a run's file holds; docs/faults.md says what each field means."""
    crashes = {program.name: program.crashes for program in run.world.programs() if program.crashes}
    return {
        "faults": run.done.total(),
        "events": verdict.events,
        "lost": len(verdict.lost),
        "doubled": verdict.doubled,
        "destroyed": verdict.destroyed,
        "ledger_exact": not verdict.differences,
        "holes_declared": verdict.holes,
        "restarts": verdict.restarts,
        "unreported": len(verdict.unreported),
        "redemptions": verdict.redemptions,
        "owed": verdict.owed,
        "crashes": sum(crashes.values()),
        "database": run.world.database.kind,
        "seed": seed,
        "by_fault": dict(run.done),
        "destroyed_by": {name: count for name, count in run.destroyed_by.items() if count},
        "crashed": crashes,
        "missing": sorted(verdict.lost)[:SHOWN],
        "differences": verdict.differences[:SHOWN],
        "not_reported": verdict.unreported,
        "drained": run.drained,
        "log": run.log,
    }


def _write(folder: Path, result: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{result['database']}-{result['seed']}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.json"
    (folder / name).write_text(json.dumps(result, indent=1), "utf-8")


def _say(what: str) -> None:
    print(f"faults: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
