"""Events in their CloudEvents 1.0 JSON envelopes, one or a batch, and the chain that ties a stream together.

Source: CloudEvents 1.0.2 core, JSON event format and JSON batch format; extension `sequence`.
`chain` and `clock` are extensions of our own.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from mqtt.events import NAMES, TYPES, Event
from mqtt.shapes import Moment, decode
from mqtt.vocabulary import ID, BadMessage, Chain, Epoch, KioskId, Sequence, StoreId

Clock = Literal["synced", "corrected", "bounded", "unsynced"]
"""How far an envelope's time can be trusted."""

MAX_EVENTS = 100
MAX_BYTES = 128 * 1024
MAX_TYPE = 100
MAX_SEQUENCE = 2**63 - 1
YEARS = range(1970, 3000)
"""A clock may be wrong, but not so wrong that no time zone can be applied to it."""
START = Chain("0" * 16)
"""What stands before the first row of a stream."""

T = TypeVar("T")
_ID = re.compile(r"([0-9a-f]{16})-([1-9][0-9]{0,18})")
_CHAIN = re.compile(r"[0-9a-f]{16}")
_SOURCE = re.compile(f"/stores/({ID})/kiosks/({ID})")


class _Wire(msgspec.Struct):
    """An envelope's attributes as they stand in the JSON object."""

    id: str
    source: str
    type: str
    time: Moment
    sequence: str
    chain: Chain
    clock: Clock
    data: msgspec.Raw
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"


class _Head(msgspec.Struct):
    """The least by which an event can be put in its place in a stream."""

    id: str
    chain: Chain


class Envelope(msgspec.Struct, frozen=True):
    """One row of a stream. `data` is the event's JSON exactly as sent: the chain is over its bytes.

    A Struct, because the collector makes one for each event, in a tenth of the time of a frozen dataclass.
    """

    store: StoreId
    kiosk: KioskId
    epoch: Epoch
    sequence: Sequence
    chain: Chain
    type: str
    time: datetime
    clock: Clock
    data: bytes

    @property
    def id(self) -> str:
        """`<epoch>-<sequence>`: with the kiosk, the event's name for ever."""
        return f"{self.epoch}-{self.sequence}"

    def event(self) -> Event | None:
        """The fact itself; None for a type that this release does not know.

        Raises BadMessage where the type is known and the data are not what it says.
        """
        cls = TYPES.get(self.type)
        return None if cls is None else decode(self.data, cls)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row whose place in the stream can be read and whose rest cannot."""

    epoch: Epoch
    sequence: Sequence
    chain: Chain
    reason: str
    raw: bytes


def encode_data(event: Event) -> bytes:
    """The `data` bytes of an event, as they go into the journal, the chain and the wire."""
    return msgspec.json.encode(event)


def next_chain(before: Chain, event_id: str, type_name: str, data: bytes) -> Chain:
    """The chain of a row, from the chain of the row before it and this row's own bytes.

    The time is left out: it may be corrected before the row is sent.
    """
    text = f"{before}\n{event_id}\n{type_name}\n".encode()
    return Chain(hashlib.sha256(text + data).digest()[:8].hex())


def encode_batch(rows: Iterable[Envelope]) -> bytes:
    """Rows as one CloudEvents JSON batch (an array, UTF-8); the caller keeps to MAX_EVENTS and MAX_BYTES."""
    return msgspec.json.encode([_wire(row) for row in rows])


def decode_batch(payload: bytes) -> list[Envelope | Unreadable]:
    """What a message on `up/events` holds, in the order sent.

    Raises BadMessage where not even the places of its rows can be read: nothing of it can be stored then.
    """
    if len(payload) > MAX_BYTES:
        raise BadMessage(f"{len(payload)} bytes; a batch has at most {MAX_BYTES}")
    try:
        return [_envelope(wire) for wire in _checked_count(decode(payload, list[_Wire]))]
    except BadMessage:
        return [_one(bytes(raw)) for raw in _checked_count(decode(payload, list[msgspec.Raw]))]


def type_name(event: Event) -> str:
    """The CloudEvents `type` of an event."""
    return NAMES[type(event)]


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _checked_count(items: list[T]) -> list[T]:
    if not 1 <= len(items) <= MAX_EVENTS:
        raise BadMessage(f"{len(items)} events; a batch has 1 to {MAX_EVENTS}")
    return items


def _wire(row: Envelope) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": row.id,
        "source": f"/stores/{row.store}/kiosks/{row.kiosk}",
        "type": row.type,
        "time": format_time(row.time),
        "datacontenttype": "application/json",
        "sequence": f"{row.sequence:020d}",
        "chain": row.chain,
        "clock": row.clock,
        "data": msgspec.Raw(row.data),
    }


def _one(raw: bytes) -> Envelope | Unreadable:
    try:
        return _envelope(decode(raw, _Wire))
    except BadMessage as error:
        epoch, sequence, chain = _place(decode(raw, _Head))
        return Unreadable(epoch, sequence, chain, str(error), raw)


def _place(head: _Head | _Wire) -> tuple[Epoch, Sequence, Chain]:
    match = _ID.fullmatch(head.id)
    if match is None:
        raise BadMessage("an id is <epoch>-<sequence>")
    if not _CHAIN.fullmatch(head.chain):
        raise BadMessage("a chain is 16 hex digits")
    sequence = int(match[2])
    if sequence > MAX_SEQUENCE:
        raise BadMessage("a sequence is at most 2^63 - 1")
    return Epoch(match[1]), Sequence(sequence), head.chain


def _envelope(wire: _Wire) -> Envelope:
    epoch, sequence, chain = _place(wire)
    store, kiosk = _source(wire.source)
    if wire.sequence != str(sequence).zfill(20):
        raise BadMessage("sequence and id do not agree")
    if not 0 < len(wire.type) <= MAX_TYPE or not wire.type.isprintable():
        raise BadMessage(f"a type has 1 to {MAX_TYPE} printable characters")
    return Envelope(
        store,
        kiosk,
        epoch,
        sequence,
        chain,
        wire.type,
        _time(wire.time),
        wire.clock,
        _utf8(wire.data),
    )


@lru_cache(maxsize=10_000)
def _source(text: str) -> tuple[StoreId, KioskId]:
    match = _SOURCE.fullmatch(text)
    if match is None:
        raise BadMessage("a source is /stores/<store>/kiosks/<kiosk>")
    return StoreId(match[1]), KioskId(match[2])


def _time(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise BadMessage(f"a time lies in the years {YEARS.start} to {YEARS.stop - 1}")
    return moment.astimezone(UTC)


def _utf8(data: msgspec.Raw) -> bytes:
    # msgspec does not look into what it keeps raw
    kept = bytes(data)
    try:
        kept.decode()
    except UnicodeDecodeError:
        raise BadMessage("the data are not UTF-8") from None
    return kept
