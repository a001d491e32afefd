"""One journal on its way up: its rows to the broker, and what the collector says of them."""

import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.clock import Clock
from kiosk.errors import JournalError
from kiosk.journal import JournalReader
from kiosk.lane import Lane
from kiosk.marks import Acked
from kiosk.members import Replica
from kiosk.restart import Reason, Restart, is_done
from kiosk.streams import Row, Stream
from kiosk.times import Sure, dated, sure_time
from kiosk.window import Window
from mqtt import VERSION, down, envelope, topics
from mqtt.down import Ack
from mqtt.vocabulary import Epoch, KioskId, StoreId

log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds for which rows without a sure time wait, once there is a connection, for the clock to be set."""
PERSON_AGAIN = 30.0
"""Seconds after which a personal part is sent again that the cloud has not named."""
PERSONS = 20
"""Personal parts sent in one go, at most."""
ROOM_BYTES = envelope.MAX_BYTES - 8 * 1024
"""A batch is closed when it may have grown this long."""
FRAME_BYTES = 400
"""The most that an envelope adds to its data."""


class Publishes(Protocol):
    """The link, as an upstream needs it."""

    def publish(self, topic: str, payload: bytes) -> bool:
        """Hand a message to the network; False if there is no connection."""


def built_in() -> int:
    """The version of the built-in catalogue."""
    return 0


class Upstream:
    """Sends what a journal holds; the replica keeps how far the collector has it. One thread calls it.

    Each stream of the journal has a lane: what was closed is still refilled when the cloud lost it.
    """

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        *,
        kiosk: KioskId,
        store: StoreId,
        link: Publishes,
        journal: Path,
        replica: Replica,
        clock: Clock,
        catalogue: Callable[[], int] = built_in,
        patience: float = PATIENCE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`journal` need not exist yet; `catalogue` gives the version in use, for the hello."""
        self._kiosk, self._store = kiosk, store
        self._link, self._path, self._replica, self._catalogue = link, journal, replica, catalogue
        self._clock, self._patience, self._now = clock, patience, now
        self._journal: JournalReader | None = None
        self._opened_as: tuple[int, str] = (0, "")
        self._lanes: dict[Epoch, Lane] = {}
        self._unsure_until: float | None = None
        self._persons_sent: dict[str, float] = {}

    def start(self) -> None:
        """Begin a new connection: nothing is known of what was sent on the last."""
        for lane in self._lanes.values():
            lane.start(self._now())
            self._forget_wiped(lane.stream)
        self._persons_sent.clear()

    def want_hello(self, at: float) -> None:
        """See to it that a hello is said at `at` (`time.monotonic()`) or before: one, of the live stream."""
        for lane in self._lanes.values():
            if not lane.stream.closed:
                lane.window.want_hello(at)

    def want_every_hello(self, at: float) -> None:
        """See to it that the cloud is asked what it holds of each stream."""
        for lane in self._lanes.values():
            lane.window.want_hello(at)

    def turn(self) -> None:
        """Say hello if it is time and send what there is room for."""
        reader = self._open()
        if reader is None:
            return
        self._renew_lanes(reader)
        for lane in self._lanes.values():
            if not lane.held:
                self._serve(reader, lane)

    def take(self, ack: Ack) -> bool:
        """Take the collector's word; False if it is about another journal."""
        lane = self._lanes.get(ack.epoch)
        if lane is None or lane.held:
            return lane is not None
        if ack.person:
            self._replica.add_delivered(ack.person)
        lane.take(ack, self._now())
        return True

    def close(self) -> None:
        """Let the journal's file go."""
        if self._journal is not None:
            self._journal.close()

    # --- the file and its lanes

    def _open(self) -> JournalReader | None:
        """The journal; another one if its file was replaced, None if it is not there."""
        try:
            inode = self._path.stat().st_ino
            if self._journal is not None and inode == self._opened_as[0]:
                return self._journal
            self.close()
            self._journal = None
            self._journal = JournalReader(self._path)
        except (JournalError, OSError):
            return None
        self._opened_as = (inode, "")
        return self._journal

    def _renew_lanes(self, reader: JournalReader) -> None:
        if self._opened_as[1] != reader.incarnation:
            # it may be another copy of the journal: nothing that was learnt of the last one counts
            self._opened_as = (self._opened_as[0], reader.incarnation)
            self._lanes.clear()
        streams = reader.streams()
        known = {stream.epoch: self._lanes.get(stream.epoch) for stream in streams}
        self._lanes = {stream.epoch: self._lane(stream, known[stream.epoch]) for stream in streams}

    def _lane(self, stream: Stream, known: Lane | None) -> Lane:
        if known is not None and known.stream.closed == stream.closed and not self._moved(known, stream):
            known.stream = stream
            return known
        window = Window(self._replica.acked(stream.epoch).upto)
        window.start(self._now())
        return Lane(
            stream,
            window,
            lambda upto, chain: self._replica.set_acked(Acked(stream.epoch, upto, chain)),
            lambda upto, reason: self._ask_restart(stream.epoch, upto, reason),
            held=self._waits(stream),
        )

    def _moved(self, lane: Lane, stream: Stream) -> bool:
        """Whether the new epoch that was asked for has been made."""
        return lane.held and not self._waits(stream)

    def _waits(self, stream: Stream) -> bool:
        """Whether a new epoch was asked for, of this very copy of the journal, and is not yet made."""
        asked = self._replica.restart(stream.epoch)
        return bool(asked and asked.incarnation == self._opened_as[1] and not is_done(asked, stream))

    def _ask_restart(self, epoch: Epoch, upto: int, reason: Reason) -> None:
        self._replica.ask_restart(Restart(self._opened_as[1], epoch, upto, reason))

    # --- up

    def _serve(self, reader: JournalReader, lane: Lane) -> None:
        now = self._now()
        if lane.window.hello_is_due(now):
            self._hello(lane, now)
        while (room := lane.window.room(now)) > 0:
            rows = self._rows(reader, lane, min(room, envelope.MAX_EVENTS))
            batch = envelope.encode_batch([row.envelope(self._store, self._kiosk) for row in rows])
            if not rows or not self._link.publish(topics.up(self._kiosk, "events"), batch):
                break
            lane.window.was_sent(rows[-1].sequence, now)
        if lane.window.greeted:
            self._send_persons(lane, now)

    def _rows(self, reader: JournalReader, lane: Lane, limit: int) -> list[Row]:
        """The next rows that fit into one message and may go."""
        rows: list[Row] = []
        size = 0
        for row in self._dated(reader, lane.stream, lane.stream.after(lane.window.sent, limit)):
            size += len(row.data) + len(row.type) + FRAME_BYTES
            if rows and size > ROOM_BYTES:
                break
            rows.append(row)
        return rows

    def _dated(self, reader: JournalReader, stream: Stream, rows: list[Row]) -> list[Row]:
        if all(row.clock == "synced" for row in rows):
            return dated(rows, {}, None, None)
        boots = self._boots(reader, rows)
        before = stream.sure_before(rows[0].sequence, boots)
        after = stream.sure_after(rows[-1].sequence, boots)
        stamp = self._clock.stamp()
        latest = sure_time(after, boots) if after else stamp.wall if stamp.synced else None
        found = dated(rows, boots, sure_time(before, boots) if before else None, latest)
        return found if self._impatient() else _before_unsure(found)

    def _boots(self, reader: JournalReader, rows: list[Row]) -> dict[str, Sure]:
        boots = self._replica.boots()
        for boot in {row.boot for row in rows} - boots.keys():
            if stamp := reader.first_synced(boot):
                boots[boot] = Sure(stamp.wall, stamp.monotonic_ns)
                self._replica.add_boot(stamp)
        return boots

    def _impatient(self) -> bool:
        if self._unsure_until is None:
            self._unsure_until = self._now() + self._patience
        return self._now() >= self._unsure_until

    def _hello(self, lane: Lane, now: float) -> None:
        stream, nonce = lane.stream, secrets.token_hex(8)
        hello = down.Hello(
            epoch=stream.epoch,
            nonce=nonce,
            lowest=stream.below + 1,
            highest=stream.highest(),
            chain_at_acked=stream.chain_at(lane.window.acked) or envelope.START,
            generation=self._replica.generation,
            members_version=self._replica.reached,
            app=VERSION,
            chain_below=stream.chain_below,
            probe=lane.probe(),
            catalogue_version=self._catalogue(),
        )
        if self._link.publish(topics.up(self._kiosk, "hello"), down.encode(hello)):
            lane.window.asked(nonce, now)

    def _send_persons(self, lane: Lane, now: float) -> None:
        """The personal parts of events that the collector surely has under these very names."""
        parts = lane.stream.persons(min(lane.window.acked, lane.stream.highest()))
        if not parts:
            return
        delivered = self._replica.delivered()
        due = [part for part in parts if part.id not in delivered and self._person_is_due(part.id, now)]
        for part in due[:PERSONS]:
            if self._link.publish(topics.up(self._kiosk, "person"), down.encode(part)):
                self._persons_sent[part.id] = now

    def _forget_wiped(self, stream: Stream) -> None:
        held = {part.id for part in stream.persons(envelope.MAX_SEQUENCE)}
        mine = {name for name in self._replica.delivered() if name.startswith(stream.epoch)}
        self._replica.forget_delivered(mine - held)

    def _person_is_due(self, name: str, now: float) -> bool:
        return now - self._persons_sent.get(name, now - PERSON_AGAIN) >= PERSON_AGAIN


def _before_unsure(rows: list[Row]) -> list[Row]:
    unsure = next((place for place, row in enumerate(rows) if row.clock == "unsynced"), len(rows))
    return rows[:unsure]
