"""A kiosk that enrols in a test's own process, with clocks that the test turns."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk import progress, token_line
from kiosk.config import ToEnrol, load
from kiosk.enrolment import Enrolment
from kiosk.progress import Progress


@dataclass
class Kiosk:
    """A machine whose clocks a test turns, with everything it told."""

    path: Path
    wall: float = field(default_factory=lambda: datetime.now(UTC).timestamp())
    now: float = 0.0
    within: float = 20.0

    def __post_init__(self) -> None:
        self.machine = Enrolment(
            self.read,
            lambda: token_line.erase(self.path),
            within=self.within,
            now=lambda: self.now,
            wall=lambda: self.wall,
            jitter=lambda _, most: most,
        )

    def read(self) -> ToEnrol:
        setup = load(self.path, {})
        assert isinstance(setup, ToEnrol)
        return setup

    @property
    def data(self) -> Path:
        return self.path.parent / "data"

    def turn(self) -> Progress:
        """One turn, and what the screen can read after it."""
        self.machine.turn()
        told = progress.read(self.data)
        assert told is not None
        assert told == self.machine.progress
        return told

    def correct(self, old: str, new: str) -> None:
        self.path.write_text(self.path.read_text("utf-8").replace(old, new), "utf-8")


def until(true: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait for something that a thread or another process brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)
