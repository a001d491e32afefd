"""Asks that cannot wait for the replica: from the screen through sync to the cloud, and the reply back.

Nothing of it is journalled. A datagram or a message that is lost is a deadline that passes.
"""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from mqtt import topics
from mqtt.down import Ask, Lent, Reply, decode, encode
from mqtt.vocabulary import BadMessage, KioskId

log = logging.getLogger(__name__)

KEPT = 10.0
"""Seconds for which a reply lies in the replica; it may hold a name."""
AT_ONCE = 8
"""Asks that may be open; a kiosk has one screen."""


class Publishes(Protocol):
    """A link, as asks need it."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        """Hand a message to the network; False if it is away."""


class Keeps(Protocol):
    """The replica, as asks need it."""

    def put_reply(self, reply: Reply) -> None:
        """Leave an answer for the screen."""

    def drop_replies(self) -> None:
        """Forget every answer."""

    def lend(self, lent: Lent, generation: str) -> None:
        """Keep an allowance."""


def asker(tell: Callable[[bytes], bool]) -> Callable[[Ask], bool]:
    """The screen's side: False if sync is not there."""
    return lambda ask: tell(encode(ask))


class Asks:
    """Sync's side. One thread calls it; times are of `time.monotonic()`."""

    def __init__(self, kiosk: KioskId, link: Publishes, replica: Keeps, told: Callable[[], object]) -> None:
        """`told` is called when a reply lies in the replica. What a process before left there is dropped."""
        self._kiosk, self._link, self._replica, self._told = kiosk, link, replica, told
        self._open: dict[str, float] = {}
        self._drop_at = 0.0
        replica.drop_replies()

    def said(self, datagram: bytes) -> None:
        """Pass the screen's ask on, if there is a connection."""
        try:
            ask = decode(datagram, Ask)
        except BadMessage as error:
            log.warning("sync: the screen's words are not understood: %s", error)
            return
        self.turn()
        if len(self._open) < AT_ONCE and self._link.publish(topics.up(self._kiosk, "ask"), datagram, 0):
            self._open[ask.id] = time.monotonic() + ask.within

    def take(self, payload: bytes) -> None:
        """Leave a reply for the screen, if it still waits for it. Raises BadMessage.

        What was lent is kept, however late it comes: elsewhere it is set aside already.
        """
        reply = decode(payload, Reply)
        if reply.lent is not None:
            self._replica.lend(reply.lent, reply.generation)
        if time.monotonic() > self._open.pop(reply.id, 0.0):
            return
        self._replica.put_reply(reply)
        self._drop_at = time.monotonic() + KEPT
        self._told()

    def turn(self) -> None:
        """Forget what nobody waits for."""
        now = time.monotonic()
        self._open = {ask: end for ask, end in self._open.items() if now <= end}
        if self._drop_at and now > self._drop_at:
            self._replica.drop_replies()
            self._drop_at = 0.0
