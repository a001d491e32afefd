"""One journal on its way up: its rows to the broker, and what the collector says of them."""

import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.errors import JournalError
from kiosk.journal import JournalReader, Row
from kiosk.members import Acked, Replica
from kiosk.window import Window
from mqtt import VERSION, down, envelope, topics
from mqtt.client import Link
from mqtt.down import Ack
from mqtt.vocabulary import Chain, KioskId, StoreId

log = logging.getLogger(__name__)

ROOM_BYTES = envelope.MAX_BYTES - 8 * 1024
"""A batch is closed when it may have grown this long."""
FRAME_BYTES = 400
"""The most that an envelope adds to its data."""

CatalogueVersion = Callable[[], int]


def built_in() -> int:
    """The version of the built-in catalogue."""
    return 0


class Upstream:
    """Sends what a journal holds; the replica keeps how far the collector has it. One thread calls it."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        *,
        kiosk: KioskId,
        store: StoreId,
        link: Link,
        journal: Path,
        replica: Replica,
        catalogue: CatalogueVersion = built_in,
    ) -> None:
        """`journal` need not exist yet; `catalogue` gives the version in use, for the hello."""
        self._kiosk, self._store = kiosk, store
        self._link, self._path, self._replica, self._catalogue = link, journal, replica, catalogue
        self._journal: JournalReader | None = None
        self._window = Window(0)
        self._told: str | None = None

    def start(self) -> None:
        """Begin a new connection: nothing is known of what was sent on the last."""
        self._window.start(time.monotonic())

    def want_hello(self, at: float) -> None:
        """See to it that a hello is said at `at` (`time.monotonic()`) or before."""
        self._window.want_hello(at)

    def turn(self) -> None:
        """Say hello if it is time and send what there is room for."""
        if not self._opened():
            return
        now = time.monotonic()
        if self._window.hello_is_due(now):
            self._hello(now)
        while (room := self._window.room(now)) > 0:
            if not self._send(min(room, envelope.MAX_EVENTS), now):
                return

    def take(self, ack: Ack) -> bool:
        """Take the collector's word; False if it is about another journal or cannot be true."""
        if self._journal is None or ack.epoch != self._journal.epoch:
            return False
        if ack.upto > self._journal.bounds()[1]:
            self._say("the collector holds more of this journal than the kiosk does; nothing is sent")
            return False
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
        return True

    def _opened(self) -> bool:
        if self._journal is None:
            try:
                self._journal = JournalReader(self._path)
            except JournalError:
                return False
            self._window = Window(self._replica.acked(self._journal.epoch).upto)
            self._window.start(time.monotonic())
        return True

    def _send(self, limit: int, now: float) -> bool:
        rows = self._rows(limit)
        batch = envelope.encode_batch([row.envelope(self._store, self._kiosk) for row in rows])
        if not rows or not self._link.publish(topics.up(self._kiosk, "events"), batch):
            return False
        self._window.was_sent(rows[-1].sequence, now)
        return True

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
            catalogue_version=self._catalogue(),
        )
        if self._link.publish(topics.up(self._kiosk, "hello"), down.encode(hello)):
            self._window.asked(nonce, now)

    def _remember(self, upto: int, chain: Chain) -> None:
        assert self._journal is not None
        self._replica.set_acked(Acked(self._journal.epoch, upto, chain))

    def _say(self, what: str) -> None:
        """Log a change of state once, not every turn."""
        if what != self._told:
            self._told = what
            log.info("sync: %s", what)
