"""A short run of the faults loses and doubles nothing, and says so in one line."""

import json
import subprocess
import sys
from pathlib import Path

from tests.faults import report
from tests.faults.world import ROOT

SMOKE, SEED = 12, 4
HEADLINE = {"faults", "events", "lost", "doubled", "destroyed", "ledger_exact", "holes_declared"}


def test_twelve_faults_lose_and_double_nothing(tmp_path: Path) -> None:
    words = [str(SMOKE), "--seed", str(SEED), "--results", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last.keys() >= HEADLINE
    assert (last["faults"], last["lost"], last["doubled"], last["ledger_exact"]) == (SMOKE, 0, 0, True)
    assert last["events"] > 100
    assert last["redemptions"] > 0
    assert report.main(tmp_path) == 0


def test_a_report_sums_runs_and_fails_with_any_of_them(tmp_path: Path) -> None:
    figures = dict.fromkeys(report.SUMMED, 0) | {"ledger_exact": True, "database": "sqlite"}
    (tmp_path / "a.json").write_text(json.dumps(figures | {"faults": 100}))
    (tmp_path / "b.json").write_text(json.dumps(figures | {"faults": 50}))
    assert report.total(report.read(tmp_path))["faults"] == 150
    assert report.main(tmp_path) == 0
    (tmp_path / "c.json").write_text(json.dumps(figures | {"lost": 1}))
    assert report.main(tmp_path) == 1
