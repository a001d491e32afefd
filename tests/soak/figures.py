"""What a process uses, at one moment and in the long run: pure, but for reading /proc."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

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

    Of each third the least counts: how many keys the screens keep for the next visit depends on what the
    last one was asked, and a leak is in every sample.
    """
    warm = samples[round(WARM * len(samples)) :]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    both = {name: (_least(first, name), _least(last, name)) for name in ("rss", "alive", "fds", "threads")}
    grew = {name: pair for name, pair in both.items() if _grew(*pair, few=0)}
    grew |= {
        kind: pair for kind in last[-1].objects if _grew(*(pair := _of_type(first, last, kind)), few=FEW)
    }
    used = (warm[-1].cpu - warm[0].cpu) / max(1, warm[-1].visits - warm[0].visits)
    return Verdict(both["rss"], both["alive"], both["fds"], both["threads"], used, grew)


def _grew(before: float, after: float, few: float) -> bool:
    return after - before > max(few, WITHIN * before)


def _least(samples: Sequence[Sample], name: str) -> float:
    return float(min(getattr(sample, name) for sample in samples))


def _of_type(first: Sequence[Sample], last: Sequence[Sample], kind: str) -> tuple[float, float]:
    before, after = (min(sample.objects.get(kind, 0) for sample in part) for part in (first, last))
    return float(before), float(after)


def _lines(text: str) -> list[tuple[str, str]]:
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in text.splitlines())]
