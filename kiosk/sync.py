"""A process of its own: journal to broker, members back; it owns the replica and has no screen."""

import logging
import random
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.clock import Clock
from kiosk.errors import JournalError
from kiosk.journal import JournalReader, Row
from kiosk.members import Acked, Replica
from kiosk.poke import Poked
from kiosk.window import Window
from mqtt import VERSION, down, envelope, topics
from mqtt.client import Link, Message
from mqtt.vocabulary import BadMessage, Chain, GroupId, KioskId, StoreId

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds after which the journal is looked at though nobody poked."""
BOOT_SPREAD = 5.0
"""Seconds over which kiosks answer a cloud that has just started."""
GAP_WAIT = 1.0
"""Seconds that missing member rows may still come before they are asked for."""
HEARD_EVERY = 10.0
"""Seconds between notes that the cloud was heard."""
ROOM_BYTES = envelope.MAX_BYTES - 8 * 1024
"""A batch is closed when it may have grown this long."""
FRAME_BYTES = 400
"""The most that an envelope adds to its data."""


def subscriptions(kiosk: KioskId, group: GroupId) -> list[str]:
    """Every topic that a kiosk reads."""
    return [
        topics.down(kiosk, "ack"),
        topics.down(kiosk, "members"),
        topics.group_members(group),
        topics.BOOT,
    ]


class Sync:
    """Keeps the cloud and this kiosk level. One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        *,
        kiosk: KioskId,
        store: StoreId,
        link: Link,
        journal: Path,
        replica: Replica,
        poked: Poked,
        clock: Clock,
    ) -> None:
        """`journal` need not exist yet: the screen's process makes it."""
        self._kiosk, self._store = kiosk, store
        self._link, self._path, self._replica, self._poked = link, journal, replica, poked
        self._clock = clock
        self._journal: JournalReader | None = None
        self._window = Window(0)
        self._session, self._heard_at = 0, 0.0
        self._told: str | None = None
        replica.set_heard_at(0.0)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Go on until `stopping`."""
        while not stopping():
            self.turn(POLL)
        self._replica.set_heard_at(0.0)
        self._link.close()

    def turn(self, timeout: float) -> None:
        """Take what came, send what is due, waiting at most `timeout` seconds."""
        for message in self._link.step(timeout, [self._poked.fileno()]):
            self._take(message)
            self._link.done(message)
        self._poked.drain()
        self._watch_connection()
        if self._link.connected and self._opened():
            self._send()

    def _watch_connection(self) -> None:
        if self._link.session != self._session:
            self._session = self._link.session
            self._say("connected to the broker")
            self._window.start(time.monotonic())
        if not self._link.connected:
            self._say("no connection to the broker; events wait in the journal")
            self._hear(0.0)

    def _opened(self) -> bool:
        if self._journal is None:
            try:
                self._journal = JournalReader(self._path)
            except JournalError:
                return False
            self._window = Window(self._replica.acked(self._journal.epoch).upto)
            self._window.start(time.monotonic())
        return True

    # --- up

    def _send(self) -> None:
        now = time.monotonic()
        if self._window.hello_is_due(now):
            self._hello(now)
        while (room := self._window.room(now)) > 0:
            rows = self._rows(min(room, envelope.MAX_EVENTS))
            if not rows:
                return
            batch = envelope.encode_batch([row.envelope(self._store, self._kiosk) for row in rows])
            if not self._link.publish(topics.up(self._kiosk, "events"), batch):
                return
            self._window.was_sent(rows[-1].sequence, now)

    def _rows(self, limit: int) -> list[Row]:
        """The next rows that fit into one message."""
        assert self._journal is not None
        rows: list[Row] = []
        size = 0
        for row in self._journal.after(self._window.sent, limit):
            size += len(row.data) + len(row.type) + FRAME_BYTES
            if rows and size > ROOM_BYTES:
                break
            rows.append(row)
        return rows

    def _hello(self, now: float) -> None:
        assert self._journal is not None
        low, high = self._journal.bounds()
        nonce = secrets.token_hex(8)
        hello = down.Hello(
            epoch=self._journal.epoch,
            nonce=nonce,
            lowest=low,
            highest=high,
            chain_at_acked=self._journal.chain_at(self._window.acked) or envelope.START,
            generation=self._replica.generation,
            members_version=self._replica.version,
            app=VERSION,
        )
        if self._link.publish(topics.up(self._kiosk, "hello"), down.encode(hello)):
            self._window.asked(nonce, now)

    # --- down

    def _take(self, message: Message) -> None:
        try:
            if message.topic == topics.BOOT:
                delay = random.uniform(0, BOOT_SPREAD)  # noqa: S311 - spreading load, not a secret
                self._window.want_hello(time.monotonic() + delay)
            elif message.topic == topics.down(self._kiosk, "ack"):
                self._acknowledged(down.decode(message.payload, down.Ack))
            else:
                self._members(down.decode(message.payload, down.MembersBatch))
        except BadMessage as error:
            log.warning("sync: a message on %s is not understood: %s", message.topic, error)

    def _members(self, batch: down.MembersBatch) -> None:
        before = self._replica.version, self._replica.generation
        if not self._replica.apply(batch):
            self._window.want_hello(time.monotonic() + GAP_WAIT)
        elif batch.to < batch.head and before != (self._replica.version, self._replica.generation):
            self._window.want_hello(time.monotonic())

    def _acknowledged(self, ack: down.Ack) -> None:
        if self._journal is None or ack.epoch != self._journal.epoch:
            return
        if ack.upto > self._journal.bounds()[1]:
            self._say("the collector holds more of this journal than the kiosk does; nothing is sent")
            return
        now, window = time.monotonic(), self._window
        if ack.nonce is not None and ack.nonce == window.nonce:
            window.answered(ack.upto, now)
            self._remember(ack.upto, ack.chain)
        elif window.acknowledged(ack.upto, now):
            self._remember(ack.upto, ack.chain)
        elif ack.refused == "gap":
            window.refused(now)
        elif ack.refused == "fork":
            self._say("the collector holds another history under this journal's name; nothing of it is taken")
        self._hear(self._clock.stamp().wall)

    def _remember(self, upto: int, chain: Chain) -> None:
        assert self._journal is not None
        self._replica.set_acked(Acked(self._journal.epoch, upto, chain))

    def _hear(self, wall: float) -> None:
        """Note when the cloud was heard; at once when it is lost or found again, seldom otherwise."""
        if wall != self._heard_at and (not wall or wall - self._heard_at >= HEARD_EVERY):
            self._heard_at = wall
            self._replica.set_heard_at(wall)

    def _say(self, what: str) -> None:
        """Log a change of state once, not every turn."""
        if what != self._told:
            self._told = what
            log.info("sync: %s", what)
