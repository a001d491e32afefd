"""All that a kiosk does to its files, with a mark at once for everything that was promised."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

from kiosk.catalogue import AtomicStorage
from kiosk.journal import Journal
from tests.powercuts import chores, marks, story
from tests.powercuts.network import Network
from tests.powercuts.screen import JOURNAL, Screen

STARTS = 6
"""How often the kiosk's processes are started in a recording."""
PRUNES, RESTARTS = (2, 3, 5), (1, 3, 4)
"""The starts, from 0, at which rows are given up and at which some go on under a new epoch."""
HASTE = {"dirty_writeback_centisecs": "20", "dirty_expire_centisecs": "50"}
"""Let pages reach the disk of themselves soon and in any order: harder to survive than the usual 30 s."""


def hasten() -> None:
    """Tell the kernel so, as root. Raises OSError."""
    for name, value in HASTE.items():
        Path("/proc/sys/vm", name).write_text(value)


class Marked(Protocol):
    """A disk with a log of its writes."""

    def mark(self, text: str) -> None:
        """Put a word without spaces into the log; it stands there when this returns."""


class Trade:
    """The files of both processes, in one folder."""

    def __init__(self, folder: Path, disk: Marked, *, loose: bool) -> None:
        """`loose`: the screen's journal does not flush, for the counter-proof."""
        self._folder, self._disk, self._loose = folder, disk, loose
        self._gone = 0
        self._orders, self._commands, self._catalogues = count(1), count(1), count(1)

    def run(self, visits: Sequence[Sequence[story.Order]]) -> None:
        """The whole story, in as many starts of both processes."""
        share = -(-len(visits) // STARTS)
        for start in range(STARTS):
            path, chore = self._folder / JOURNAL, partial(self._chore, start)
            screen = Screen(path, chore, loose=self._loose)
            with closing(Network(self._folder, self._act)) as network:
                for number in range(start * share, min(len(visits), (start + 1) * share)):
                    self._hear(number, network)
                    self._visit(visits[number], screen)
            screen.close(reader_first=start % 2 == 0)

    def _visit(self, orders: Sequence[story.Order], screen: Screen) -> None:
        for order in orders:
            screen.take(order, partial(self._mark, marks.KEPT, next(self._orders)))

    def _hear(self, visit: int, network: Network) -> None:
        """What the cloud sends now and then."""
        if visit % story.CATALOGUE_EVERY == 0:
            number = next(self._catalogues)
            AtomicStorage(self._folder / story.CATALOGUE).write(story.catalogue(number))
            self._mark(marks.CATALOGUE, number)
        if visit % story.COMMAND_EVERY == 0:
            self._command = next(self._commands)
            network.command(self._command)
            self._mark(marks.TOLD, self._command)

    def _act(self) -> None:
        self._mark(marks.BEGUN, self._command)

    def _chore(self, start: int, journal: Journal) -> None:
        if start in PRUNES:
            chores.prune(journal, self._going)
        if start in RESTARTS:
            self._mark(marks.EPOCH, marks.ANY)
            chores.restart(journal)
        self._mark(marks.EPOCH, journal.epoch)

    def _going(self, events: int) -> None:
        self._gone += events
        self._mark(marks.GONE, self._gone)

    def _mark(self, word: str, value: object) -> None:
        self._disk.mark(f"{word}={value}")
