"""The words that kiosk and cloud share, and the one function that makes a CardKey."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Literal, NewType

KioskId = NewType("KioskId", str)
StoreId = NewType("StoreId", str)
GroupId = NewType("GroupId", str)
MemberId = NewType("MemberId", str)
VisitId = NewType("VisitId", str)
"""16 hex digits that tie the events of one visit together."""
Epoch = NewType("Epoch", str)
"""16 hex digits, made with a journal's file; (kiosk, epoch) is a stream."""
Sequence = NewType("Sequence", int)
"""A row's place in its stream, from 1 upwards without a gap."""
Chain = NewType("Chain", str)
"""16 hex digits that depend on every row of a stream up to this one."""
CardKey = NewType("CardKey", str)
"""`<key id>:<32 hex digits>`; what the club knows of a card. See :func:`card_key`."""
Points = NewType("Points", int)
TicketCode = NewType("TicketCode", str)
"""10 characters under which somebody finds what they told the shop. See :mod:`mqtt.tracking`."""
CouponCode = NewType("CouponCode", str)
"""10 characters, made alike, for which a till takes money off."""
ReceiptCode = NewType("ReceiptCode", str)
"""10 characters, made alike, under which somebody who left finds what was erased and what was kept."""

WalletId = NewType("WalletId", str)
"""16 hex digits, made with a journal's file: its memory of which allowances are used."""
AllowanceId = NewType("AllowanceId", str)
"""32 hex digits: points of one member that one kiosk may grant without asking, once.

The first 16 are the wallet that remembers it: with another disk the same kiosk is another one.
"""

Language = Literal["fa", "en"]
CardKind = Literal["iso14443", "em4100", "magstripe"]
"""What names a card: its UID (ISO/IEC 14443-3), 40 bits (EM4100), or its digits (ISO/IEC 7811)."""
TicketKind = Literal["complaint", "suggestion", "praise"]
"""What somebody has to tell the shop."""

KEY_BYTES = 16
ID = "[a-z0-9-]{3,40}"
"""What names a kiosk, a store, a group or a member: a regular expression."""
_ID = re.compile(ID)


class WireError(Exception):
    """The base of every error of this folder.

    WireError
    ├── BadMessage   bytes from the network are not what the contract says
    ├── BadId        a text cannot name a kiosk, store or group
    └── BadCode      a text is no tracking code, or one with a wrong character
    """


class BadMessage(WireError, ValueError):
    """Bytes that are not what the contract says; the text is the reason, without the bytes."""


class BadId(WireError, ValueError):
    """A text that cannot name a kiosk, a store or a group."""


class BadCode(WireError, ValueError):
    """A text that is no tracking code, or was mistyped."""


@dataclass(frozen=True, slots=True)
class ClubKey:
    """The secret under which a club's cards are known; its id says which of two live keys it is."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not be told apart in a CardKey, or guessed."""
        if not re.fullmatch(r"[a-z0-9]{1,8}", self.id):
            raise BadId(f"a club key's id is 1 to 8 of a-z and 0-9, not {self.id!r}")
        if len(self.secret) < KEY_BYTES:
            raise ValueError(f"a club key has at least {KEY_BYTES} bytes, not {len(self.secret)}")


def card_key(key: ClubKey, kind: CardKind, identity: bytes) -> CardKey:
    """Name a card without saying its number.

    HMAC-SHA256 (RFC 2104) over the kind, a zero byte and the identity as the reader gave it,
    cut to 16 bytes. The same card under the same key has the same CardKey on every kiosk.
    """
    digest = hmac.digest(key.secret, kind.encode() + b"\0" + identity, hashlib.sha256)
    return CardKey(f"{key.id}:{digest[:KEY_BYTES].hex()}")


def wallet_of(allowance: AllowanceId) -> WalletId:
    """The wallet for which an allowance was made."""
    return WalletId(allowance[:16])


def checked_id(text: str) -> str:
    """Give `text` back if it can name a kiosk, store or group (`[a-z0-9-]{3,40}`), else BadId."""
    if not _ID.fullmatch(text):
        raise BadId(f"an id is 3 to 40 of a-z, 0-9 and '-', not {text[:60]!r}")
    return text
