"""The tills of the generated club: what is bought, paid with points, and brought back.

Points are spent online, at once; invoices and returns are sent in the evening, with what happened when.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import msgspec

from cloud.club import accounts, returns, sales
from cloud.club.demo.goods import basket
from cloud.club.demo.history import Came
from cloud.club.models import Purchase, Return
from cloud.club.occasions import Line
from cloud.club.postings import NotEnough
from cloud.club.spending import Spending, spend
from cloud.fleet.models import Store
from mqtt.vocabulary import MemberId, Points, StoreId

BUYS = 0.4
"""The share of those who came that buy something and show their card."""
WORTH = 1000
"""Rial that a point pays at a till."""
TEMPTED = 0.09
"""The share of invoices at which somebody asks what their points would pay."""
LEAST = 100
"""Points with which somebody begins to think of spending them; they are spent by fifties."""
PART = 50
BROUGHT_BACK = 0.032
"""The share of invoices of which something comes back."""
WHOLE = 0.2
"""The share of those of which everything does."""
DAYS_BACK = 12


@dataclass(frozen=True)
class _Basket:
    """What somebody lays on the till's counter."""

    at: datetime
    member: MemberId
    store: StoreId
    lines: tuple[Line, ...]
    tempted: bool

    @property
    def total(self) -> int:
        """In Rial."""
        return sum(line.amount for line in self.lines)


class Tills:
    """Serves day after day; what is to be brought back waits in it for its day."""

    def __init__(self, dice: Random, stores: Mapping[StoreId, Store]) -> None:
        """Begin with no invoice written."""
        self._dice, self._stores = dice, stores
        self._back: defaultdict[date, list[Return]] = defaultdict(list)
        self._numbers: Counter[tuple[str, StoreId]] = Counter()

    def serve(self, came: Iterable[Came], opening: datetime, closing: datetime) -> None:
        """One day at all stores, for those who came."""
        baskets = [self._basket(one) for one in came if self._dice.random() < BUYS]
        baskets.sort(key=lambda one: one.at)
        standings = accounts.standings({one.member for one in baskets if one.tempted}, opening)
        sales.buy_all([self._ring(one, standings[one.member].available, closing) for one in baskets])
        for back in sorted(self._back.pop(opening.date(), ()), key=lambda one: one.occurred_at):
            back.received_at = closing
            returns.take_back(back)

    def _basket(self, came: Came) -> _Basket:
        at = came.at + timedelta(seconds=self._dice.randrange(180, 1500))
        tempted = self._dice.random() < TEMPTED
        return _Basket(at, came.member, came.store, basket(self._dice, at.date()), tempted)

    def _wish(self, available: int, total: int) -> int:
        """How many points somebody who has so many would spend on an invoice of so many Rial."""
        share = int(available * self._dice.uniform(0.3, 1.0)) if available >= LEAST else 0
        return min(share, total // WORTH) // PART * PART

    def _ring(self, one: _Basket, available: int, closing: datetime) -> Purchase:
        number = self._number("", one.store)
        spent = self._spend(one, number, self._wish(available, one.total))
        if self._dice.random() < BROUGHT_BACK:
            self._bring_back(one, number)
        return Purchase(
            store=self._stores[one.store],
            invoice=number,
            member_id=one.member,
            occurred_at=one.at,
            received_at=closing,
            lines=msgspec.to_builtins(one.lines),
            paid=one.total - spent * WORTH if spent else None,
        )

    def _spend(self, one: _Basket, invoice: str, wish: int) -> int:
        """Let the invoice be paid with points; how many it were: none where some lapsed since the morning."""
        if not wish:
            return 0
        number = self._number("P", one.store)
        try:
            spend(Spending(one.store, number, invoice, one.member, Points(wish)), one.at)
        except NotEnough:
            return 0
        return wish

    def _bring_back(self, one: _Basket, invoice: str) -> None:
        """Decide when and what; it may be after the last day, and then it is not told any more."""
        at = one.at + timedelta(days=self._dice.randrange(1, DAYS_BACK))
        whole = self._dice.random() < WHOLE
        lines = one.lines if whole else (self._dice.choice(one.lines),)
        document = Return(
            store_id=one.store,
            number=self._number("R", one.store),
            invoice=invoice,
            occurred_at=at,
            received_at=at,
            lines={line.id: line.amount if whole else self._part(line) for line in lines},
        )
        self._back[at.date()].append(document)

    def _part(self, line: Line) -> int:
        """One of several, or all that the line has."""
        return line.amount // line.quantity * self._dice.randint(1, line.quantity)

    def _number(self, kind: str, store: StoreId) -> str:
        self._numbers[kind, store] += 1
        return f"{kind}{self._numbers[kind, store]:06}"
