"""What a journal goes through beside events: rows are given up, and rows go on under a new epoch."""

from collections.abc import Callable

from kiosk.journal import Journal
from kiosk.restart import Restart
from kiosk.streams import Row, Stream
from mqtt.events import NAMES, HoleDeclared, JournalRestarted
from tests.powercuts import story

OWN = frozenset(NAMES[fact] for fact in (JournalRestarted, HoleDeclared))
"""Facts that the journal adds by itself."""
MOVED = 40
"""Rows that go on under the new epoch."""


def rows(journal: Journal) -> list[Row]:
    """All that a journal holds, oldest first."""
    return [row for stream in journal.streams() for row in stream.after(0, -1)]


def prune(journal: Journal, going: Callable[[int], None]) -> None:
    """Give up the older half of the oldest stream; `going` first hears how many of the story's events go."""
    stream = journal.streams()[0]
    half = stream.after(0, -(-(stream.highest() - stream.below) // 2))
    going(sum(row.type not in OWN for row in half))
    journal.prune(stream, half[-1].sequence)


def restart(journal: Journal) -> None:
    """Let the last rows go on under a new epoch, as when the cloud has others under their names."""
    stream = _live(journal)
    upto = max(stream.below, stream.highest() - MOVED)
    asked = Restart(journal.incarnation, stream.epoch, upto, "went-backwards")
    assert journal.restart(asked, story.STAMP), "the journal did not take a new epoch"


def _live(journal: Journal) -> Stream:
    return next(stream for stream in journal.streams() if not stream.closed)
