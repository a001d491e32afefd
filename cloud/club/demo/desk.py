"""The service desk of the generated club: who leaves, loses a card, is somebody else too, and is answered."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from random import Random

from cloud.club import cards, consents, leaving, merging, postings
from cloud.club.account import Cause, Terms
from cloud.club.demo.hands import Hands, Told
from cloud.club.demo.letters import LETTERS
from cloud.club.demo.people import RawCard, Regular, raw_card
from cloud.voice import conversations
from mqtt.vocabulary import CardKey, ClubKey, MemberId, Points

CONTACT = "contact"
"""The purpose to which most members said yes."""
LEAVE, LOSE, WITHDRAW, TWICE = 0.02, 0.015, 0.015, 0.001
"""The shares of members to whom it happens in a year; the last: to be found to be one with another."""
YEAR = 365
REPLACED = 0.8
"""The share of lost cards that get a new one."""
UNDONE = 0.25
"""The share of merges that were wrong."""
SETTLED = timedelta(days=14)
"""After which a merge is confirmed, or undone."""
ANSWERED = 0.85
"""The share of tickets that get an answer."""
SORRY, SORRY_FOR = Points(50), timedelta(days=180)
"""What a complaint brings, and for how long."""

Act = Callable[[datetime], None]


class Desk:
    """Works before the stores open, day after day; what it has to do then is planned when it is made."""

    def __init__(self, dice: Random, hands: Hands, key: ClubKey) -> None:
        """Begin with nothing to do."""
        self._dice, self._hands, self._key = dice, hands, key
        self._plan: defaultdict[date, list[Act]] = defaultdict(list)

    def plan(self, regulars: Sequence[Regular], spared: Collection[str], days: Sequence[date]) -> None:
        """Decide what happens to whom, to each at most one thing, and nothing to those who are spared."""
        likely = [one for one in regulars if one.member not in spared and one.joined_on < days[-1]]
        whom = iter(self._dice.sample(likely, len(likely)))
        year = len(regulars) * len(days) / YEAR
        for share, act in ((LEAVE, self._leave), (LOSE, self._lose), (WITHDRAW, self._withdraw)):
            for one in _some(whom, share * year):
                self._at(one, days).append(partial(act, one))
        for gone in _some(whom, TWICE * year):
            kept = next(whom)
            later = max(gone, kept, key=lambda one: one.joined_on)
            self._at(later, days).append(partial(self._merge, gone.member, kept.member))

    def open(self, at: datetime) -> None:
        """Do what is planned for a day, and look at what was told the day before."""
        for act in self._plan.pop(at.date(), ()):
            act(at)
        for told in self._hands.told:
            if self._dice.random() < ANSWERED:
                day = at.date() + timedelta(days=self._dice.randrange(3))
                self._plan[day].append(partial(self._answer, told))
        self._hands.told.clear()

    def _at(self, one: Regular, days: Sequence[date]) -> list[Act]:
        """What is planned for some day after they joined."""
        return self._plan[self._dice.choice([day for day in days if day > one.joined_on])]

    def _leave(self, one: Regular, at: datetime) -> None:
        leaving.leave(one.member, at, self._dice.randrange)
        self._hands.cards[one.member] = ()

    def _lose(self, one: Regular, at: datetime) -> None:
        lost, *others = one.cards
        cards.lose(lost.key, at)
        self._hands.cards[one.member] = tuple(others)
        if self._dice.random() < REPLACED:
            day = at.date() + timedelta(days=self._dice.randrange(1, 5))
            self._plan[day].append(partial(self._replace, one, lost.key))

    def _replace(self, one: Regular, lost: CardKey, at: datetime) -> None:
        new = raw_card(self._dice, one.cards[0].kind, self._key)
        cards.replace(lost, new.key, at)
        self._hands.cards[one.member] += (new,)

    def _withdraw(self, one: Regular, at: datetime) -> None:
        consents.withdraw(one.member, CONTACT, at)

    def _merge(self, gone: MemberId, kept: MemberId, at: datetime) -> None:
        merged = merging.merge(gone, kept, at)
        held = {one: self._hands.cards[one] for one in (gone, kept)}
        self._hands.cards |= {gone: (), kept: held[gone] + held[kept]}
        wrong = self._dice.random() < UNDONE
        settle = partial(self._unmerge, merged.id, held) if wrong else partial(_confirm, merged.id)
        self._plan[(at + SETTLED).date()].append(settle)

    def _unmerge(self, number: int, held: dict[MemberId, tuple[RawCard, ...]], at: datetime) -> None:
        merging.unmerge(number, at)
        self._hands.cards |= held

    def _answer(self, told: Told, at: datetime) -> None:
        if not self._hands.cards[told.member]:
            return
        conversations.answer(told.code, LETTERS[told.kind, told.language], at)
        self._hands.answers[told.member] = told.code
        if told.kind == "complaint":
            cause = Cause(f"sorry/{told.code}", at, at, reason="goodwill", store=told.store, actor="hq")
            postings.goodwill(told.member, SORRY, cause, Terms(at, at + SORRY_FOR))


def _confirm(number: int, at: datetime) -> None:
    merging.confirm(number, at)


def _some(whom: Iterator[Regular], number: float) -> list[Regular]:
    """So many of them, or as many as there are, one at least."""
    return list(islice(whom, max(1, round(number))))
