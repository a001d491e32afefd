"""A year of visits to the generated club, as the events that its kiosks would have recorded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Literal, get_args

from cloud.club.demo.hands import Hands, Told
from cloud.club.demo.journals import Journal, Sent
from cloud.club.demo.people import Regular, raw_card
from cloud.club.demo.seasons import busy
from cloud.club.demo.shops import SHOPS, ZONE, Shop, Weights
from mqtt.events import (
    AnswerUndone,
    CardTapped,
    QuestionAnswered,
    QuestionDismissed,
    QuestionShown,
    ReplySeen,
    Scale,
    TicketOpened,
    VisitEnded,
)
from mqtt.tracking import of_visit
from mqtt.vocabulary import ClubKey, Epoch, MemberId, StoreId, TicketKind, VisitId

QUESTION, WORDING, SCALE = "ces", 1, Scale(worst=1, best=7)
REST = timedelta(days=9)
"""For so long the same person is not asked again."""
FRESH = timedelta(days=15)
"""For so long before the end nobody whose card is on the tray is asked: the demo's kiosk will ask them."""

OPENS = 9
HOURS = (2, 4, 6, 7, 5, 3, 3, 5, 8, 11, 12, 9, 4)
"""How busy the hours are, from the opening on."""
RUSH = range(18, 21)
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
FATES = {"answered": 70, "changed": 4, "taken back": 2, "skipped": 15, "timed-out": 9}
"""What comes of a question, in percent."""


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
        self._asked: dict[MemberId, date] = {}

    def sent(self, day: date) -> Iterator[Sent]:
        """One day at all stores."""
        self.came = []
        for shop in SHOPS:
            for moment in self._moments(shop, day):
                self._visit(shop, self._dice.choice(self._journals[shop.store]), moment)
            for journal in self._journals[shop.store]:
                yield from journal.send()

    def _moments(self, shop: Shop, day: date) -> list[datetime]:
        visits = shop.visits * busy(day) * self._dice.uniform(0.8, 1.2)
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
        if self._may_ask(regular.member, began.date()):
            self._ask(journal, visit, regular, self._mood(shop, began))
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

    def _may_ask(self, member: MemberId, day: date) -> bool:
        fresh = member in self._tray.members and self._tray.last - day < FRESH
        if fresh or day - self._asked.get(member, date.min) < REST:
            return False
        self._asked[member] = day
        return True

    def _mood(self, shop: Shop, moment: datetime) -> int:
        """The value that this visit would be given; worse of two in a rush."""
        weights = shop.mood if self._tray.last - moment.date() >= timedelta(days=shop.dip) else shop.lately
        values = [self._value(weights) for _ in range(2 if moment.hour in RUSH else 1)]
        return min(values) if self._dice.random() < 0.5 else values[0]  # noqa: PLR2004 - half of them

    def _value(self, weights: Weights) -> int:
        return self._dice.choices(range(SCALE.worst, SCALE.best + 1), weights)[0]

    def _ask(self, journal: Journal, visit: VisitId, regular: Regular, value: int) -> None:
        member, language = regular.member, regular.language
        journal.record(QuestionShown(visit, member, QUESTION, WORDING, language), self._seconds(3.5))
        fate = self._dice.choices(list(FATES), list(FATES.values()))[0]
        if fate == "skipped":
            journal.record(QuestionDismissed(visit, member, QUESTION, WORDING, "skipped"), self._seconds(2.0))
        elif fate == "timed-out":
            journal.record(QuestionDismissed(visit, member, QUESTION, WORDING, "timed-out"), 20.0)
        else:
            self._answer(journal, visit, regular, value, 1)
        if fate in {"changed", "taken back"}:
            journal.record(AnswerUndone(visit, member, QUESTION, 1), 1.2)
        if fate == "changed":
            self._answer(journal, visit, regular, max(value - 1, SCALE.worst), 2)

    def _answer(self, journal: Journal, visit: VisitId, regular: Regular, value: int, attempt: int) -> None:
        took = self._seconds(2.6)
        head = (visit, regular.member, QUESTION, WORDING, regular.language)
        journal.record(QuestionAnswered(*head, SCALE, value, attempt, took), took)

    def _seconds(self, middle: float) -> float:
        return round(min(middle * self._dice.lognormvariate(0, 0.45), 18.0), 3)

    def _hex(self) -> str:
        return f"{self._dice.getrandbits(64):016x}"


def _crowd(shop: Shop, regulars: Sequence[Regular]) -> _Crowd:
    """The store's own members, and now and then somebody else's."""
    weights = (regular.weight * (1.0 if regular.shop == shop else 0.05) for regular in regulars)
    return _Crowd(regulars, list(accumulate(weights)))
