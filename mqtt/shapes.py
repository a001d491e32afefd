"""The vocabulary as it is checked on arrival: what a field may hold, and nothing longer or larger.

A sender's own objects are not checked when they are made; only what is decoded is.
"""

import re
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from mqtt.vocabulary import (
    ID,
    AllowanceId,
    BadMessage,
    CardKey,
    Chain,
    CouponCode,
    Epoch,
    MemberId,
    Points,
    ReceiptCode,
    TicketCode,
    VisitId,
    WalletId,
)

T = TypeVar("T")
_ECHO = re.compile(r"enum value .* - at", re.DOTALL)

Visit = Annotated[VisitId, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
Stream = Annotated[Epoch, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
Link = Annotated[Chain, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
Id = Annotated[str, msgspec.Meta(pattern=rf"^{ID}\Z")]
Member = Annotated[MemberId, msgspec.Meta(pattern=rf"^{ID}\Z")]
Key = Annotated[CardKey, msgspec.Meta(pattern=r"^[a-z0-9]{1,8}:[0-9a-f]{32}\Z")]

Code = Annotated[TicketCode, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{10}\Z")]
Coupon = Annotated[CouponCode, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{10}\Z")]
Farewell = Annotated[ReceiptCode, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{10}\Z")]
Allowance = Annotated[AllowanceId, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Wallet = Annotated[WalletId, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]

Place = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}-[1-9][0-9]{0,18}\Z")]
"""An event's id within its kiosk: `<epoch>-<sequence>`."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
"""A short technical name: of a question, a reader, a reason. Never free text."""
Token = Annotated[str, msgspec.Meta(max_length=64)]
"""Something to be given back as it came: a nonce, a generation, a release."""

Seconds = Annotated[float, msgspec.Meta(ge=0)]
"""A duration on the kiosk's monotonic clock, rounded to milliseconds."""
Natural = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A count that a database's 64 bits hold."""
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""Signed points; JSON's readers elsewhere are exact only up to 2^53."""
Some = Annotated[Points, msgspec.Meta(ge=1, le=2**53)]
"""Points that are at least one."""
Rial = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""Money."""
Ordinal = Annotated[int, msgspec.Meta(ge=0, le=2**15 - 1)]
"""The number of a wording or of an attempt."""
Score = Annotated[int, msgspec.Meta(ge=-1000, le=1000)]
"""A value on a question's scale, or an end of it."""
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time; one without an offset from UTC is refused."""


def decode(payload: bytes, shape: type[T]) -> T:
    """JSON as the given shape; BadMessage, without the sender's own words, if it is not one."""
    try:
        return msgspec.json.decode(payload, type=shape)
    except RecursionError:
        raise BadMessage("nested too deep") from None
    except UnicodeDecodeError:
        raise BadMessage("not UTF-8") from None
    except msgspec.DecodeError as error:
        raise BadMessage(_ECHO.sub("enum value - at", str(error))) from None
