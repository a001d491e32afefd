"""What the cloud sends down, and the hello that a kiosk asks with: JSON objects, checked at both ends."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import msgspec

from mqtt.vocabulary import BadMessage, CardKey, Chain, Epoch, MemberId

MAX_PAGE = 500
"""Rows in one message of members."""

Natural = Annotated[int, msgspec.Meta(ge=0)]


class Hello(msgspec.Struct, frozen=True):
    """A kiosk's greeting: what it has, asking what the cloud has. Answered on `down/ack` under its nonce.

    `lowest` and `highest` bound the sequences in its journal (lowest = highest + 1 when empty);
    `members_version` 0 asks for everyone.
    """

    epoch: Epoch
    nonce: str
    lowest: Natural
    highest: Natural
    chain_at_acked: Chain
    generation: str
    members_version: Natural
    app: str


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """The collector's word that it holds every event of `epoch` up to `upto`, committed; cumulative.

    With a `nonce` it answers a hello and is believed even backwards. `refused` says why a batch was not
    taken: "gap", rows before it are missing; "fork", its chain does not follow from what is stored.
    """

    epoch: Epoch
    upto: Natural
    chain: Chain
    generation: str
    nonce: str | None = None
    refused: Literal["gap", "fork"] | None = None


class Movement(msgspec.Struct, frozen=True, array_like=True):
    """One line of a member's history: the store-local day, signed points, and a reason code."""

    on: date
    points: int
    reason: str


class MemberRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a kiosk may know of a member: enough to greet, nothing to find a person by."""

    member: MemberId
    cards: tuple[CardKey, ...]
    name: str
    language: Literal["fa", "en"]
    available: int
    as_of: datetime
    movements: tuple[Movement, ...] = ()
    blocked: bool = False


class MembersBatch(msgspec.Struct, frozen=True, rename={"after": "from"}):
    """Member rows that changed; applied by a kiosk whose version is `after` or later, which then has `to`.

    `head` is the newest version there is: a kiosk below it asks again. `gone` are tombstones.
    """

    generation: str
    after: Natural
    to: Natural
    head: Natural
    rows: tuple[MemberRow, ...]
    gone: tuple[MemberId, ...] = ()


Shape = TypeVar("Shape", bound=msgspec.Struct)


def encode(message: msgspec.Struct) -> bytes:
    """A message as it is published."""
    return msgspec.json.encode(message)


def decode(payload: bytes, shape: type[Shape]) -> Shape:
    """A message as the given shape; BadMessage if it is not one. Unknown fields are ignored."""
    try:
        return msgspec.json.decode(payload, type=shape)
    except RecursionError:
        raise BadMessage("nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMessage(str(error)) from None
