"""An old cloud becomes this one while kiosks send: nothing is lost or doubled, no kiosk is touched."""

import json
import subprocess
import sys

import pytest

from tests.cloud.postgres import binaries
from tests.faults.world import ROOT
from tests.upgrade.releases import OLD, is_there

EVENTS = 300
AWAY = 60.0
"""Seconds that a loaded machine may take; docs/install.md has what an idle one does."""

pytestmark = pytest.mark.skipif(not is_there(), reason=f"this clone's history ends before {OLD}")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_upgrade_under_load_loses_and_doubles_nothing_and_touches_no_kiosk(database: str) -> None:
    if database == "postgresql" and not binaries():
        pytest.skip("PostgreSQL is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade", "--database", database, "--events", str(EVENTS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["lost"], found["doubled"], found["ledger_exact"], found["crashes"]) == (0, 0, True, {})
    assert found["kiosks_untouched"]
    assert found["migrations"] >= 8
    assert found["before"] >= EVENTS // 2
    assert found["events"] >= EVENTS
    assert found["away_s"] < AWAY
