"""Who joined and who left at this kiosk, before the cloud's rows say so: its own journal's rows, remembered.

A member who left is greeted no more, though the network is away; and whoever has just joined is not taken for
a stranger.
"""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from kiosk.stages import Newcomer
from mqtt.down import MemberRow
from mqtt.events import Event, MemberJoined, MemberLeft
from mqtt.vocabulary import CardKey, CardKind

KEPT = 10_000
"""Cards and members in memory, of each kind; beyond it the longest ago are forgotten."""

Cards = tuple[CardKey, ...]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Comings:
    """Told of every such event once it is durable; asked at each tap. One thread uses it."""

    def __init__(self, known: Iterable[tuple[Event, Cards]] = ()) -> None:
        """Begin with what a journal holds, oldest first: each event with the card that lay there."""
        self._joined: dict[CardKey, bool] = {}
        self._left: dict[str, None] = {}
        for fact, cards in known:
            self.note(fact, cards)

    def note(self, fact: Event, cards: Cards) -> None:
        """Remember who joined or left; another event is none of its business."""
        match fact:
            case MemberJoined(cards=empty, personal=personal):
                for card in empty:
                    _put(self._joined, card, personal)
            case MemberLeft(member=member):
                for gone in (member, *cards):
                    _put(self._left, gone, None)

    def has_left(self, cards: Cards, member: MemberRow | None) -> bool:
        """Whether a card was laid down here by somebody who left then, or belongs to them."""
        return bool(self._left.keys() & {*cards, *([member.member] if member else [])})

    def newcomer(self, kind: CardKind, cards: Cards) -> Newcomer:
        """What can be done with an empty card."""
        return Newcomer(kind, next((self._joined[card] for card in cards if card in self._joined), None))

    def arrived(self, cards: Cards) -> None:
        """The cloud's row is there, and from now on says whose card it is."""
        for card in cards:
            self._joined.pop(card, None)


def _put(known: dict[Key, Value], key: Key, value: Value) -> None:
    known.pop(key, None)
    known[key] = value
    if len(known) > KEPT:
        del known[next(iter(known))]
