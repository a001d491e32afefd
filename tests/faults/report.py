"""`make faults-report`: the sum of all runs that lie in .bench/faults, by database."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / ".bench" / "faults"
SUMMED = (
    "faults",
    "events",
    "lost",
    "doubled",
    "destroyed",
    "holes_declared",
    "restarts",
    "unreported",
    "crashes",
)


def main(folder: Path = RESULTS) -> int:
    """One JSON line for each database and one for all; 1 if any run found something."""
    runs = read(folder)
    for kind in sorted({run["database"] for run in runs}):
        print(json.dumps({"database": kind, **total(run for run in runs if run["database"] == kind)}))
    whole = total(runs)
    print(json.dumps({"database": "all", **whole}))
    return 0 if clean(whole) else 1


def read(folder: Path) -> list[dict[str, Any]]:
    """The results of all runs."""
    return [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]


def total(runs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The figures of some runs together."""
    runs = list(runs)
    sums = {name: sum(run[name] for run in runs) for name in SUMMED}
    return {"runs": len(runs), **sums, "ledger_exact": all(run["ledger_exact"] for run in runs)}


def clean(figures: dict[str, Any]) -> bool:
    """Whether nothing is wrong."""
    return bool(figures["ledger_exact"]) and not any(
        figures[name] for name in ("lost", "doubled", "unreported")
    )


if __name__ == "__main__":
    sys.exit(main())
