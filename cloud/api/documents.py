"""What tills ask and are answered about their documents: invoices, returns, redemptions."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field

from cloud.api.shapes import Asking, EntryShown, Id

MOST_LINES: Final = 200
BELOW: Final = 5 * 10**11
"""Rial that a line is below: with as many lines as may be, an invoice is below `occasions.MOST`."""
AHEAD: Final = timedelta(days=1)
"""So much a till's clock may be ahead."""
SINCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _moment(value: Any) -> Any:  # noqa: ANN401 - what was sent
    # a bare number would be taken for seconds, or for milliseconds
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("Input should be a moment with its offset, such as 2026-03-21T12:00:00+03:30")
    return value


def _plausible(moment: datetime) -> datetime:
    if not SINCE <= moment <= datetime.now(UTC) + AHEAD:
        raise ValueError("Input should be since 2000 and not in the future: set the till's clock")
    return moment


def _day(value: Any) -> Any:  # noqa: ANN401 - what was sent
    if value is not None and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("Input should be a day, such as 2026-03-21")
    return value


def _whole(value: Any) -> Any:  # noqa: ANN401 - what was sent
    # JSON has one sort of numbers: 1000.0 is a whole one
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_whole)
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_moment), AfterValidator(_plausible)]
Day = Annotated[date, Field(strict=False), BeforeValidator(_day)]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{10,12}$", description="With or without its dash.")]
Word = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
Amount = Annotated[int, Field(gt=-BELOW, lt=BELOW, description="Of the whole line, in whole Rial."), WHOLE]
Back = Annotated[int, Field(gt=0, lt=BELOW, description="What of the line comes back, in whole Rial."), WHOLE]


class InvoiceLine(Asking):
    """A line of an invoice. One of 0 or less earns nothing; those of one name come back as one."""

    line: Number
    amount: Amount
    product: Word = ""
    category: Word = ""
    quantity: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] = 1

    def stored(self) -> dict[str, str | int]:
        """As a purchase has it."""
        return {"id": self.line, **self.model_dump(exclude={"line"})}


class Invoice(Asking):
    """What is bought. `paid` is what is paid in money, in Rial; all of it where it is left out."""

    store: Id
    occurred_at: Moment
    lines: Annotated[list[InvoiceLine], Field(min_length=1, max_length=MOST_LINES)]
    paid: Annotated[int, Field(ge=0, lt=10**14), WHOLE] | None = None


class Quoting(Invoice):
    """What would this invoice earn? Without a member: what somebody who has earned nothing yet would."""

    member: Id | None = None


class Buying(Invoice):
    """An invoice of a member. `due_on` and `paid_on` are of a business that pays later."""

    member: Id
    invoice: Number
    due_on: Day | None = None
    paid_on: Day | None = None


class ReturnLine(Asking):
    """How much of a line comes back; for a line that is named twice, both."""

    line: Number
    amount: Back


class Returning(Asking):
    """A document, with a number of its own, by which lines of an invoice come back."""

    store: Id
    number: Number
    invoice: Number
    occurred_at: Moment
    lines: Annotated[list[ReturnLine], Field(min_length=1, max_length=MOST_LINES)]


class Redeeming(Asking):
    """A document, with a number of its own, by which points pay part of an invoice."""

    store: Id
    number: Number
    invoice: Number
    member: Id
    points: Annotated[int, Field(ge=1, le=10**15), WHOLE]


class Using(Asking):
    """A document, with a number of its own, by which a coupon pays part of an invoice."""

    store: Id
    number: Number
    invoice: Number


class CreditShown(BaseModel):
    """What a rule would give: spendable from `active_from`, until before `expires_at` or for ever."""

    rule: str
    points: int
    active_from: datetime
    expires_at: datetime | None


class QuoteShown(BaseModel):
    """What an invoice would earn: together, and by rule."""

    points: int
    credits: list[CreditShown]


class PurchaseShown(BaseModel):
    """A purchase that is stored, and what it earned."""

    store: Id
    invoice: Number
    member: Id
    earned: list[EntryShown]


class ReturnShown(BaseModel):
    """A return that is stored, and what it took back and gave back.

    It is `waiting` until its sale is there; then it is `applied`, or `refused` if the sale has not as much.
    """

    store: Id
    number: Number
    invoice: Number
    state: Literal["waiting", "applied", "refused"]
    entries: list[EntryShown]


class RedemptionShown(BaseModel):
    """Points that are spent."""

    store: Id
    number: Number
    invoice: Number
    member: Id
    entry: EntryShown


class CouponShown(BaseModel):
    """Money off, in Rial, that a kiosk of `store` gave out for points; a till takes it once.

    `used_at` and what stands beside it are null until then.
    """

    code: Code
    member: Id
    store: Id
    points: int
    rial: int
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_store: Id | None
    number: Number | None
    invoice: Number | None
