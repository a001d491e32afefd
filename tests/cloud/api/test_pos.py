"""The till of docs/examples, against the running interface."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tests.cloud.api.house import Served, served
from tests.cloud.api.tills import BUY
from tests.cloud.desk.house import ROOT
from tests.cloud.kiosks import MEMBER

POS = ROOT / "docs" / "examples" / "pos.py"
SINCE = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("pos")) as running:
        document = json.dumps({"rules": [BUY]})
        running.club.run(
            "INSERT INTO club_ruleset (version, document, made_at, made_by, active_from)"
            f" VALUES (2, '{document}', '{SINCE}', 'tests', '{SINCE}')"
        )
        yield running


@pytest.fixture(scope="module")
def pos() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pos", POS)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def balance(to: Served) -> int:
    return int(to.ask("GET", f"/api/v1/members/{MEMBER}")[2]["balance"])


def test_a_sale_runs_from_the_command_line(to: Served, tmp_path: Path) -> None:
    command = [sys.executable, str(POS), "vanak", MEMBER, "A-1001", "250000"]
    where = {"BASHGAH_URL": to.web.url, "BASHGAH_KEY": to.key}
    done = subprocess.run(command, env=where, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("would earn 250, earned 250\n", "")


def test_a_till_sells_takes_points_and_takes_back(to: Served, pos: ModuleType) -> None:
    till = pos.Till(to.web.url, to.key, "vanak")
    before = balance(to)
    lines = [{"line": "1", "amount": 8000}, {"line": "2", "amount": 2000}]
    assert till.take_back("A-1", "B-1", [{"line": "2", "amount": 2000}]) == "waiting"
    till.spend(MEMBER, "A-1", "R-1", 2)
    assert till.buy(MEMBER, "A-1", lines, paid=8000) == 8
    assert till.take_back("A-1", "B-2", [{"line": "1", "amount": 8000}]) == "applied"
    assert balance(to) == before


def test_a_refusal_says_what_to_do(to: Served, pos: ModuleType) -> None:
    till = pos.Till(to.web.url, to.key, "vanak")
    with pytest.raises(pos.Refused, match="Spend at most what is available"):
        till.spend(MEMBER, "A-2", "R-2", 10**9)
