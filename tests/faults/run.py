"""One run: faults one after another while kiosks record, then quiet, and a comparison with the truth."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.destroyed import collected
from tests.faults.faults import choose
from tests.faults.verdict import Verdict, judge
from tests.faults.world import LOOK, World

BLOCK = 10
"""Faults in which the kiosks keep, or drop, what is acknowledged."""
COPY = 0.4
"""How often the cloud's database is copied after a fault when there is no copy."""
PAUSE = (0.2, 1.2)
"""Seconds between two faults."""
PATIENCE = 150.0
"""Seconds without progress after which nothing more is expected; above every back-off in the system.

A kiosk whose clock was not set waits longest: 120 s, for its rows to get a better time.
"""


@dataclass
class Run:
    """A number of faults, done and judged; `say` is given a line for each."""

    world: World
    say: Callable[[str], None]
    stopped: Callable[[], bool] = lambda: False
    patience: float = PATIENCE
    done: Counter[str] = field(default_factory=Counter)
    destroyed_by: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    drained: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def go(self, faults: int, every: int) -> Verdict:
        """Do so many faults, and judge after `every` so many and at the end; stops at a bad verdict."""
        self.world.start()
        verdict = Verdict()
        while self.done.total() < faults and not self.stopped():
            self._block(min(BLOCK, faults - self.done.total()))
            if self.done.total() % every == 0 or self.done.total() >= faults:
                verdict = self.settle()
                if not verdict.good:
                    break
        else:
            verdict = self.settle() if self.stopped() else verdict
        return verdict

    def settle(self) -> Verdict:
        """Let all come in without further faults, and judge."""
        began = time.monotonic()
        self.world.quieten()
        self._drain()
        self.drained = time.monotonic() - began
        world = self.world
        verdict = judge(world.database, world.truth, world.restarted, world.put_back_ever)
        self._tell(
            f"all came in within {self.drained:.0f} s; {len(verdict.lost)} lost, {verdict.doubled} doubled"
        )
        return verdict

    def _block(self, faults: int) -> None:
        shrinking = (self.done.total() // BLOCK) % 2 == 0
        self.world.shrink(on=shrinking)
        self.world.wait(self.world.rng.uniform(*PAUSE))
        for _ in range(faults):
            if self.stopped():
                return
            self._one()

    def _one(self) -> None:
        world, fault = self.world, choose(self.world)
        before = len(world.truth.destroyed)
        said = fault.do(world)
        self.destroyed_by[fault.name] += len(world.truth.destroyed) - before
        self.done[fault.name] += 1
        self._tell(f"{fault.name} {said}")
        if not (world.shrinking or world.copied) and world.rng.random() < COPY:
            world.copy()
        world.wait(world.rng.uniform(*PAUSE))

    def _drain(self) -> None:
        """Wait until nothing is missing and all is posted, or nothing has moved for too long."""
        last, moved = (-1, -1), time.monotonic()
        while time.monotonic() - moved < self.patience:
            now = self._missing()
            if now == (0, 0):
                return
            if now != last:
                last, moved = now, time.monotonic()
            self.world.wait(LOOK)

    def _missing(self) -> tuple[int, int]:
        """How many events are not stored yet, and not posted yet."""
        (behind,) = self.world.database.ask("SELECT coalesce(sum(upto - posted), 0) FROM collector_stream")
        return len(self.world.truth.owed() - collected(self.world.database)), int(behind[0][0])

    def _tell(self, what: str) -> None:
        line = f"{time.monotonic() - self._began:6.1f} s  {self.done.total():4}  {what}"
        self.log.append(line)
        self.say(line)
