"""A kiosk that is used stays as it was and keeps nobody's name, and what would tell otherwise has teeth."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.catalogue import Timings
from tests.demo.plan import ROOT
from tests.soak import memory
from tests.soak.__main__ import passed, run
from tests.soak.figures import Sample, judged
from tests.soak.watched import watched

FLAT = [Sample(n, n / 10, 100.0, 30, 12, {"a.A": 1000, "a.B": 50}) for n in range(30)]
LONG = Timings(welcome=60.0, reset=60.0)
"""A visit that lasts while all memory is searched."""
TOLD = "a-secret-that-is-nowhere-else"
HOLDS = """
import sys
kept = bytearray(sys.stdin.readline().strip().encode(sys.argv[1]))
print(flush=True)
sys.stdin.readline()
"""


def holding(coding: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", HOLDS, coding]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.fixture(params=["utf-8", "utf-16-le", "utf-32-le"])
def holder(request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[str]"]:
    with holding(request.param) as process:
        yield process
        process.kill()


def test_a_process_that_holds_a_secret_is_found_out(holder: "subprocess.Popen[str]") -> None:
    assert holder.stdin
    assert holder.stdout
    assert memory.traces(holder.pid, [TOLD]) == []
    holder.stdin.write(f"{TOLD}\n")
    holder.stdin.flush()
    holder.stdout.readline()
    assert {trace.secret for trace in memory.traces(holder.pid, [TOLD])} == {TOLD}


def test_what_stays_is_flat() -> None:
    assert judged(FLAT).grew == {}
    assert judged(FLAT).cpu_per_visit == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("rss", lambda n: Sample(n, 0, 100 + n / 2, 30, 12, {"a.A": 1000})),
        ("fds", lambda n: Sample(n, 0, 100, 30 + n // 5, 12, {"a.A": 1000})),
        ("threads", lambda n: Sample(n, 0, 100, 30, 12 + n // 5, {"a.A": 1000})),
        ("a.A", lambda n: Sample(n, 0, 100, 30, 12, {"a.A": 1000 + 100 * n})),
    ],
)
def test_what_grows_is_named(what: str, sample: object) -> None:
    assert callable(sample)
    assert what in judged([sample(n) for n in range(30)]).grew


def test_a_single_low_sample_is_no_growth() -> None:
    low = Sample(12, 1.2, 90.0, 30, 12, {"a.A": 700, "a.B": 50})
    assert judged([*FLAT[:12], low, *FLAT[13:]]).grew == {}


def test_growth_under_samples_that_come_and_go_is_named() -> None:
    grown = judged([Sample(n, 0, 100, 30, 12, {"a.A": 5000 + 100 * n + 400 * (n % 3)}) for n in range(30)])
    assert [*grown.grew] == ["alive", "a.A"]


def test_after_a_visit_no_name_and_no_balance_is_in_the_kiosks_memory(tmp_path: Path) -> None:
    with watched(tmp_path / "r", seed=1) as kiosk:
        for _ in range(5):
            kiosk.shopper.visit()
        assert kiosk.left() == []


def test_while_a_visit_lasts_its_name_and_balance_are_found(tmp_path: Path) -> None:
    with watched(tmp_path / "r", seed=1, timings=LONG) as kiosk:
        kiosk.shopper.tap(kiosk.members[1].cards[0])
        kiosk.shopper.last = kiosk.members[1]
        found = {trace.secret for trace in kiosk.traces()}
    assert found >= {kiosk.members[1].name, str(kiosk.members[1].balance)}


@pytest.mark.parametrize(
    ("leak", "what", "visits"),
    [("name", "left_in_memory", 20), ("files", "grew", 20), ("room", "grew", 50)],
)
def test_a_planted_leak_is_found(leak: str, what: str, visits: int) -> None:
    line = run(visits, 1, leak, lambda _line: None, looks=8)
    assert line[what]
    assert not passed(line)
