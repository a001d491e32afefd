"""A year of visits to the generated club, as the events that its kiosks would have recorded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Literal, get_args

from cloud.club.demo.asking import Asking, seconds
from cloud.club.demo.hands import Hands, Told
from cloud.club.demo.journals import Journal, Sent
from cloud.club.demo.people import Regular, raw_card
from cloud.club.demo.seasons import busy
from cloud.club.demo.shops import SHOPS, ZONE, Shop
from mqtt.events import (
    CardTapped,
    ReplySeen,
    TicketOpened,
    VisitEnded,
)
from mqtt.tracking import of_visit
from mqtt.vocabulary import ClubKey, Epoch, MemberId, StoreId, TicketKind, VisitId

FRESH = timedelta(days=15)
"""For so long before the end nobody whose card is on the tray is asked: the demo's kiosk will ask them."""

YEAR = 365
OPENS = 9
HOURS = (2, 4, 6, 7, 5, 3, 3, 5, 8, 11, 12, 9, 4)
"""How busy the hours are, from the opening on."""
STRANGERS = 0.025
"""The share of taps with a card that is nobody's."""
PASSES = 0.2
"""The share of members who go past the kiosk to the shelves."""
TELLS = 0.003
"""The share of visits in which somebody tells the shop something, and how often which of it."""
KINDS: tuple[TicketKind, ...] = get_args(TicketKind)
OFTEN = (5, 3, 2)
CATEGORIES = ("staff", "goods", "prices", "waiting", "points", "other")
Better = Literal["yes", "no"]
BETTER = (8, 2)
"""How often it is better after an answer, and how often not."""


@dataclass(frozen=True)
class _Crowd:
    """Who comes to a store, and how often."""

    people: Sequence[Regular]
    weights: Sequence[float]


@dataclass(frozen=True)
class Came:
    """A member was in a store, with a card."""

    at: datetime
    member: MemberId
    store: StoreId


@dataclass(frozen=True)
class Tray:
    """Whom the demo's kiosk will serve itself, and the last day before it does."""

    members: Collection[str]
    last: date


class History:
    """Simulates day after day; `sent` gives what the kiosks would have published, `came` who was there."""

    def __init__(
        self, dice: Random, regulars: Sequence[Regular], key: ClubKey, hands: Hands, tray: Tray
    ) -> None:
        """Begin with empty journals."""
        self._dice, self._key, self._hands, self._tray = dice, key, hands, tray
        self.came: list[Came] = []
        self._crowds = {shop.store: _crowd(shop, regulars) for shop in SHOPS}
        self._journals = {
            shop.store: [Journal(shop, kiosk, Epoch(self._hex())) for kiosk in shop.kiosks] for shop in SHOPS
        }
        # a chance of its own: another question leaves who comes and buys as it is
        self._asking = Asking(Random("questions"), tray.last)  # noqa: S311 - the same club every time

    def sent(self, day: date) -> Iterator[Sent]:
        """One day at all stores."""
        self.came = []
        for shop in SHOPS:
            for moment in self._moments(shop, day):
                self._visit(shop, self._dice.choice(self._journals[shop.store]), moment)
            for journal in self._journals[shop.store]:
                yield from journal.send()

    def _moments(self, shop: Shop, day: date) -> list[datetime]:
        grown = shop.growth ** ((day - self._tray.last).days / YEAR)
        visits = shop.visits * grown * busy(day) * self._dice.uniform(0.8, 1.2)
        midnight = datetime.combine(day, time(), ZONE)
        hours = self._dice.choices(range(OPENS, OPENS + len(HOURS)), HOURS, k=round(visits))
        return sorted(
            midnight + timedelta(hours=hour, milliseconds=self._dice.randrange(3_600_000)) for hour in hours
        )

    def _visit(self, shop: Shop, journal: Journal, moment: datetime) -> None:
        regular = self._comer(shop.store, moment.date())
        if regular is not None:
            self.came.append(Came(moment, regular.member, shop.store))
            if self._dice.random() < PASSES:
                return
        visit = VisitId(self._hex())
        journal.begin(moment)
        if regular is None:
            self._stranger(journal, visit)
        else:
            self._serve(shop, journal, visit, regular)

    def _serve(self, shop: Shop, journal: Journal, visit: VisitId, regular: Regular) -> None:
        card = self._dice.choice(self._hands.cards[regular.member])
        journal.record(CardTapped(visit, card.kind, (card.key,), regular.member))
        began = journal.now
        self._read(journal, visit, regular.member)
        if not (regular.member in self._tray.members and self._tray.last - began.date() < FRESH):
            self._asking.ask(shop, journal, visit, regular)
        if self._dice.random() < TELLS and regular.member not in self._tray.members:
            self._tell(shop, journal, visit, regular)
        took = (journal.now - began).total_seconds() + 3.0
        journal.record(VisitEnded(visit, regular.member, "done", took), 3.0)

    def _read(self, journal: Journal, visit: VisitId, member: MemberId) -> None:
        """Read the answer that waits, if there is one."""
        code = self._hands.answers.pop(member, None)
        if code is not None:
            (better,) = self._dice.choices(get_args(Better), BETTER)
            journal.record(ReplySeen(visit, member, code, 1, better), self._seconds(6.0))

    def _tell(self, shop: Shop, journal: Journal, visit: VisitId, regular: Regular) -> None:
        (kind,) = self._dice.choices(KINDS, OFTEN)
        code, language = of_visit(visit), regular.language
        told = TicketOpened(visit, regular.member, code, kind, self._dice.choice(CATEGORIES), language)
        journal.record(told, self._seconds(5.0))
        self._hands.told.append(Told(code, regular.member, shop.store, kind, language))

    def _stranger(self, journal: Journal, visit: VisitId) -> None:
        card = raw_card(self._dice, "em4100", self._key)
        journal.record(CardTapped(visit, card.kind, (card.key,)))
        journal.record(VisitEnded(visit, None, "refused", 6.0), 6.0)

    def _comer(self, store: StoreId, day: date) -> Regular | None:
        """Somebody who has joined by that day, and still has a card; None for a stranger."""
        crowd = self._crowds[store]
        while self._dice.random() > STRANGERS:
            regular = self._dice.choices(crowd.people, cum_weights=crowd.weights)[0]
            if regular.joined_on <= day and self._hands.cards[regular.member]:
                return regular
        return None

    def _seconds(self, middle: float) -> float:
        return seconds(self._dice, middle)

    def _hex(self) -> str:
        return f"{self._dice.getrandbits(64):016x}"


def _crowd(shop: Shop, regulars: Sequence[Regular]) -> _Crowd:
    """The store's own members, and now and then somebody else's."""
    weights = (regular.weight * (1.0 if regular.shop == shop else 0.05) for regular in regulars)
    return _Crowd(regulars, list(accumulate(weights)))
