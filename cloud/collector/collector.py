"""The collector: takes what kiosks publish, commits it, and only then acknowledges it to them."""

import logging
import select
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, Protocol

from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connection, transaction

from cloud.collector import storage
from cloud.collector.broker import Watch
from cloud.collector.metrics import Metrics
from cloud.collector.parking import NOBODY, Lot, Thing
from cloud.fleet.stop import Stop
from mqtt.client import Link, Message
from mqtt.down import encode
from mqtt.topics import BOOT, down, up_filter

TOPICS = (up_filter("events"), up_filter("hello"), up_filter("person"))
MAX_BATCH = 500
"""Messages that are held, as far as the network gives them in whole steps; beyond that nothing is read."""
MAX_BYTES = 16 * 1024 * 1024
"""Bytes that are held, likewise."""
MAX_WAIT = 0.020
"""Seconds from the first message of a batch after which it is committed, whatever still comes."""
IDLE = 1.0
"""Seconds of waiting for the network at most."""
RETRY = 0.5
"""Seconds before a batch that the database would not take is tried again."""
AWAY = (OperationalError, InterfaceError, ProgrammingError)
"""What a database says that cannot serve now, whatever it is given; the last where a table is missing."""

Point = Literal["before commit", "after commit", "after puback", "after ack"]
log = logging.getLogger("cloud.collector")


def _nothing(_point: Point) -> None:
    """Where tests let the process die."""


class Turns(Protocol):
    """The shards, as a collector needs them."""

    def turn(self) -> float:
        """Do what is due; seconds until something is again."""


class Collector:
    """Moves messages from a link to the database; `at` is called at the points where dying must not hurt."""

    def __init__(  # noqa: PLR0913 - the wiring
        self,
        link: Link,
        watch: Watch,
        generation: str,
        at: Callable[[Point], None] = _nothing,
        *,
        shards: Turns | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Wire; `link` subscribes to :data:`TOPICS`, or `shards` say to which parts of them."""
        self._link, self._watch, self._generation, self._at = link, watch, generation, at
        self._shards, self._metrics = shards, metrics

    def run(self, stop: Stop) -> None:
        """Collect until asked to stop; what has arrived by then is committed."""
        while not stop:
            self.turn(self._divide(), stop)

    def turn(self, timeout: float, stop: Stop | None = None) -> int:
        """Wait for messages, commit and acknowledge them; how many they were."""
        batch = self._gather(timeout, () if stop is None else (stop.wake,))
        if self._watch.new_session():
            self._link.publish(BOOT, b"{}")
        if batch:
            self._settle(batch, stop)
        return len(batch)

    def _divide(self) -> float:
        """See to this collector's share of the shards; seconds until it is to be seen to again."""
        return IDLE if self._shards is None else min(IDLE, self._shards.turn())

    def _gather(self, timeout: float, wakes: tuple[int, ...]) -> list[Message]:
        batch = more = self._link.step(timeout, wakes)
        end = time.monotonic() + MAX_WAIT
        while more and not _full(batch) and time.monotonic() < end:
            more = self._link.step(0.0)
            batch += more
        return batch

    def _settle(self, batch: list[Message], stop: Stop | None) -> None:
        replies = self._store(batch)
        while replies is None and not stop:
            self._wait(batch, () if stop is None else (stop.wake,))
            self._divide()
            replies = self._store(batch)
        if replies is not None:
            self._acknowledge(batch, replies)

    def _wait(self, batch: list[Message], wakes: tuple[int, ...]) -> None:
        """Let the database recover; what is held must not be lost meanwhile, nor grow without end."""
        if _full(batch):
            # what is not read waits at the broker and at the kiosks, which keep it until it is acknowledged
            select.select(wakes, (), (), RETRY)
        else:
            batch += self._link.step(RETRY, wakes)

    def _store(self, batch: list[Message]) -> list[storage.Reply] | None:
        now, began = datetime.now(UTC), time.monotonic()
        try:
            replies = self._try(batch, now)
        except (*AWAY, storage.StreamMoved) as error:
            log.error("not stored, trying again: %s", error)  # noqa: TRY400 - the text says all
            connection.close_if_unusable_or_obsolete()
            if self._metrics is not None:
                self._metrics.failed.inc()
            return None
        if self._metrics is not None:
            self._metrics.committed(batch, replies, time.monotonic() - began)
        return replies

    def _try(self, batch: list[Message], now: datetime) -> list[storage.Reply]:
        try:
            return self._commit(batch, now)
        except AWAY:
            raise
        except Error:
            log.exception("a batch of %d messages failed; storing them one by one", len(batch))
            return [reply for message in batch for reply in self._store_alone(message, now)]

    def _commit(self, batch: list[Message], now: datetime) -> list[storage.Reply]:
        with transaction.atomic():
            replies = storage.store(batch, now, self._generation)
            self._at("before commit")
        self._at("after commit")
        return replies

    def _store_alone(self, message: Message, now: datetime) -> list[storage.Reply]:
        try:
            return self._commit([message], now)
        except AWAY:
            raise
        except Error as error:
            lot = Lot(now)
            # the database's own words may repeat what it was given, which of a person's fields must not be
            why = type(error).__name__ if message.topic.endswith("/person") else error
            lot.park(Thing(message.topic, NOBODY, f"not stored: {why}", message.payload))
            with transaction.atomic():
                lot.write()
            return []

    def _acknowledge(self, batch: list[Message], replies: list[storage.Reply]) -> None:
        for message in batch:
            self._link.done(message)
        self._at("after puback")
        for kiosk, ack in replies:
            self._link.publish(down(kiosk, "ack"), encode(ack), qos=0)
        self._at("after ack")


def _full(batch: list[Message]) -> bool:
    return len(batch) >= MAX_BATCH or sum(len(message.payload) for message in batch) >= MAX_BYTES
