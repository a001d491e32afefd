"""How much a kiosk writes to its card: from a log of every write, in a kernel that is a process."""

import os
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import uml
from tests.powercuts.writes import Entry, read
from tests.wear.causes import by_cause, owners, sound
from tests.wear.guest import END, IDLE, SHOPPING

NEEDED = ("mke2fs", "e2fsck", "debugfs")
CARD_BYTES, LOG_BYTES = 600 << 20, 4 << 30
"""A data partition a little larger than the least; room for a log. Both files are sparse."""
VISIT_WITHIN = 5.0
"""Seconds, on a machine that others use as well."""
MAKE = "mke2fs -q -F -t ext4 -b 4096 -m 0 -J size=16 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard"


@dataclass(frozen=True)
class Written:
    """In so many seconds, or for so many visits: bytes by what they were written to."""

    per: float
    causes: Counter[str]

    def scaled(self, to: float) -> Counter[str]:
        """The same for `to` seconds or visits."""
        return Counter({cause: round(size * to / self.per) for cause, size in self.causes.items()})


def measured(scratch: Path, seconds: float, visits: int) -> tuple[Written, Written]:
    """A kiosk is idle for so long, in touch with the cloud, and then has so many visits.

    `scratch` is an empty folder. Raises BadLog where the small machine did not come to its end.
    """
    card, log = scratch / "card.img", scratch / "log.img"
    (scratch / "disk").mkdir()
    for file, size in ((card, CARD_BYTES), (log, LOG_BYTES)):
        file.touch()
        os.truncate(file, size)
    subprocess.run([*MAKE.split(), card], check=True, env=uml.environment(scratch))
    within = uml.TIMEOUT + seconds + visits * VISIT_WITHIN
    words = [str(scratch), str(seconds), str(visits)]
    uml.run(scratch, [card, log], "tests.wear.guest", *words, within=within)
    entries = read(log)
    whose = owners(sound(card))
    return (
        Written(seconds, _between(entries, IDLE, SHOPPING, whose)),
        Written(visits, _between(entries, SHOPPING, END, whose)),
    )


def _between(entries: Sequence[Entry], first: str, last: str, whose: Mapping[int, str]) -> Counter[str]:
    words = [entry.mark for entry in entries]
    return by_cause(entries[words.index(first) + 1 : words.index(last)], whose)
