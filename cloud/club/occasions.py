"""What may earn something: a purchase, a visit, an answer, a birthday, a joining; pure."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from mqtt.vocabulary import GroupId, MemberId, StoreId

Kind = Literal["purchase", "visit", "answer", "birthday", "joining"]
MOST = 10**14
"""Rial that an invoice is below: what is above is a typing error, and its points would not fit."""


class BadOccasion(ValueError):
    """What no invoice can say; the text names the line and says why."""


class Line(Struct, frozen=True):
    """A line of an invoice. `amount` is the whole line's, in whole Rial; 0 or less is no purchase."""

    id: str
    amount: int
    product: str = ""
    category: str = ""
    quantity: int = 1

    def __post_init__(self) -> None:
        """Raise BadOccasion for an amount that is not whole Rial, or beyond any invoice."""
        if type(self.amount) is not int:
            raise BadOccasion(f"line {self.id}: the amount is not a whole number of Rial")
        if abs(self.amount) >= MOST:
            raise BadOccasion(f"line {self.id}: an amount of {MOST} Rial and more is no invoice's")


class Occasion(Struct, frozen=True):
    """Something that happened to a member in a store.

    `source` names it for ever: an event, or a document with its store. `visit` names the visit or the
    document that it belongs to, `subject` the question of an answer. `day` is the store-local day; where the
    time is not `sure`, both are those of arrival. `paid` is what was paid in money of an invoice, in Rial:
    what was paid with points or a reward is not in it. None: all of it.
    `invoice` is the document's number where it is a purchase.
    """

    kind: Kind
    source: str
    member: MemberId
    group: GroupId
    store: StoreId
    day: date
    occurred_at: datetime
    received_at: datetime
    sure: bool = True
    visit: str = ""
    subject: str = ""
    lines: tuple[Line, ...] = ()
    paid: int | None = None
    invoice: str | None = None

    def __post_init__(self) -> None:
        """Raise BadOccasion for a sum that is not whole Rial, or beyond any invoice."""
        if self.paid is not None and type(self.paid) is not int:
            raise BadOccasion("what was paid is not a whole number of Rial")
        if self.lines and self.money[1] >= MOST:
            raise BadOccasion(f"lines of together {MOST} Rial and more are no invoice")

    @property
    def decided_at(self) -> datetime:
        """Of which moment the rules decide: when it happened, not after it arrived, whatever a clock said."""
        return min(self.occurred_at, self.received_at)

    @property
    def money(self) -> tuple[int, int]:
        """What was paid in money, at most what the bought lines cost, and what these cost, in Rial."""
        bought = sum(line.amount for line in self.lines if line.amount > 0)
        paid = sum(line.amount for line in self.lines) if self.paid is None else self.paid
        return max(0, min(paid, bought)), bought
