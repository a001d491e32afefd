"""A process of its own: journals to the broker, the cloud's word back; it owns the replica and no screen."""

import contextlib
import logging
import random
import select
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence

from kiosk.clock import Clock
from kiosk.errors import JournalError
from kiosk.members import Replica
from kiosk.poke import Poked
from kiosk.trouble import Trouble, trouble
from kiosk.upstream import Upstream
from mqtt import down, topics
from mqtt.client import Link, Message
from mqtt.vocabulary import BadMessage, GroupId, KioskId

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds after which the journals are looked at though nobody poked."""
BOOT_SPREAD = 5.0
"""Seconds over which kiosks answer a cloud that has just started."""
HEARD_EVERY = 45.0
"""Seconds between notes that the cloud was heard.

Each is written to the card, and what is heard of an idle kiosk comes each minute for either journal.
"""
DISK_WAIT = 2.0
"""Seconds after which it is tried again whether the disk takes what the cloud says."""

Handler = Callable[[bytes], None]
"""Takes the payload of a message; raises BadMessage if it is not understood."""


def subscriptions(kiosk: KioskId, group: GroupId) -> list[str]:
    """Every topic that a kiosk reads."""
    return [
        topics.down(kiosk, "ack"),
        topics.down(kiosk, "members"),
        topics.group_members(group),
        topics.BOOT,
        topics.CATALOGUE,
        topics.down(kiosk, "catalogue"),
        topics.down(kiosk, "command"),
        topics.down(kiosk, "reply"),
    ]


def _nobody(_: bytes) -> None:
    """For datagrams that nobody waits for."""


class Sync:
    """Keeps the cloud and this kiosk level. One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        *,
        kiosk: KioskId,
        link: Link,
        ups: Sequence[Upstream],
        handlers: Mapping[str, Handler],
        replica: Replica,
        poked: Poked,
        clock: Clock,
        datagram: Handler = _nobody,
        turns: Sequence[Callable[[], None]] = (),
        may_connect: Callable[[], bool] = lambda: True,
    ) -> None:
        """Wire it.

        `ups` are the journals to send; `handlers` take the cloud's messages by their topic; `datagram`
        takes what the screen says in more than a nudge; `turns` are called in every turn. While it not
        `may_connect`, since the time is not to be believed, no connection is tried.
        """
        self._link, self._ups, self._replica, self._poked = link, tuple(ups), replica, poked
        self._clock, self._datagram, self._turns = clock, datagram, tuple(turns)
        self._handlers: dict[str, Handler] = {
            topics.BOOT: self._booted,
            topics.down(kiosk, "ack"): self._acknowledged,
            **handlers,
        }
        self._session, self._heard_at = 0, 0.0
        self._told: str | None = None
        self._may_connect = may_connect
        self._trouble: Trouble = ""
        self._noted: Trouble | None = None
        replica.set_heard_at(0.0)

    def run(self, stopping: Callable[[], bool], alive: Callable[[], None] = lambda: None) -> None:
        """Go on until `stopping`; `alive` is called before every turn, whatever came of the one before."""
        while not stopping():
            alive()
            self.turn(POLL)
        with contextlib.suppress(sqlite3.OperationalError):  # a full disk keeps nobody from stopping
            self._replica.set_heard_at(0.0)
        self._link.close()

    def turn(self, timeout: float) -> None:
        """Take what came, send what is due, waiting at most `timeout` seconds.

        What the disk does not take is not acknowledged: the connection is given up, and it all comes again
        on a later one.
        """
        try:
            self._turn(timeout)
        except (sqlite3.OperationalError, JournalError) as error:
            self._say(f"the disk does not take what the cloud says ({error}); trying again")
            self._link.hang_up(DISK_WAIT)

    def _turn(self, timeout: float) -> None:
        for message in self._step(timeout):
            self._take(message)
            self._link.done(message)
        for said in self._poked.take():
            self._datagram(said)
        self._watch_connection()
        for each in self._turns:
            each()
        if self._link.connected:
            for up in self._ups:
                up.turn()

    def _step(self, timeout: float) -> Sequence[Message]:
        """What came; certificates are judged only by a clock that may be right."""
        if self._link.connected or self._may_connect():
            messages = self._link.step(timeout, [self._poked.fileno()])
            self._tell("" if self._link.connected else trouble(self._link.trouble))
            return messages
        self._tell("clock")
        self._say("the clock cannot be right; not connecting before it is")
        select.select([self._poked.fileno()], [], [], timeout)
        return ()

    def _tell(self, kind: Trouble) -> None:
        """Note why there is no connection, for the technician's screen."""
        self._trouble = kind
        if kind != self._noted:
            with contextlib.suppress(sqlite3.OperationalError):  # a full disk is no reason to hang up
                self._replica.set_trouble(kind)
                self._noted = kind

    def _watch_connection(self) -> None:
        if self._link.session != self._session:
            self._session = self._link.session
            self._say("connected to the broker")
            for up in self._ups:
                up.start()
        if not self._link.connected:
            self._hear(0.0)
        if self._trouble not in ("", "clock"):
            why = f" ({self._link.trouble})" if self._link.trouble else ""
            self._say(f"no connection to the broker{why}; events wait in the journal")

    def _take(self, message: Message) -> None:
        handler = self._handlers.get(message.topic)
        if handler is None:
            return
        try:
            handler(message.payload)
        except BadMessage as error:
            log.warning("sync: a message on %s is not understood: %s", message.topic, error)

    def _booted(self, _: bytes) -> None:
        delay = random.uniform(0, BOOT_SPREAD)  # noqa: S311 - spreading load, not a secret
        for up in self._ups:
            up.want_every_hello(time.monotonic() + delay)

    def _acknowledged(self, payload: bytes) -> None:
        ack = down.decode(payload, down.Ack)
        self._replica.heard_from(ack.generation)
        if any(up.take(ack) for up in self._ups):
            self._hear(self._clock.stamp().wall)

    def _hear(self, wall: float) -> None:
        """Note when the cloud was heard; at once when it is lost or found again, seldom otherwise."""
        if wall != self._heard_at and (not wall or wall - self._heard_at >= HEARD_EVERY):
            self._replica.set_heard_at(wall)
            self._heard_at = wall

    def _say(self, what: str) -> None:
        """Log a change of state once, not every turn."""
        if what != self._told:
            self._told = what
            log.info("sync: %s", what)
