"""A kiosk that was offline for long: 100,000 events in its journal, then the network comes back."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.clock import Clock, always_synced
from kiosk.journal import Journal
from mqtt.events import QuestionShown
from mqtt.vocabulary import MemberId, VisitId
from tests.bench.row import Row
from tests.demo.plan import ROOT, Plan
from tests.demo.programs import running
from tests.demo.steps import prepare
from tests.mqtt.ports import free_port

EVENTS = 100_000
AT_ONCE = 1_000
"""Events in one append."""
WITHIN = 300.0


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure from sync's start until everything is committed at the collector."""
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        plan = Plan(run=Path(folder) / "r", broker_port=free_port(), web_port=free_port(), secure=False)
        prepare(plan)
        say(f"a backlog of {EVENTS:,} events")
        epoch = _backlog(plan)
        with running(plan, ("broker", "collector")), _sync(plan):
            began = time.monotonic()
            while _collected(plan, epoch) < EVENTS:
                assert time.monotonic() - began < WITHIN, "the backlog did not drain"
                time.sleep(0.05)
            seconds = time.monotonic() - began
    yield Row(f"drain of {EVENTS:,} backlogged events", EVENTS / seconds, "events/s", "", EVENTS)


def _backlog(plan: Plan) -> str:
    journal, stamp = Journal(plan.kiosk / "journal.db"), Clock(always_synced).stamp()
    for first in range(0, EVENTS, AT_ONCE):
        journal.append(
            [
                (QuestionShown(VisitId(f"{number:016x}"), MemberId("m-abcdefghij"), "ces", 1, "fa"), stamp)
                for number in range(first, first + AT_ONCE)
            ]
        )
    epoch = journal.epoch
    journal.close()
    return epoch


def _collected(plan: Plan, epoch: str) -> int:
    with closing(sqlite3.connect(plan.cloud / "cloud.db", timeout=10)) as db:
        found = db.execute("SELECT upto FROM collector_stream WHERE epoch = ?", (epoch,)).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def _sync(plan: Plan) -> Iterator[None]:
    command = [sys.executable, "-m", "kiosk", "sync", "--config", str(plan.run / "kiosk.toml")]
    with subprocess.Popen(command, env=plan.environment(), cwd=ROOT) as program:
        yield
        program.terminate()
