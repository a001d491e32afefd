"""Storage of what kiosks send: a batch of messages in one transaction, each row of a stream exactly once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django.db import connection
from django.db.backends.utils import CursorWrapper

from cloud.collector import holes, person, writer
from cloud.collector.parking import NOBODY, Lot, Thing
from cloud.collector.people import without_left
from cloud.collector.person import Part
from cloud.collector.streams import Mark, Refusal, Row, Why, check_source, in_order, new_rows
from cloud.collector.writer import Placed
from cloud.fleet.moments import stored
from mqtt.down import Ack, Hello, decode
from mqtt.envelope import MAX_BYTES, Unreadable, decode_batch
from mqtt.topics import parse_up
from mqtt.vocabulary import BadMessage, Chain, Epoch, KioskId, StoreId

_OPEN = (
    "SELECT k.store_id, s.id, s.upto, s.chain FROM fleet_kiosk k"
    " LEFT JOIN collector_stream s ON s.kiosk = k.id AND s.epoch = %s WHERE k.id = %s"
)
_BEGIN = (
    "INSERT INTO collector_stream (kiosk, epoch, upto, chain, posted, seen_at)"
    " VALUES (%s, %s, %s, %s, 0, %s) ON CONFLICT (kiosk, epoch) DO NOTHING RETURNING id"
)
_MOVE = "UPDATE collector_stream SET upto = %s, chain = %s, seen_at = %s WHERE id = %s AND upto = %s"
_HELD = (
    "SELECT sequence, chain FROM collector_storedevent WHERE stream_id = %s AND sequence BETWEEN %s AND %s"
    " UNION ALL SELECT sequence, chain FROM collector_parked"
    " WHERE stream_id = %s AND sequence BETWEEN %s AND %s AND event_id IS NULL AND chain <> ''"
)
_KIOSK = re.compile(r"club/v1/../([^/]+)/")
_EPOCH = re.compile(rb'"id"\s*:\s*"([0-9a-f]{16})-')

parsed_topic = lru_cache(maxsize=100_000)(parse_up)

Reply = tuple[KioskId, Ack]


class StreamMoved(Exception):
    """Another collector moved a stream within this transaction, which must be rolled back and done again."""


class Arrived(Protocol):
    """A message as the link gives it."""

    @property
    def topic(self) -> str:
        """Where it was published."""

    @property
    def payload(self) -> bytes:
        """What it holds."""


@dataclass(slots=True)
class _Stream:
    """A stream while a batch is stored: its mark, where the mark was, and what its kiosk is to be told."""

    kiosk: KioskId
    epoch: Epoch
    store: StoreId
    row: int | None
    mark: Mark
    was: Mark
    asked: bool = False
    refused: Why | None = None
    persons: list[str] = field(default_factory=list)

    def refuse(self, why: Why) -> None:
        """Answer so, unless more is to be said: behind a row that is refused, all the rest is a gap."""
        self.asked = True
        if self.refused is None or why != "gap":
            self.refused = why


@dataclass(frozen=True, slots=True)
class _Asked:
    """A hello that waits for its answer."""

    stream: _Stream
    nonce: str
    matched: int | None


def store(batch: Iterable[Arrived], now: datetime, generation: str) -> list[Reply]:
    """Store what a batch of messages holds, and give what its kiosks are to be told once it is committed.

    Runs in the caller's transaction, which does nothing else. No bytes make it raise; what cannot be
    stored is parked. Raises StreamMoved, and the database's own errors.
    """
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        work = _Batch(cursor, now, generation)
        batch = list(batch)
        writer.begin(cursor, _kiosks(batch), now)
        for message in batch:
            work.take(message.topic, message.payload)
        return work.close()


class _Batch:
    """One batch of messages on its way into the tables."""

    def __init__(self, cursor: CursorWrapper, now: datetime, generation: str) -> None:
        self._cursor, self._now, self._generation = cursor, now, generation
        self._stamp = stored(now)
        self._streams: dict[tuple[KioskId, str], _Stream] = {}
        self._placed: list[Placed] = []
        self._hellos: list[_Asked] = []
        self._parts: list[Part] = []
        self._lot = Lot(now)

    def take(self, topic: str, payload: bytes) -> None:
        """Store one message, or park it."""
        try:
            up = parsed_topic(topic)
            if up.what == "hello":
                self._hello(up.kiosk, payload)
            elif up.what == "person":
                self._person(up.kiosk, payload)
            else:
                self._events(up.kiosk, topic, payload)
        except BadMessage as error:
            self._lot.park(Thing(topic, self._sender(topic), str(error), payload))

    def close(self) -> list[Reply]:
        """Write what was taken and move the streams' marks."""
        self._flush()
        self._move()
        person.keep(self._cursor, [without_left(part) for part in self._parts], self._stamp)
        plain = [(s.kiosk, self._ack(s)) for s in self._streams.values() if s.asked]
        return plain + [(asked.stream.kiosk, self._answer(asked)) for asked in self._hellos]

    def _sender(self, topic: str) -> KioskId:
        try:
            return self._stream(parsed_topic(topic).kiosk, Epoch("")).kiosk
        except BadMessage:
            return NOBODY

    def _stream(self, kiosk: KioskId, epoch: Epoch) -> _Stream:
        stream = self._streams.get((kiosk, epoch))
        if stream is None:
            stream = self._streams[kiosk, epoch] = self._opened(kiosk, epoch)
        return stream

    def _opened(self, kiosk: KioskId, epoch: Epoch) -> _Stream:
        self._cursor.execute(_OPEN, (epoch, kiosk))
        found = self._cursor.fetchone()
        if found is None:
            raise BadMessage("not a kiosk of this club")
        store, row, upto, chain = found
        mark = Mark() if row is None else Mark(upto, chain)
        return _Stream(kiosk, epoch, store, row, mark, mark)

    def _hello(self, kiosk: KioskId, payload: bytes) -> None:
        if len(payload) > MAX_BYTES:
            raise BadMessage(f"{len(payload)} bytes; a hello has at most {MAX_BYTES}")
        hello = decode(payload, Hello)
        stream = self._stream(kiosk, hello.epoch)
        self._hellos.append(_Asked(stream, hello.nonce, self._matched(stream, hello)))
        beyond = holes.behind(stream.mark, hello)
        if beyond is not None:
            rows = range(stream.mark.upto + 1, beyond.upto + 1)
            holes.declare(self._cursor, self._place(stream), rows, self._stamp, kiosk)
            stream.mark = beyond

    def _matched(self, stream: _Stream, hello: Hello) -> int | None:
        if not hello.probe:
            return None
        self._flush()
        return holes.matched(self._cursor, stream.row, stream.mark, hello.probe)

    def _person(self, kiosk: KioskId, payload: bytes) -> None:
        part = person.read(kiosk, payload)
        stream = self._stream(kiosk, part.epoch)
        stream.asked = True
        stream.persons.append(part.id)
        self._parts.append(part)

    def _events(self, kiosk: KioskId, topic: str, payload: bytes) -> None:
        try:
            rows = in_order(decode_batch(payload))
        except BadMessage:
            self._refuse(kiosk, payload)
            raise
        stream = self._stream(kiosk, rows[0].epoch)
        check_source(rows, stream.store, kiosk)
        stream.asked = True
        try:
            fresh = new_rows(stream.mark, rows, lambda first, last: self._held(stream, first, last))
        except Refusal as refusal:
            stream.refuse(refusal.why)
            return
        if fresh:
            self._add(stream, topic, fresh)

    def _refuse(self, kiosk: KioskId, payload: bytes) -> None:
        """Answer that a row cannot be read, if the message tells of which stream it is.

        Garbage that others write on a kiosk's topic, without its epoch, must not make it give up a row.
        """
        found = _EPOCH.search(payload, 0, MAX_BYTES)
        if found is not None:
            self._stream(kiosk, Epoch(found[1].decode())).refuse("row")

    def _add(self, stream: _Stream, topic: str, rows: Sequence[Row]) -> None:
        place = self._place(stream)
        for row in rows:
            if isinstance(row, Unreadable):
                self._lot.park(
                    Thing(topic, stream.kiosk, row.reason, row.raw, place, row.sequence, row.chain)
                )
            else:
                self._placed.append((place, row))
        stream.mark = Mark(rows[-1].sequence, rows[-1].chain)

    def _place(self, stream: _Stream) -> int:
        if stream.row is None:
            mark = stream.mark
            values = (stream.kiosk, stream.epoch, mark.upto, mark.chain, self._stamp)
            self._cursor.execute(_BEGIN, values)
            begun = self._cursor.fetchone()
            if begun is None:
                raise StreamMoved(f"{stream.kiosk} {stream.epoch}")
            stream.row = int(begun[0])
        return stream.row

    def _held(self, stream: _Stream, first: int, last: int) -> Mapping[int, Chain]:
        self._flush()
        self._cursor.execute(_HELD, (stream.row, first, last) * 2)
        return dict(self._cursor.fetchall()) | {stream.mark.upto: stream.mark.chain}

    def _flush(self) -> None:
        if self._placed:
            writer.insert(self._cursor, self._placed, self._now)
            self._placed.clear()
        self._lot.write()

    def _move(self) -> None:
        for stream in self._streams.values():
            if stream.mark != stream.was:
                mark, was = stream.mark, stream.was
                self._cursor.execute(_MOVE, (mark.upto, mark.chain, self._stamp, stream.row, was.upto))
                if self._cursor.rowcount != 1:
                    raise StreamMoved(f"{stream.kiosk} {stream.epoch}")

    def _ack(self, stream: _Stream) -> Ack:
        mark, persons = stream.mark, tuple(stream.persons)
        return Ack(
            *(stream.epoch, mark.upto, mark.chain, self._generation), refused=stream.refused, person=persons
        )

    def _answer(self, asked: _Asked) -> Ack:
        epoch, mark = asked.stream.epoch, asked.stream.mark
        return Ack(epoch, mark.upto, mark.chain, self._generation, asked.nonce, matched=asked.matched)


def _kiosks(batch: Iterable[Arrived]) -> set[str]:
    return {match[1] for message in batch if (match := _KIOSK.match(message.topic))}
