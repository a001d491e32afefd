"""How a kiosk stands and what is wrong with it, the worst first; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, Protocol

State = Literal["online", "offline", "never"]
Trouble = Literal["offline", "reader", "disk", "queue", "clock", "parked", "never"]
Shape = Literal["bad", "warn", "none", "good"]
"""What stands beside the words: a cross, a triangle, a ring, a disc."""

SILENT: Final = timedelta(minutes=3)
"""A kiosk says every minute how it is; who has not done so for as long is offline."""
LATE: Final = 600.0
"""Seconds for which an event may wait at a kiosk that is online."""
ROOM: Final = 500_000_000
"""Bytes below which a disk runs short."""
WORST: Final[tuple[Trouble, ...]] = ("offline", "reader", "disk", "queue", "clock", "parked", "never")
BAD: Final[frozenset[Trouble]] = frozenset({"offline", "reader"})


class Said(Protocol):
    """What is kept of a kiosk's word, as `fleet.models.KioskHealth` has it."""

    heard_at: datetime | None
    online: bool
    app: str
    queue: int
    queue_age: float
    clock: bool
    disk_free: int
    readers: Mapping[str, bool]
    last_tap: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """What a kiosk last said of itself: bytes of disk, seconds that the oldest of `queue` events waits."""

    online: bool
    app: str
    queue: int
    queue_age: float
    clock: bool
    disk_free: int
    readers_down: tuple[str, ...]
    last_tap: datetime | None

    @classmethod
    def of(cls, said: Said, zone: tzinfo | None) -> "Health":
        """What was kept, with its times in the store's zone."""
        return cls(
            online=said.online,
            app=said.app,
            queue=said.queue,
            queue_age=said.queue_age,
            clock=said.clock,
            disk_free=said.disk_free,
            readers_down=tuple(sorted(name for name, up in said.readers.items() if not up)),
            last_tap=said.last_tap and said.last_tap.astimezone(zone),
        )


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk at a moment. `heard` is when it last said anything; it is `silent` for longer than it may.

    `parked` are its messages that could not be read or booked and wait for somebody.
    """

    name: str
    health: Health | None
    heard: datetime | None
    silent: bool
    parked: int

    @classmethod
    def of(cls, name: str, said: Said | None, seen: datetime | None, parked: int, at: datetime) -> "Kiosk":
        """What is known of it `at` a moment in its store's zone; `seen` is an event's last arrival."""
        heard = max((when for when in (seen, said and said.heard_at) if when), default=None)
        return cls(
            name,
            Health.of(said, at.tzinfo) if said else None,
            heard and heard.astimezone(at.tzinfo),
            silent(heard, at),
            parked,
        )

    @property
    def state(self) -> State:
        """Whether it is there."""
        if self.health is None and self.heard is None:
            return "never"
        gone = self.silent or (self.health is not None and not self.health.online)
        return "offline" if gone else "online"

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong, the worst first. Of one that is not there, what it last said is no news."""
        there = self.health if self.state == "online" else None
        wrong: dict[Trouble, bool] = {
            "offline": self.state == "offline",
            "never": self.state == "never",
            "parked": self.parked > 0,
            "reader": bool(there and there.readers_down),
            "disk": bool(there and there.disk_free < ROOM),
            "queue": bool(there and there.queue and there.queue_age > LATE),
            "clock": bool(there and not there.clock),
        }
        return tuple(trouble for trouble in WORST if wrong[trouble])

    @property
    def rank(self) -> int:
        """The lower, the worse."""
        return WORST.index(self.troubles[0]) if self.troubles else len(WORST)

    @property
    def shape(self) -> Shape:
        """How bad it is."""
        return shape(self.troubles)


def silent(heard: datetime | None, now: datetime) -> bool:
    """Whether a kiosk that was last heard then has been silent for too long."""
    return heard is not None and now - heard > SILENT


def shape(troubles: tuple[Trouble, ...]) -> Shape:
    """How bad these are together."""
    if not troubles:
        return "good"
    if BAD.intersection(troubles):
        return "bad"
    return "none" if troubles == ("never",) else "warn"
