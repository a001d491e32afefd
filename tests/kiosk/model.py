"""The collector as the contract has it, in memory: steps 3, 7, 8 and 10 and nothing else."""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from mqtt import down, envelope, topics
from mqtt.down import Ack, Hello, Person
from mqtt.envelope import Envelope
from mqtt.vocabulary import Chain, Epoch

POISON = b"poison"
"""In the data of a row whose place this collector cannot read."""


@dataclass
class Stream:
    upto: int = 0
    chain: Chain = envelope.START
    rows: dict[int, Envelope] = field(default_factory=dict)


@dataclass
class Collector:
    """What it holds; `take` gives what it answers."""

    streams: dict[Epoch, Stream] = field(default_factory=dict)
    holes: list[tuple[Epoch, int, int]] = field(default_factory=list)
    persons: dict[str, Person] = field(default_factory=dict)

    def take(self, topic: str, payload: bytes) -> Ack:
        what = topics.parse_up(topic).what
        if what == "hello":
            return self._hello(down.decode(payload, Hello))
        if what == "person":
            return self._person(down.decode(payload, Person))
        return self._events(payload)

    def envelopes(self) -> list[Envelope]:
        return [row for stream in self.streams.values() for row in stream.rows.values()]

    def _stream(self, epoch: Epoch) -> Stream:
        return self.streams.setdefault(epoch, Stream())

    def _ack(
        self,
        epoch: Epoch,
        refused: Literal["gap", "fork", "row"] | None = None,
        nonce: str | None = None,
        matched: int | None = None,
    ) -> Ack:
        stream = self._stream(epoch)
        return Ack(epoch, stream.upto, stream.chain, "g", nonce, refused, matched)

    def _hello(self, hello: Hello) -> Ack:
        stream = self._stream(hello.epoch)
        if not hello.probe and stream.upto + 1 < hello.lowest <= hello.highest + 1:
            self.holes.append((hello.epoch, stream.upto + 1, hello.lowest - 1))
            stream.upto, stream.chain = hello.lowest - 1, hello.chain_below
        matched = [place for place, chain in hello.probe if self._holds(stream, place, chain)]
        found = max(matched, default=0) if hello.probe else None
        return self._ack(hello.epoch, nonce=hello.nonce, matched=found)

    def _holds(self, stream: Stream, place: int, chain: Chain) -> bool:
        if (place, chain) == (stream.upto, stream.chain):
            return True
        return place in stream.rows and stream.rows[place].chain == chain

    def _person(self, part: Person) -> Ack:
        self.persons[part.id] = part
        ack = self._ack(Epoch(part.id.partition("-")[0]))
        return msgspec.structs.replace(ack, person=(part.id,))

    def _events(self, payload: bytes) -> Ack:
        rows = [row for row in envelope.decode_batch(payload) if isinstance(row, Envelope)]
        epoch = rows[0].epoch
        if any(POISON in row.data for row in rows):
            return self._ack(epoch, "row")
        stream = self._stream(epoch)
        if rows[0].sequence > stream.upto + 1:
            return self._ack(epoch, "gap")
        return self._ack(epoch, self._add(stream, rows))

    def _add(self, stream: Stream, rows: list[Envelope]) -> Literal["fork"] | None:
        fresh = [row for row in rows if row.sequence > stream.upto]
        known = [row for row in rows if row.sequence <= stream.upto]
        if any(
            not self._holds(stream, row.sequence, row.chain) for row in known if row.sequence in stream.rows
        ):
            return "fork"
        chain = stream.chain
        for row in fresh:
            if row.chain != envelope.next_chain(chain, row.id, row.type, row.data):
                return "fork"
            chain = row.chain
        stream.rows |= {row.sequence: row for row in fresh}
        if fresh:
            stream.upto, stream.chain = fresh[-1].sequence, chain
        return None
