"""What the cloud sends down, and the hello that a kiosk asks with: JSON objects, checked at both ends."""

from collections.abc import Container
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

import msgspec

from mqtt import shapes
from mqtt.shapes import (
    Allowance,
    Code,
    Key,
    Link,
    Member,
    Moment,
    Name,
    Natural,
    Ordinal,
    Place,
    Seconds,
    Some,
    Stream,
    Token,
    Visit,
    Wallet,
    Whole,
)
from mqtt.vocabulary import CardKey, Chain, Language, TicketKind

NOTHING = Chain("0" * 16)
"""The chain before the first row of a stream."""
MAX_PAGE = 500
"""Rows in one message of members."""
MAX_ANSWER = 240
"""Characters of an answer to a ticket: what a small panel shows in large type."""


class Hello(msgspec.Struct, frozen=True):
    """A kiosk's greeting: what it has, asking what the cloud has. Answered on `down/ack` under its nonce.

    `lowest` and `highest` bound the sequences in its journal (lowest = highest + 1 when empty);
    `members_version` 0 asks for everyone. `chain_below` is the chain of the row before `lowest`, from which
    the collector goes on when it must declare a hole. `probe` asks, highest first, which of these rows the
    collector holds with this chain; that comes back as `matched`.
    """

    epoch: Stream
    nonce: Token
    lowest: Natural
    highest: Natural
    chain_at_acked: Link
    generation: Token
    members_version: Natural
    app: Token
    chain_below: Link = NOTHING
    probe: tuple[tuple[Natural, Link], ...] = ()
    catalogue_version: Natural = 0
    image: Token = ""


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """The collector's word that it holds every event of `epoch` up to `upto`, committed; cumulative.

    With a `nonce` it answers a hello and is believed even backwards. `refused` says why a batch was not
    taken: "gap", rows before it are missing; "fork", its chain does not follow from what is stored;
    "row", the places of its rows cannot be read. `matched` answers a probe (0: none of it is held). `person`
    names events whose personal part is committed, which the kiosk then wipes.
    """

    epoch: Stream
    upto: Natural
    chain: Link
    generation: Token
    nonce: Token | None = None
    refused: Literal["gap", "fork", "row"] | None = None
    matched: Natural | None = None
    person: tuple[Place, ...] = ()


class Movement(msgspec.Struct, frozen=True, array_like=True):
    """One line of a member's history: the store-local day, signed points, and a reason code."""

    on: date
    points: Whole
    reason: str


class Both(msgspec.Struct, frozen=True, array_like=True):
    """One text in both languages, as long as it likes: a screen shows what it has room for."""

    fa: str
    en: str

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        return self.fa if language == "fa" else self.en


class Expiring(msgspec.Struct, frozen=True, array_like=True):
    """Points that lapse, and the store-local day on which they do."""

    points: Natural
    on: date


class NextTier(msgspec.Struct, frozen=True, array_like=True):
    """The club's own name of the next rank, and how many points are missing."""

    name: Both
    missing: Natural


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """When a member was last asked a question, at any kiosk of any store."""

    question: Name
    at: Moment


class MemberRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a kiosk may know of a member: enough to greet, nothing to find a person by.

    Of the points beside `available`, `pending` are not yet earned for good and `held` are out at kiosks.
    `tier` is the club's own name of the rank. `lost` are cards of this member that are not to be served,
    beside those in `cards` that are. `replies` are tickets whose answer waits to be read. What the cloud does
    not say is absent, and is not shown.
    """

    member: Member
    cards: tuple[Key, ...]
    name: str
    language: Language
    available: Whole
    as_of: Moment
    movements: tuple[Movement, ...] = ()
    blocked: bool = False
    pending: Natural = 0
    held: Natural = 0
    tier: Both | None = None
    expiring: Expiring | None = None
    next_tier: NextTier | None = None
    offers: tuple[Both, ...] = ()
    last_visit: date | None = None
    asked: tuple[Asked, ...] = ()
    lost: tuple[Key, ...] = ()
    replies: tuple[Code, ...] = ()

    def seen_by(self, cards: Container[CardKey]) -> Self:
        """The row as it is for whoever lays down a card of these keys: blocked for one that is lost."""
        lost = any(card in cards for card in self.lost)
        return msgspec.structs.replace(self, blocked=True) if lost else self


class MembersBatch(msgspec.Struct, frozen=True, rename={"after": "from"}, omit_defaults=True):
    """Member rows that changed; applied by a kiosk whose version is `after` or later, which then has `to`.

    `head` is the newest version there is: a kiosk below it asks again. `gone` are tombstones. `recalled`,
    where it is said, are the newest allowances that this kiosk is to give back: said until it has.
    """

    generation: Token
    after: Natural
    to: Natural
    head: Natural
    rows: tuple[MemberRow, ...]
    gone: tuple[Member, ...] = ()
    recalled: tuple[Allowance, ...] | None = None


class Spend(msgspec.Struct, frozen=True, omit_defaults=True):
    """Points that a visit asks to spend. `allowance` of the asking kiosk was given back for it, durably."""

    visit: Visit
    points: Some
    allowance: Allowance | None = None


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question that cannot wait for the replica: who is this card, as of now? Good for `within` seconds.

    With `ticket`: and what was answered to it? With `lend`, the wallet that will
    remember it: and what may be spent here without asking? With
    `spend`: and are these points granted?
    """

    id: Token
    cards: tuple[Key, ...]
    within: Seconds
    ticket: Code | None = None
    lend: Wallet | None = None
    spend: Spend | None = None


