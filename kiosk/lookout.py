"""Finds out how the kiosk is, from its files and the machine's, for the technician's screen."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Literal

from kiosk import catalogue, health, identity, machine
from kiosk.checks import Facts, IdentityFact, ReaderFact
from kiosk.clock import Clock, Stamp
from kiosk.device import model
from kiosk.device import report as device
from kiosk.device.places import REPORT
from kiosk.errors import IdentityError, JournalError
from kiosk.journal import JournalReader
from kiosk.keeper import Limits, free_bytes
from kiosk.marks import Marks
from mqtt import VERSION


class Lookout:
    """One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it looks at
        self,
        *,
        journal: Path,
        replica: Path,
        catalogue: Path,
        limits: Limits,
        clock: Clock,
        takes: Callable[[], bool],
        panel: Literal["wired", "mock", "lost"],
        enrolled: bool,
        identity_in: Path | None = None,
        report: Path = REPORT,
    ) -> None:
        """`takes` says whether an answer given now could be kept.

        `identity_in` is the data folder of a kiosk that is enrolled, rather than written by hand. `report` is
        where root's word on the machine lies, on the SD image.
        """
        self._identity_in, self._report = identity_in, report
        self._journal, self._catalogue = journal, catalogue
        self._marks, self._limits = Marks(replica), limits
        self._clock, self._takes, self._panel, self._enrolled = clock, takes, panel, enrolled
        self._apart = _apart(clock.stamp())

    def look(self, readers: Mapping[str, ReaderFact]) -> Facts:
        """Everything, as of now. Raises JournalError, OSError."""
        now = self._clock.stamp()
        queue, since = self._backlog()
        heard = self._marks.heard_at()
        return Facts(
            readers=tuple(readers.values()),
            panel=self._panel,
            enrolled=self._enrolled,
            links=machine.links(),
            route=machine.default_route(),
            heard=max(0.0, now.wall - heard) if heard else None,
            queue=queue,
            oldest=max(0.0, now.wall - since) if queue else 0.0,
            free=free_bytes(self._journal.parent),
            free_low=self._limits.free_low,
            free_least=self._limits.free_least,
            journal=machine.size(self._journal),
            takes=self._takes(),
            wall=now.wall,
            synced=now.synced,
            moved=_apart(now) - self._apart,
            temperature=health.temperature(health.THERMAL),
            undervoltage=machine.undervoltage(),
            app=VERSION,
            python=machine.python(),
            kivy=machine.version("kivy"),
            image=machine.image(),
            catalogue=catalogue.version(self._catalogue),
            members=self._marks.version,
            identity=self._identity(),
            trouble=self._marks.trouble(),
            device=device.read(self._report),
            raspberry_pi=model.is_raspberry_pi(),
        )

    def close(self) -> None:
        """Let the replica go."""
        self._marks.close()

    def _identity(self) -> IdentityFact | None:
        if self._identity_in is None:
            return None
        try:
            found = identity.load(self._identity_in)
        except IdentityError:
            found = None
        return IdentityFact(found.kiosk, found.ends.timestamp()) if found else IdentityFact()

    def _backlog(self) -> tuple[int, float]:
        try:
            reader = JournalReader(self._journal)
        except JournalError:
            return 0, 0.0  # it is being made anew
        with closing(reader):
            return health.backlog(reader, self._marks)


def _apart(stamp: Stamp) -> float:
    return stamp.wall - stamp.monotonic_ns / 1e9
