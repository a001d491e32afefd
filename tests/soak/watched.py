"""A kiosk of its own to be watched: the screen's process, simulated readers, a journal, and a shopper."""

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.simulated.remote import Devices
from kiosk.catalogue import Timings
from tests.demo.plan import ROOT, Plan
from tests.soak import club, figures, memory
from tests.soak.club import Canary
from tests.soak.figures import Sample
from tests.soak.memory import Trace
from tests.soak.shopper import PATIENCE, Hangs, Shopper
from ui.remote_client import Screen

START = 60.0
"""Seconds that the first screen may take."""
REST = 0.5
"""Seconds of idle frames, some ten, before anybody looks into the memory."""
LOOKS = 3
"""How often, before what is found counts as left: a busy machine draws no frame in the first rest."""


@dataclass(frozen=True)
class Watched:
    """The kiosk's process, and who stands before it."""

    plan: Plan
    pid: int
    members: tuple[Canary, ...]
    shopper: Shopper

    def sample(self, visits: int) -> Sample:
        """What it uses now."""
        return figures.taken(self.pid, visits, self._eye()["objects"])

    def warnings(self) -> list[str]:
        """What it has warned of so far."""
        return list(self._eye()["warnings"])

    def traces(self) -> list[Trace]:
        """What of any member's name and of the last one's balance lies in its memory, after idle frames."""
        time.sleep(REST)
        return memory.traces(self.pid, {*club.STEMS, *self.shopper.last.secrets})

    def left(self) -> list[Trace]:
        """The same where nothing may be: what is still there at the last of LOOKS."""
        found = self.traces()
        for _ in range(LOOKS - 1):
            if not found:
                break
            found = self.traces()
        return found

    def _eye(self) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(_eye(self.plan)))
            with link.makefile("rb") as answer:
                told: dict[str, Any] = json.loads(answer.read())
        return told


def _eye(plan: Plan) -> Path:
    return plan.run / "eye.sock"


@contextmanager
def watched(run: Path, seed: int, leak: str = "none", timings: Timings = club.SHORT) -> Iterator[Watched]:
    """Start everything in the folder `run`; all is stopped at the end. Raises Hangs if it cannot start."""
    plan = Plan(run=run)
    members = club.found(plan, timings)
    devices = ("-m", "drivers.simulated", "--run", str(plan.run / "devices"))
    kiosk = ("-m", "tests.soak.inside", str(_eye(plan)), leak, "screen", "--config", str(run / "kiosk.toml"))
    with ExitStack() as stack:
        stack.enter_context(_program(plan, *devices))
        screen = stack.enter_context(Screen(plan.touches))
        process = stack.enter_context(_program(plan, *kiosk))
        shopper = Shopper(screen, Devices(plan.devices), members, random.Random(seed))
        if not screen.wait_for("Attract", timeout=START):
            raise Hangs(f"the kiosk does not come up; it ended with {process.poll()}: {_last_words(plan)}")
        yield Watched(plan, process.pid, members, shopper)


def _last_words(plan: Plan) -> str:
    return (plan.run / "log").read_text("utf-8", "replace")[-2000:]


@contextmanager
def _program(plan: Plan, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    log = plan.run / "log"
    with log.open("ab") as said:
        program = subprocess.Popen(
            [sys.executable, *words], env=plan.environment(), cwd=ROOT, stdout=said, stderr=said
        )
        try:
            yield program
        finally:
            program.terminate()
            program.wait(PATIENCE)
