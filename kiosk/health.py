"""How this kiosk is, as sync sees it: told when something changed, and every minute."""

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from kiosk import machine
from kiosk.clock import Clock
from kiosk.device import report
from kiosk.device.places import REPORT
from kiosk.errors import JournalError
from kiosk.journal import JournalReader
from kiosk.marks import Marks
from kiosk.members import Replica
from mqtt import VERSION, shapes, topics
from mqtt.down import Health, encode
from mqtt.events import NAMES, CardTapped, ReaderWentDown, ReaderWentUp
from mqtt.vocabulary import BadMessage, KioskId

EVERY = 60.0
"""Seconds between two words while nothing changes."""
LOOK = 1.0
"""Seconds between two looks at what may have changed."""
MOST = 64
"""Characters of the image's release that are told."""
CROWD = 100
"""Events that wait; with this many the cloud is told at once, and again when there are fewer."""
AT_ONCE = 2000
"""Rows of the journal read in one look."""
THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
"""Thousandths of a degree Celsius (Linux, sysfs-class-thermal); not every machine has it."""

GONE = encode(Health(online=False))
"""The last will."""


class Speaks(Protocol):
    """A link, as health needs it."""

    connected: bool
    session: int

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        """Hand a message to the network; False if it is away."""


def will(kiosk: KioskId) -> tuple[str, bytes]:
    """What the broker says of a kiosk that is gone."""
    return topics.up(kiosk, "health"), GONE


class Vitals:
    """What can be known of the kiosk from its files: the journal's own words on readers and taps included."""

    def __init__(
        self,
        journal: Path,
        replica: Replica,
        clock: Clock,
        certificate_days: Callable[[], float] | None = None,
        root: Path = machine.ROOT,
    ) -> None:
        """`journal` is the screen's, and need not exist yet; `certificate_days` where there is one.

        Below `root` the machine tells of itself.
        """
        self._certificate_days, self._root = certificate_days, root
        self._path, self._replica, self._clock = journal, replica, clock
        self._seen: tuple[str, int] = ("", 0)
        self.readers: dict[str, bool] = {}
        self._last_tap: datetime | None = None
        self.queue, self._oldest = 0, 0.0

    def look(self) -> None:
        """Read what the journal says since the last look."""
        try:
            journal = JournalReader(self._path)
        except JournalError:
            return
        try:
            self._follow(journal)
            self._count(journal)
        finally:
            journal.close()

    def health(self) -> Health:
        """The whole of it, as of the last look."""
        now = self._clock.stamp()
        device = report.read(self._root / REPORT.relative_to("/")) or report.Report("sound")
        return Health(
            online=True,
            app=VERSION,
            uptime=round(time.clock_gettime(time.CLOCK_BOOTTIME), 1),
            queue=self.queue,
            queue_age=max(0.0, round(now.wall - self._oldest, 1)) if self.queue else 0.0,
            clock=now.synced,
            disk_free=shutil.disk_usage(self._path.parent).free,
            temperature=temperature(THERMAL),
            readers=dict(self.readers),
            last_tap=self._last_tap,
            image=machine.image_version(self._root)[:MOST],
            certificate_days=self._certificate_days() if self._certificate_days else None,
            remade=device.remade,
            watchdog=device.watchdog,
        )

    def _follow(self, journal: JournalReader) -> None:
        epoch, upto = self._seen
        rows = journal.after(upto if epoch == journal.epoch else 0, AT_ONCE)
        for row in rows:
            self._learn(row.type, row.data, row.wall)
        if rows or epoch != journal.epoch:
            self._seen = (journal.epoch, rows[-1].sequence if rows else 0)

    def _learn(self, kind: str, data: bytes, wall: float) -> None:
        try:
            if kind == NAMES[ReaderWentUp]:
                self.readers[shapes.decode(data, ReaderWentUp).reader] = True
            elif kind == NAMES[ReaderWentDown]:
                self.readers[shapes.decode(data, ReaderWentDown).reader] = False
            elif kind == NAMES[CardTapped]:
                self._last_tap = datetime.fromtimestamp(wall, UTC)
        except BadMessage:
            return  # another release's row

    def _count(self, journal: JournalReader) -> None:
        self.queue, self._oldest = backlog(journal, self._replica)


def backlog(journal: JournalReader, marks: Marks) -> tuple[int, float]:
    """How many events wait for the cloud, and when the oldest was written (wall seconds; 0.0: none)."""
    acked = marks.acked(journal.epoch).upto
    first = journal.after(acked, 1)
    return max(0, journal.bounds()[1] - acked), first[0].wall if first else 0.0


class Pulse:
    """Tells the cloud how the kiosk is. One thread calls it."""

    def __init__(
        self, kiosk: KioskId, link: Speaks, vitals: Vitals, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`now` is a monotonic clock, in seconds."""
        self._topic, self._link, self._vitals, self._now = topics.up(kiosk, "health"), link, vitals, now
        self._look_at, self._tell_at = 0.0, 0.0
        self._told: tuple[int, dict[str, bool], bool] | None = None

    def turn(self) -> None:
        """Look, if it is time, and tell, if something changed or a minute is over."""
        now = self._now()
        if not self._link.connected or now < self._look_at:
            return
        self._look_at = now + LOOK
        self._vitals.look()
        state = self._link.session, dict(self._vitals.readers), self._vitals.queue >= CROWD
        if now < self._tell_at and state == self._told:
            return
        if self._link.publish(self._topic, encode(self._vitals.health()), retain=True):
            self._told, self._tell_at = state, now + EVERY


def temperature(path: Path) -> float | None:
    """Degrees Celsius; None where nothing measures them."""
    try:
        return int(path.read_text("ascii")) / 1000
    except (OSError, ValueError):
        return None
