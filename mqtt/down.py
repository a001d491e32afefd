"""What the cloud sends down, and the hello that a kiosk asks with: JSON objects, checked at both ends."""

from datetime import date
from typing import Literal, TypeVar

import msgspec

from mqtt import shapes
from mqtt.shapes import Key, Link, Member, Moment, Natural, Stream, Token, Whole
from mqtt.vocabulary import Language

MAX_PAGE = 500
"""Rows in one message of members."""


class Hello(msgspec.Struct, frozen=True):
    """A kiosk's greeting: what it has, asking what the cloud has. Answered on `down/ack` under its nonce.

    `lowest` and `highest` bound the sequences in its journal (lowest = highest + 1 when empty);
    `members_version` 0 asks for everyone.
    """

    epoch: Stream
    nonce: Token
    lowest: Natural
    highest: Natural
    chain_at_acked: Link
    generation: Token
    members_version: Natural
    app: Token


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """The collector's word that it holds every event of `epoch` up to `upto`, committed; cumulative.

    With a `nonce` it answers a hello and is believed even backwards. `refused` says why a batch was not
    taken: "gap", rows before it are missing; "fork", its chain does not follow from what is stored.
    """

    epoch: Stream
    upto: Natural
    chain: Link
    generation: Token
    nonce: Token | None = None
    refused: Literal["gap", "fork"] | None = None


class Movement(msgspec.Struct, frozen=True, array_like=True):
    """One line of a member's history: the store-local day, signed points, and a reason code."""

    on: date
    points: Whole
    reason: str


class MemberRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a kiosk may know of a member: enough to greet, nothing to find a person by."""

    member: Member
    cards: tuple[Key, ...]
    name: str
    language: Language
    available: Whole
    as_of: Moment
    movements: tuple[Movement, ...] = ()
    blocked: bool = False


class MembersBatch(msgspec.Struct, frozen=True, rename={"after": "from"}):
    """Member rows that changed; applied by a kiosk whose version is `after` or later, which then has `to`.

    `head` is the newest version there is: a kiosk below it asks again. `gone` are tombstones.
    """

    generation: Token
    after: Natural
    to: Natural
    head: Natural
    rows: tuple[MemberRow, ...]
    gone: tuple[Member, ...] = ()


Shape = TypeVar("Shape", bound=msgspec.Struct)


def encode(message: msgspec.Struct) -> bytes:
    """A message as it is published."""
    return msgspec.json.encode(message)


def decode(payload: bytes, shape: type[Shape]) -> Shape:
    """A message as the given shape; BadMessage if it is not one. Unknown fields are ignored."""
    return shapes.decode(payload, shape)
