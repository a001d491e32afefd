"""A shopper who never tires: lays a card down, touches what is there, and goes when the screen is idle."""

import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import get_args

from drivers.simulated.remote import Devices
from kiosk.views import View
from tests.soak.club import Canary, Card
from ui.remote_client import Screen

VIEWS = tuple(view.__name__ for view in get_args(View))
PATIENCE = 20.0
"""Seconds until somebody says that the kiosk hangs."""
GLANCE = 0.3
"""Seconds until a shopper thinks that a touch did nothing."""
TOUCHES = 12
"""After so many a shopper only wants to leave."""
EXITS = ("done", "skip", "continue", "back")
_TASTE = {"continue": 8.0, "done": 4.0, "skip": 1.0, "undo": 0.6, "language": 0.4}
_OTHER = 0.7
UNDONE = 0.3
OTHER_CARD, STRANGER, LEAVES = 0.04, 0.03, 0.004
"""How often somebody else's card comes in between, a card is nobody's, somebody walks away."""
IMPATIENT = {"Welcome": 0.5, "Undo": 0.9, "Thanks": 0.7}
"""How often the next one does not wait until the one before is done."""

PHONE = tuple(f"digit-{digit}" for digit in "09121234567")
ROUNDS = (
    ("redeem", "offer-1", "confirm", "done"),
    ("redeem", "offer-1", "back", "back", "history", "back", "continue"),
    ("talk", "answer-1", "answer-1", "done"),
)
"""Keys that lead through what chance seldom leads to, each with another member's card."""
JOINS = ("join", "number", *PHONE, "enter", "done")
ROUND_TRIES = 10
"""Of each of these ways, until one leads to its end."""
MEANT = 0.45
"""Seconds before a key that spends is taken for meant."""
APART = 6
"""So many visits lie between two of one member. The same card again within a visit shows nothing, nor does
one that comes back before its reader, which needs three looks for it, has missed it."""


class Hangs(Exception):
    """The kiosk does not do what it must; the text says what."""


class Shopper:
    """Sees what a person sees: the screen and its keys."""

    def __init__(
        self, screen: Screen, devices: Devices, members: tuple[Canary, ...], dice: random.Random
    ) -> None:
        """Use the cards of these members."""
        self._screen, self._devices, self._members, self._dice = screen, devices, members, dice
        self.last = members[0]
        """Whose card was laid down last."""
        self.visits = 0
        """How many began: one with each card, the one before it ends."""
        self.seen: Counter[str] = Counter()
        """How often the shopper looked at which view."""
        self._lately = deque([self.last], maxlen=APART)

    def look_round(self) -> None:
        """Go everywhere once, so that every screen that chance would make late is there. Raises Hangs."""
        for keys in ROUNDS:
            self._round(keys, stranger=False)
        self._round(JOINS, stranger=True)

    def _round(self, keys: Sequence[str], *, stranger: bool) -> None:
        """Again where the kiosk was idle before the last key: a busy machine is slower than its patience."""
        any(self._walk(self._card(stranger=stranger), keys) for _ in range(ROUND_TRIES))

    def _walk(self, card: Card, keys: Sequence[str]) -> bool:
        self.tap(card)
        done = all(self._reaches(key) for key in keys)
        self.leave()
        return done

    def _reaches(self, key: str) -> bool:
        """Touch a key once it is there; False where the kiosk is idle before."""
        if key == "confirm":
            time.sleep(MEANT)
        end = time.monotonic() + PATIENCE
        while not self._screen.touch(key):
            if self._view() == "Attract" or time.monotonic() > end:
                return False
            self._screen.wait_for(*VIEWS, timeout=GLANCE, after=self._screen.drawn)
        self._screen.wait_for(*VIEWS, timeout=GLANCE, after=self._screen.drawn)
        return True

    def visit(self) -> None:
        """One visit, or several where one card follows the other, until the idle screen. Raises Hangs."""
        self.tap(self._any())
        for touches in range(10 * TOUCHES):
            if self._view() == "Attract":
                return
            self._one_thing(touches)
        raise Hangs(f"no way out of {self._view()}")

    def tap(self, card: Card) -> None:
        """Lay a card down until the screen says something to it. Raises Hangs."""
        before = self._screen.drawn
        self._devices.present(card.reader, card.identity)
        seen = self._screen.wait_for("Welcome", "Sorry", timeout=PATIENCE, after=before)
        self._devices.take_away(card.reader)
        if not seen:
            raise Hangs(f"nothing is said to a card on {card.reader}")
        self.visits += 1

    def leave(self) -> None:
        """Wait for the idle screen. Raises Hangs."""
        if not self._screen.wait_for("Attract", timeout=PATIENCE):
            raise Hangs(f"{self._view()} stays for ever")

    def _one_thing(self, touches: int) -> None:
        chance = self._dice.random()
        other = IMPATIENT.get(self._view(), OTHER_CARD)
        if chance < LEAVES:
            self.leave()
        elif chance < LEAVES + other and touches < TOUCHES:
            self.tap(self._any())
        else:
            self._touch(touches)

    def _touch(self, touches: int) -> None:
        before, notice = self._screen.drawn, self._screen.notice
        names = sorted(notice.targets) if notice else []
        if touches >= TOUCHES:
            names = [name for name in names if name in EXITS] or names
        if names and (names != ["undo"] or self._dice.random() < UNDONE):
            self._screen.touch(self._dice.choices(names, [_taste(name) for name in names])[0])
        self._screen.wait_for(*VIEWS, timeout=GLANCE, after=before)

    def _view(self) -> str:
        assert self._screen.drawn, "a card was answered"
        assert self._screen.notice
        self.seen[self._screen.notice.view] += 1
        return self._screen.notice.view

    def _any(self) -> Card:
        return self._card(stranger=self._dice.random() < STRANGER)

    def _card(self, *, stranger: bool) -> Card:
        if stranger:
            return Card("em4100", self._dice.randbytes(5))
        self.last = self._dice.choice([member for member in self._members if member not in self._lately])
        self._lately.append(self.last)
        return self._dice.choice(self.last.cards)


def _taste(name: str) -> float:
    return _TASTE.get(name, _OTHER)