class Lent(msgspec.Struct, frozen=True):
    """An allowance: of this member's points the kiosk that gets this may grant so many, once, without asking.

    They are set aside until that kiosk says what became of them. They count as `held` in the member's row.
    """

    allowance: Allowance
    member: Member
    points: Some


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the shop says to a ticket, in its own words: its `reply`th answer, and what it answers.

    `on` is the store-local day on which the ticket was opened.
    """

    ticket: Code
    reply: Ordinal
    kind: TicketKind
    category: Name
    on: date
    text: Annotated[str, msgspec.Meta(max_length=MAX_ANSWER)]
    line: Movement | None = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to an ask; `row` is None for a card that is nobody's.

    `answer` is None where the ticket is not this member's, or its answer does not wait any more. `lent` is
    None where nothing may be spent without asking. `granted`: the points asked for are set aside; None where
    none were asked for. `generation` is the one in which it was lent.
    """

    id: Token
    row: MemberRow | None
    answer: Answer | None = None
    lent: Lent | None = None
    granted: bool | None = None
    generation: Token = ""


CommandKind = Literal["restart", "resync", "identify", "logs", "reload", "renew"]
"""What a kiosk of this release can be told to do."""


class Command(msgspec.Struct, frozen=True):
    """Something a kiosk is to do once, before `deadline`. A `kind` it does not know is answered "unknown"."""

    id: Token
    kind: Name
    deadline: Moment


class SignedCatalogue(msgspec.Struct, frozen=True):
    """What head office says: `document` (JSON) under an Ed25519 signature (RFC 8032), in hex.

    The signature is over the version in decimal, a line feed, and the document's bytes.
    """

    version: Natural
    document: str
    signature: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]

    def signed(self) -> bytes:
        """The bytes under the signature."""
        return f"{self.version}\n{self.document}".encode()


class Person(msgspec.Struct, frozen=True):
    """The personal part of the event `id`: sent apart, stored apart, wiped here once it is there."""

    id: Place
    fields: dict[Name, Annotated[str, msgspec.Meta(max_length=2000)]]


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a kiosk is: retained, every minute and at change; the last will says `online` false.

    `queue` events wait, the oldest for `queue_age` seconds; `disk_free` in bytes; `temperature` in degrees
    Celsius; `certificate_days` are left until its certificate ends, below 0 since. `remade` counts how often
    its card's data had to be made anew; `watchdog` are the seconds after which its hardware restarts a frozen
    system, None where none is armed.
    """

    online: bool
    app: Token = ""
    uptime: Seconds = 0.0
    queue: Natural = 0
    queue_age: Seconds = 0.0
    clock: bool = False
    disk_free: Natural = 0
    temperature: float | None = None
    readers: dict[Name, bool] = {}
    last_tap: Moment | None = None
    image: Token = ""
    certificate_days: float | None = None
    remade: Natural = 0
    watchdog: float | None = None


Shape = TypeVar("Shape", bound=msgspec.Struct)


def encode(message: msgspec.Struct) -> bytes:
    """A message as it is published."""
    return msgspec.json.encode(message)


def decode(payload: bytes, shape: type[Shape]) -> Shape:
    """A message as the given shape; BadMessage if it is not one. Unknown fields are ignored."""
    return shapes.decode(payload, shape)
