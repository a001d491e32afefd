"""Points at a kiosk without a screen: lent, spent with and without the cloud's word, given back."""

import random
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.allowances import Allowances
from kiosk.asks import asker
from kiosk.clock import Clock
from kiosk.journal import JournalReader
from kiosk.members import Members
from kiosk.poke import Poked, Poker
from kiosk.returning import Returning
from kiosk.unsettled import ABOUT_ASKING, unsettled
from mqtt.down import Ask, Lent, MemberRow, Spend
from mqtt.events import RedemptionAbandoned, RedemptionAsked, RedemptionConfirmed, RedemptionGrantedOffline
from mqtt.tracking import of_visit
from mqtt.vocabulary import CardKey, CouponCode, Points, VisitId
from tests.faults.witness import Witness

SPENDS, ASKS = 0.6, 0.3
"""How often points are spent; and how often the cloud is asked though a kiosk might grant some by itself."""
MOST = 60
"""Points that are asked for, at most."""
RIAL = 1_000
"""What a point buys."""
PATIENCE = 1.0
"""Seconds in which the cloud answers, or nobody waits any more."""


@dataclass(frozen=True)
class Till:
    """One thread uses it."""

    witness: Witness
    members: Members
    journal: JournalReader
    allowances: Allowances
    returning: Returning
    ask: Callable[[Ask], bool]
    poked: Poked
    rng: random.Random

    def open(self) -> None:
        """Say what was not decided when the kiosk went off."""
        self.witness.order(*unsettled(fact for fact, _ in self.journal.facts(*ABOUT_ASKING)))

    def borrow(self, visit: VisitId, card: CardKey) -> None:
        """Ask what may be spent of a member's points; what comes of it is there at a later visit."""
        self.ask(Ask(visit, (card,), PATIENCE, lend=self.allowances.wallet))

    def spend(self, visit: VisitId, card: CardKey) -> None:
        """Perhaps spend some points of a member whom this kiosk knows."""
        member = self.members.find((card,))
        if member is None or self.rng.random() >= SPENDS:
            return
        lent = self.allowances.of(member.member)
        if lent is None or self.rng.random() < ASKS:
            self._with_word(visit, card, member, lent)
        else:
            self._without(visit, lent)

    def _without(self, visit: VisitId, lent: Lent) -> None:
        points = Points(self.rng.randint(1, lent.points))
        bought = points, points * RIAL, CouponCode(of_visit(visit))
        granted = RedemptionGrantedOffline(visit, lent.member, lent.allowance, *bought)
        self.witness.confirmed(granted, uses=(lent.allowance,))

    def _with_word(self, visit: VisitId, card: CardKey, member: MemberRow, lent: Lent | None) -> None:
        points, given = Points(self.rng.randint(1, MOST)), lent.allowance if lent else None
        who = visit, member.member, points
        if not self.witness.confirmed(RedemptionAsked(*who, given), uses=(given,) if given else ()):
            return
        granted = self._word(Ask(f"{visit}-spend", (card,), PATIENCE, spend=Spend(visit, points, given)))
        if not granted:
            self.witness.order(RedemptionAbandoned(*who, "no-reply" if granted is None else "refused"))
        elif not self.witness.confirmed(
            RedemptionConfirmed(*who, points * RIAL, CouponCode(of_visit(visit)))
        ):
            self.witness.order(RedemptionAbandoned(*who, "left"))

    def _word(self, ask: Ask) -> bool | None:
        """Whether the cloud grants it; None if it says nothing."""
        end, there = time.monotonic() + PATIENCE, self.ask(ask)
        while there and (left := end - time.monotonic()) > 0:
            select.select([self.poked], [], [], left)
            self.poked.take()
            if reply := self.members.reply(ask.id):
                return reply.granted
        return None


def till(data: Path, witness: Witness, poker: Poker, clock: Clock, rng: random.Random) -> Till:
    """A till over a kiosk's folder, in which the journal is made."""
    members, journal = Members(data / "replica.db"), JournalReader(data / "journal.db")
    allowances = Allowances(members, journal)
    returning = Returning(allowances, witness, clock, lambda done: done())
    poked = Poked(data / "screen.sock")
    return Till(witness, members, journal, allowances, returning, asker(poker.tell), poked, rng)
