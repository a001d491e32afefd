"""What a journal's writer does between events: keep the file in bounds, and carry out what sync asks for."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from msgspec import MsgspecError

from kiosk.clock import Clock
from kiosk.errors import JournalError
from kiosk.journal import Journal
from kiosk.marks import Marks
from kiosk.streams import Stream
from mqtt.events import (
    CaseClosed,
    CaseOpened,
    ClockStepped,
    CommandDone,
    Event,
    JournalPressed,
    ReaderWentDown,
    ReaderWentUp,
)

log = logging.getLogger(__name__)

DAY = 86_400.0
EVERY = 1.0
"""Seconds between turns in which something is done."""
AGED_EVERY = 60.0
"""Seconds between looks for rows that are old enough to go."""
CHUNK = 500
"""Rows given up in one transaction."""
CHUNKS = 20
"""Transactions of that kind in one turn, at most: the next event must not wait long."""
LOOK_AT = 5000
"""Rows, from the oldest, among which an old one is sought."""
SLACK = 0.1
"""By how much a bound must be undercut before pressure counts as over."""
ONE_IN = 10
"""Of events about the machine, while nothing else is left to give up."""
ABOUT_THE_MACHINE = (ReaderWentUp, ReaderWentDown, ClockStepped, CommandDone, CaseOpened, CaseClosed)

_TROUBLES = (JournalError, OSError, sqlite3.Error, MsgspecError)
Level = Literal["over", "shrinking", "full"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a journal may take: days, and bytes.

    Below `free_low` bytes left, acknowledged rows go before their time; below `free_least`, no new question
    is asked.
    """

    keep_days: float = 14.0
    journal_bytes: int = 256 * 2**20
    free_low: int = 200 * 2**20
    free_least: int = 20 * 2**20


def free_bytes(folder: Path) -> int:
    """Bytes that a process without privileges may still write there (statvfs(3))."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


class Keeper:
    """Called by the thread that writes the journal."""

    def __init__(
        self, journal: Journal, marks: Marks, clock: Clock, limits: Limits, free: Callable[[], int]
    ) -> None:
        """`marks` are sync's; `free` gives the bytes left on the disk."""
        self._journal, self._marks, self._clock = journal, marks, clock
        self._limits, self._free = limits, free
        self._level: Level = "over"
        self._turned_at = self._aged_at = float("-inf")
        self._thinning, self._seen, self._trouble = False, 0, ""
        self.accepts = True
        """Whether an answer given now could be kept."""

    def turn(self) -> None:
        """Do what is due. Logs what the disk does not let it do, once."""
        now = self._clock.stamp().monotonic_ns / 1e9
        if now - self._turned_at < EVERY:
            return
        self._turned_at = now
        try:
            self._restart()
            self._wipe()
            self._drop_aged()
            self._relieve()
        except _TROUBLES as error:  # the next event is recorded all the same
            if str(error) != self._trouble:
                log.error("journal: not kept in order: %s", error)  # noqa: TRY400 - the reason says it all
            self._trouble = str(error)
        else:
            self._trouble = ""

    def takes(self, event: Event) -> bool:
        """Whether to record an event: at the end only some of those about the machine are."""
        if not self._thinning or not isinstance(event, ABOUT_THE_MACHINE):
            return True
        self._seen += 1
        return self._seen % ONE_IN == 1

    def _restart(self) -> None:
        for stream in self._journal.streams():
            asked = self._marks.restart(stream.epoch)
            if asked and self._journal.restart(asked, self._clock.stamp()):
                log.warning("journal: rows after %d of %s have a new epoch", asked.upto, stream.epoch)

    def _wipe(self) -> None:
        if self._journal.has_persons():
            self._journal.wipe(self._marks.delivered())

    def _drop_aged(self) -> None:
        now = self._clock.stamp()
        if now.monotonic_ns / 1e9 - self._aged_at < AGED_EVERY or not now.synced:
            return
        self._aged_at = now.monotonic_ns / 1e9
        for stream in self._journal.streams():
            old = stream.last_before(now.wall - self._limits.keep_days * DAY, LOOK_AT)
            upto = min(old, self._needless(stream))
            if upto > stream.below:
                self._journal.prune(stream, upto)

    def _relieve(self) -> None:
        if self._pressure() != "over":
            self._tell("shrinking")
            self._shrink()
        level = self._pressure()
        self.accepts, self._thinning = level != "full", level != "over"
        self._tell(level)

    def _tell(self, level: Level) -> None:
        """Record a change of pressure, once."""
        if level != self._level and not (level == "shrinking" and self._level == "full"):
            self._journal.append([(JournalPressed(level, max(0, self._free())), self._clock.stamp())])
            self._level = level

    def _pressure(self) -> Level:
        slack = 0.0 if self._level == "over" else SLACK
        free = self._free() + self._journal.spare()
        if free < self._limits.free_least * (1 + slack * (self._level == "full")):
            return "full"
        low = free < self._limits.free_low * (1 + slack)
        return (
            "shrinking" if low or self._journal.used() > self._limits.journal_bytes * (1 - slack) else "over"
        )

    def _shrink(self) -> None:
        """Give up acknowledged rows, oldest first, until that suffices or none is left."""
        for _, (stream, upto) in zip(range(CHUNKS), self._expendable(), strict=False):
            self._journal.prune(stream, upto)
            if self._pressure() == "over":
                return

    def _expendable(self) -> Iterator[tuple[Stream, int]]:
        for stream in self._journal.streams():
            last = self._needless(stream)
            for upto in range(stream.below + CHUNK, last + CHUNK, CHUNK):
                yield stream, min(upto, last)

    def _needless(self, stream: Stream) -> int:
        """How far nobody needs the rows: not the collector, nor this kiosk to know what it had asked for."""
        acked, asked = self._acked(stream), self._journal.unsettled.first(stream.id)
        return acked if asked is None else min(acked, asked - 1)

    def _acked(self, stream: Stream) -> int:
        """How far the collector surely holds this very stream: the mark may be another copy's."""
        acked = self._marks.acked(stream.epoch)
        return acked.upto if stream.chain_at(acked.upto) == acked.chain else 0
