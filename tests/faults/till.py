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
from mqtt.down import Ask, Lent, MemberRow, Reply, Spend
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
GLANCE = 0.3
"""Seconds that somebody takes to see what points buy."""


@dataclass(frozen=True)
class Till:
    """One thread uses it."""

    witness: Witness
    members: Members
    undecided: tuple[RedemptionAbandoned, ...]
    allowances: Allowances
    returning: Returning
    ask: Callable[[Ask], bool]
    poked: Poked
    rng: random.Random

    def open(self) -> None:
        """Say what was not decided when the kiosk went off."""
        self.witness.order(*self.undecided)

    def borrow(self, visit: VisitId, card: CardKey) -> None:
        """Ask what may be spent of a member's points without asking."""
        self.ask(Ask(visit, (card,), PATIENCE, lend=self.allowances.wallet))

    def spend(self, visit: VisitId, card: CardKey) -> None:
        """Perhaps spend some points of a member whom this kiosk knows."""
        member = self.members.find((card,))
        if member is None or self.rng.random() >= SPENDS:
            return
        lent = self.allowances.of(member.member) or self._just_lent(visit, member)
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
        ask = Ask(f"{visit}-spend", (card,), PATIENCE, spend=Spend(visit, points, given))
        reply = self._reply(ask.id, PATIENCE) if self.ask(ask) else None
        granted = reply.granted if reply else None
        if not granted:
            self.witness.order(RedemptionAbandoned(*who, "no-reply" if granted is None else "refused"))
        elif not self.witness.confirmed(
            RedemptionConfirmed(*who, points * RIAL, CouponCode(of_visit(visit)))
        ):
            self.witness.order(RedemptionAbandoned(*who, "left"))

    def _just_lent(self, visit: VisitId, member: MemberRow) -> Lent | None:
        self._reply(visit, GLANCE)
        return self.allowances.of(member.member)

    def _reply(self, ask: str, seconds: float) -> Reply | None:
        """What the cloud says to an ask; None if nothing, in time."""
        end = time.monotonic() + seconds
        while (reply := self.members.reply(ask)) is None and (left := end - time.monotonic()) > 0:
            select.select([self.poked], [], [], left)
            self.poked.take()
        return reply


def till(  # noqa: PLR0917 - one argument for each thing it is wired to
    data: Path,
    witness: Witness,
    undecided: tuple[RedemptionAbandoned, ...],
    poker: Poker,
    clock: Clock,
    rng: random.Random,
) -> Till:
    """A till over a kiosk's folder, in which the journal is made; `undecided` was so when it was opened."""
    members = Members(data / "replica.db")
    allowances = Allowances(members, JournalReader(data / "journal.db"))
    returning = Returning(allowances, witness, clock, lambda done: done())
    poked = Poked(data / "screen.sock")
    return Till(witness, members, undecided, allowances, returning, asker(poker.tell), poked, rng)
