"""Word of what changed about members, for whoever tells the kiosks and keeps what events say of people."""

from collections.abc import Iterable
from typing import Final

from django.dispatch import Signal

from mqtt.vocabulary import CardKey, MemberId

rows_changed: Final = Signal()
"""`members`: their rows at the kiosks are out of date, or are to be forgotten."""
persons_leave: Final = Signal()
"""`members` and `cards`: a receiver erases what it keeps of these people; it answers how much it was."""


def tell(*members: str) -> None:
    """Let the kiosks hear of members, in the caller's transaction."""
    rows_changed.send(sender=None, members=members)


def erase_elsewhere(members: Iterable[MemberId], cards: Iterable[CardKey]) -> int:
    """Have erased what other parts keep of people, in the caller's transaction; how many things it was."""
    answers = persons_leave.send(sender=None, members=tuple(members), cards=tuple(cards))
    return sum(int(number or 0) for _, number in answers)
