"""The field of a reader: the cards in it, and what their answers sound like together."""

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.simulated.cards import Bits, Card


@dataclass(frozen=True, slots=True)
class Heard:
    """What the cards answered together: bits from the first on, and where two of them differed, if so."""

    bits: Bits
    collision: int | None = None


class Field:
    """Some cards, none at first. They forget everything whenever they come or the field goes."""

    def __init__(self, cards: Iterable[Card | bytes] = ()) -> None:
        """Lay these into it."""
        self._cards: list[Card] = []
        for card in cards:
            self.put(card)

    def put(self, card: Card | bytes) -> None:
        """Lay a card into it, or a sound one with this UID; ValueError if no UID has so many bytes."""
        card = Card(card) if isinstance(card, bytes) else card
        card.power_off()
        self._cards.append(card)

    def clear(self) -> None:
        """Take every card out of it."""
        self._cards.clear()

    def power_off(self) -> None:
        """Switch it off and on again."""
        for card in self._cards:
            card.power_off()

    def ask(self, frame: Bits) -> Heard | None:
        """What all cards answer to a frame; a loud one drowns the others."""
        answers = [(card, answer) for card in self._cards if (answer := card.hear(frame)) is not None]
        loud = [answer for card, answer in answers if card.loud]
        return superpose(loud or [answer for _, answer in answers])


def superpose(answers: list[Bits]) -> Heard | None:
    """What a receiver makes of answers at the same time: good up to the first bit in which two differ."""
    if not answers:
        return None
    longest = max(answers, key=lambda bits: bits.count)
    differing = 0
    for answer in answers:
        differing |= (answer.value ^ longest.value) & ((1 << answer.count) - 1)
    if not differing:
        return Heard(longest)
    collision = (differing & -differing).bit_length() - 1
    return Heard(Bits(longest.first(collision).value, longest.count), collision)
