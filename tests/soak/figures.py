"""What a process uses, at one moment and in the long run: pure, but for reading /proc."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import NamedTuple

WITHIN = 0.05
"""Of what it was after the warm-up: more is growth."""
WARM = 0.3
"""Of the samples, those that come before everything has happened once."""
FEW = 200
"""So many objects more of one type are no growth, whatever there were before."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A process after so many visits: CPU in seconds so far, memory in MB, what is open, what lives."""

    visits: int
    cpu: float
    rss: float
    fds: int
    threads: int
    objects: dict[str, int]

    @property
    def alive(self) -> int:
        """Objects of all types."""
        return sum(self.objects.values())


@dataclass(frozen=True)
class Verdict:
    """How the last samples compare with those after the warm-up; empty `grew`: it is flat."""

    rss: tuple[float, float]
    alive: tuple[float, float]
    fds: tuple[float, float]
    threads: tuple[float, float]
    cpu_per_visit: float
    grew: dict[str, tuple[float, float]] = field(default_factory=dict)


class Third(NamedTuple):
    """One figure of a third of the samples."""

    least: float
    middle: float
    greatest: float


def taken(pid: int, visits: int, objects: dict[str, int]) -> Sample:
    """Look at a process now."""
    status = dict(_lines(Path(f"/proc/{pid}/status").read_text("ascii")))
    fds = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - only their number
    rss = int(status["VmRSS"].split()[0]) / 1024
    return Sample(visits, cpu(pid), rss, fds, int(status["Threads"]), objects)


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(") ", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def judged(samples: Sequence[Sample]) -> Verdict:
    """Compare the third after the warm-up with the last third of what is left; needs at least 6 samples.

    How many keys the screens keep for the next visit depends on what the last one was asked, so single
    samples lie low or high; a leak lifts the least, the middle and the greatest of a third.
    """
    warm = samples[round(WARM * len(samples)) :]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    wholes = {name: _both(first, last, attrgetter(name)) for name in ("rss", "alive", "fds", "threads")}
    kinds = {kind: _both(first, last, _number_of(kind)) for kind in last[-1].objects}
    grew = {name: both for name, both in wholes.items() if _grew(*both, few=0)}
    grew |= {kind: both for kind, both in kinds.items() if _grew(*both, few=FEW)}
    used = (warm[-1].cpu - warm[0].cpu) / max(1, warm[-1].visits - warm[0].visits)
    least = {name: _least(both) for name, both in wholes.items()}
    named = {name: _least(both) for name, both in grew.items()}
    return Verdict(least["rss"], least["alive"], least["fds"], least["threads"], used, named)


def _both(
    first: Sequence[Sample], last: Sequence[Sample], figure: Callable[[Sample], float]
) -> tuple[Third, Third]:
    before, after = (sorted(float(figure(sample)) for sample in part) for part in (first, last))
    return (
        Third(before[0], median(before), before[-1]),
        Third(after[0], median(after), after[-1]),
    )


def _grew(before: Third, after: Third, few: float) -> bool:
    return all(new - old > max(few, WITHIN * old) for old, new in zip(before, after, strict=True))


def _least(both: tuple[Third, Third]) -> tuple[float, float]:
    return both[0].least, both[1].least


def _number_of(kind: str) -> Callable[[Sample], float]:
    return lambda sample: sample.objects.get(kind, 0)


def _lines(text: str) -> list[tuple[str, str]]:
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in text.splitlines())]
