"""What is asked and answered: the words of `/api/v1`."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cloud.club.enrolling import Empty
from mqtt.vocabulary import Language

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{3,40}$")]


CardKey = Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}:[0-9a-f]{32}$")]


class Asking(BaseModel):
    """A request's body: no field that is not described, and no value of another type."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Iso14443(Asking):
    """A contactless card by its UID: 4, 7 or 10 bytes in lower-case hex."""

    kind: Literal["iso14443"]
    identity: Annotated[str, Field(pattern=r"^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$")]


class Em4100(Asking):
    """A 125 kHz card by its 40 bits in lower-case hex."""

    kind: Literal["em4100"]
    identity: Annotated[str, Field(pattern=r"^[0-9a-f]{10}$")]


class Magstripe(Asking):
    """A magnetic card by its digits. Of payment cards, which have 12 to 19, none is taken."""

    kind: Literal["magstripe"]
    identity: Annotated[str, Field(pattern=r"^[0-9]{4,11}$")]


AnyCard = Annotated[Iso14443 | Em4100 | Magstripe, Field(discriminator="kind")]


class Joining(Asking):
    """An anonymous member is to join with an empty card, at a store."""

    store: Id
    language: Language = "fa"
    card: AnyCard

    def empty(self) -> Empty:
        """The card, as a kiosk's reader would give it."""
        text = self.card.identity
        identity = text.encode() if self.card.kind == "magstripe" else bytes.fromhex(text)
        return Empty(self.card.kind, identity)


class MemberShown(BaseModel):
    """A member without a name. Cards are CardKeys: what the club knows of a card, not its number.

    `balance` is the sum of the entries; `available` can be spent now, and is a debt below 0.
    """

    id: Id
    group: Id
    language: Language
    joined_on: date
    cards: list[CardKey]
    balance: int
    available: int
    pending: int
    held: int


class Members(BaseModel):
    """Members that were found."""

    items: list[MemberShown]


class EntryShown(BaseModel):
    """A line of a member's ledger: signed points. What no store did, such as a lapse, has none."""

    id: int
    kind: str
    points: int
    reason: str
    occurred_at: datetime
    store: Id | None


class Entries(BaseModel):
    """A page of entries, the newest first; `next` is where it goes on, or null."""

    items: list[EntryShown]
    next: str | None
