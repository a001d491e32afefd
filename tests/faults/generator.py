"""A kiosk without a screen: its recorder and journal under visits, and a pipe that says what was kept.

`python -m tests.faults.generator --data FOLDER --kiosk ID --seed N`. A line on its input steps its clock
(`right`, `unset`, `lost`) or ends its visits (`quiet`); the input's end stops it. Each line of its output is
an :class:`~tests.faults.truth.Ordered` or a :class:`~tests.faults.truth.Kept`.
"""

import argparse
import os
import random
import secrets
import select
from functools import partial
from pathlib import Path

from kiosk.clock import Clock, Stamp, always_synced
from kiosk.journal import Journal
from kiosk.keeper import Keeper, Limits, free_bytes
from kiosk.marks import Marks
from kiosk.poke import Poker
from kiosk.recorder import Recorder
from mqtt.events import AnswerUndone, CardTapped, QuestionAnswered, QuestionShown, Scale, VisitEnded
from mqtt.vocabulary import CardKey, KioskId, MemberId, VisitId
from tests.faults.club import MEMBERS, OWN, card, member, regular
from tests.faults.kiosk import QUIET
from tests.faults.till import Till, till
from tests.faults.witness import Witness

SCALE = Scale(worst=1, best=7)
ODD_CARDS, DISMISSED, UNDONE = 0.05, 0.1, 0.3
"""How often a card is nobody's, a question is left alone, and an answer is taken back."""
REGULAR = 0.5
"""How often it is one of the members who come all the time."""
UNSET = -40 * 86_400.0
"""How far, in seconds, a clock is off that nothing has set."""
PAUSE = 0.15
"""Seconds between two visits, on average."""

SHRUNKEN = Limits(journal_bytes=1)
"""A journal that is always too long: it drops at once what is acknowledged."""
KEEPS_EVERY = 0.3
"""Seconds between turns of the keeper."""


class Hand(Clock):
    """A clock stepped by hand: `right`, `unset` in this boot, or `lost`, never set in a boot of its own."""

    def __init__(self, state: str) -> None:
        super().__init__(always_synced)
        self._state, self._own_boot = state, secrets.token_hex(8)
        self.quiet = False

    def step(self, *states: str) -> None:
        """Be so from now on."""
        for state in states:
            self._state = state

    def stamp(self) -> Stamp:
        """Now, as this kiosk believes."""
        now = super().stamp()
        if self._state == "right":
            return now
        boot = self._own_boot if self._state == "lost" else now.boot
        return Stamp(now.wall + UNSET, now.monotonic_ns, boot, synced=False)


class Generator:
    """One visit after the other, each step confirmed before the next, as on the screen."""

    def __init__(self, kiosk: KioskId, witness: Witness, till: Till, rng: random.Random) -> None:
        self._kiosk, self._witness, self._till, self._rng = kiosk, witness, till, rng

    def visit(self) -> None:
        """A card, a question, perhaps an answer and its undoing, perhaps points that are spent, the end."""
        rng, visit = self._rng, VisitId(f"{self._rng.getrandbits(64):016x}")
        who, key = self._card()
        shown = (QuestionShown(visit, who, "ces", 1, "fa"),) if who else ()
        if self._witness.confirmed(CardTapped(visit, "em4100", (key,), who), *shown) and who:
            self._till.borrow(visit, key)
            self._answers(visit, who)
            self._till.spend(visit, key)
        self._witness.order(VisitEnded(visit, who, "done", rng.uniform(1, 9)))
        self._witness.confirmed()

    def _answers(self, visit: VisitId, who: MemberId) -> None:
        for attempt in (1, 2):
            if self._rng.random() < DISMISSED:
                return
            value = self._rng.randint(1, 7)
            given = QuestionAnswered(visit, who, "ces", 1, "fa", SCALE, value, attempt, 1.5)
            if not self._witness.confirmed(given) or self._rng.random() >= UNDONE:
                return
            self._witness.confirmed(AnswerUndone(visit, who, "ces", attempt))

    def _card(self) -> tuple[MemberId | None, CardKey]:
        if self._rng.random() < ODD_CARDS:
            return None, card(MEMBERS + 1)
        rng = self._rng
        often = rng.random() < REGULAR
        number = regular(self._kiosk, rng.randrange(OWN)) if often else rng.randrange(MEMBERS)
        return member(number), card(number)


def main() -> None:
    """Record until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--kiosk", type=KioskId, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--clock", default="right")
    parser.add_argument("--shrink", action="store_true")
    given = parser.parse_args()
    rng, hand = random.Random(given.seed), Hand(given.clock)
    journal, poker = Journal(given.data / "journal.db"), Poker(given.data / "sync.sock")
    limits, free = (SHRUNKEN if given.shrink else Limits()), partial(free_bytes, given.data)
    keeper = Keeper(journal, Marks(given.data / "replica.db"), hand, limits, free)
    undecided = journal.unsettled.abandoned()
    recorder = Recorder(journal, poker.poke, keeper, KEEPS_EVERY)
    witness = Witness(given.kiosk, recorder, hand)
    at = till(given.data, witness, undecided, poker, hand, rng)
    at.open()
    generator = Generator(given.kiosk, witness, at, rng)
    while asked(rng.uniform(0, 2 * PAUSE), hand):
        at.returning.give_back()
        if recorder.accepts() and not hand.quiet:
            generator.visit()
    recorder.close()
    journal.close()


def asked(pause: float, hand: Hand) -> bool:
    """Wait, step the clock if told to; False when the input has ended."""
    if select.select([0], [], [], pause)[0]:
        word = os.read(0, 100).decode().split()
        if not word:
            return False
        hand.quiet |= QUIET in word
        hand.step(*[state for state in word if state != QUIET][-1:])
    return True


if __name__ == "__main__":
    main()
