"""The kiosks' shards, divided among the collectors that are there: each reads only those that it holds."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from django.db import Error, connection

from cloud.collector.leases import HEARTBEAT, Leases
from mqtt.topics import SHARDS, Up, up_filter

SOON = 0.25
"""Seconds until the next look while this collector holds too few."""
NAMES = tuple(f"shard/{number:02d}" for number in range(SHARDS))
UPS: tuple[Up, ...] = ("events", "hello", "person")
"""What kiosks write for the collector."""

log = logging.getLogger("cloud.shards")


class Reads(Protocol):
    """A link, as shards need it."""

    def subscribe(self, topics: Sequence[str]) -> None:
        """Read these too."""

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Read these no more."""


class Shards:
    """The shards of one collector."""

    def __init__(
        self, link: Reads, leases: Leases, tell: Callable[[Collection[str]], None] = lambda _: None
    ) -> None:
        """Begin with none; the first `turn` takes what is free. `tell` hears which are held (two digits)."""
        self._link, self._leases, self._tell = link, leases, tell
        self.held: frozenset[str] = frozenset()
        self._next = 0.0

    def turn(self) -> float:
        """Renew, take and give back if it is time to; the seconds until it is again."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._look()
        return max(0.0, self._next - time.monotonic())

    def leave(self) -> None:
        """Give everything back, so that others need not wait until it is over."""
        try:
            self._leases.leave()
        except Error as error:
            log.warning("leases not given back: %s", error)

    def _look(self) -> float:
        try:
            held = self._leases.renew()
            share = _share(self._leases.present(), self._leases.owner)
            held -= self._give_back(sorted(held)[share:])
            held |= self._leases.take(sorted(set(NAMES) - held), share - len(held))
        except Error as error:
            log.error("leases not renewed, trying again: %s", error)  # noqa: TRY400 - the text says all
            connection.close_if_unusable_or_obsolete()
            return SOON
        self._read(frozenset(held))
        return HEARTBEAT if len(held) == share else SOON

    def _give_back(self, names: Sequence[str]) -> set[str]:
        if names:
            self._link.unsubscribe(_topics(names))
            self._leases.give_back(names)
        return set(names)

    def _read(self, held: frozenset[str]) -> None:
        if held != self.held:
            self._link.unsubscribe(_topics(sorted(self.held - held)))
            self._link.subscribe(_topics(sorted(held - self.held)))
            self._tell({_digits(name) for name in held})
            log.info("shards: %d of %d", len(held), SHARDS)
        self.held = held


def _share(present: Sequence[str], owner: str) -> int:
    """How many shards are this collector's; of all that are there together, exactly all."""
    least, more = divmod(SHARDS, len(present))
    return least + (present.index(owner) < more)


def _topics(names: Sequence[str]) -> list[str]:
    return [up_filter(what, _digits(name)) for name in names for what in UPS]


def _digits(name: str) -> str:
    return name.removeprefix("shard/")
