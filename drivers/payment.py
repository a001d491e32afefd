"""Is this a card of the club's, and if not, is it a payment card? Pure, and denies by default.

Only what matches the club's own layout becomes a card. Everything else is refused with a reason and without
a digit. That something is a payment card (ISO/IEC 7813, ISO/IEC 4909) is found out only to say so kindly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from drivers.reader import Card
from drivers.tracks import Swipe

Reason = Literal["payment-card", "not-ours", "unreadable"]
Check = Literal["none", "luhn"]

FEWEST, MOST = 4, 11
"""Digits that a club may choose: from 12 on it could be a payment card's number."""
_PAN = re.compile(r"[0-9]{12,19}")
"""ISO/IEC 7812-1: a primary account number has at most 19 digits; none is issued with fewer than 12."""
_NETWORKS = re.compile(
    r"4"  # Visa
    r"|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"  # Mastercard
    r"|5[0678]|6"  # Maestro, Discover, UnionPay, RuPay and most banks of Iran
    r"|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])"  # American Express, Diners Club, JCB
    r"|220[0-4]|9792"  # Mir, Troy
    r"|207177|903769|991975|170019"  # banks of Iran that lie outside 3 to 6
)
_DIGITS = re.compile(r"[0-9]+")
_SHORTEST_PART = 8
"""Digits from which a number's beginning is compared with issuers' (ISO/IEC 7812-1: eight digits)."""


@dataclass(frozen=True, slots=True)
class Schema:
    """How the club's own numbers look: so many digits, a beginning, and a check digit at the end or none."""

    fewest: int = 6
    most: int = 11
    prefix: str = ""
    check: Check = "none"

    def __post_init__(self) -> None:
        """Refuse a layout that would take payment cards in."""
        if not FEWEST <= self.fewest <= self.most <= MOST:
            raise ValueError(f"a club's card has {FEWEST} to {MOST} digits, not {self.fewest} to {self.most}")
        if not re.fullmatch(r"[0-9]*", self.prefix) or len(self.prefix) > self.fewest:
            raise ValueError(f"a prefix is at most {self.fewest} digits, not {self.prefix!r}")

    def holds(self, digits: str) -> bool:
        """Whether this is a number of the club's."""
        whole = re.fullmatch(r"[0-9]+", digits) and self.fewest <= len(digits) <= self.most
        return bool(whole) and digits.startswith(self.prefix) and (self.check == "none" or luhn(digits))


DEFAULT_SCHEMA = Schema()


@dataclass(frozen=True, slots=True)
class Accepted:
    """One of the club's cards."""

    card: Card


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the club's; no digit of it is here."""

    reason: Reason


def judge(swipe: Swipe, schema: Schema = DEFAULT_SCHEMA) -> Accepted | Refused:
    """Whether a swipe is one of the club's cards: track 2, or track 1 in a format other than B.

    One sign of a payment card on any track and it is refused, whatever the others hold. Two tracks that
    name two numbers are unreadable.
    """
    if _is_payment(swipe):
        return Refused("payment-card")
    numbers = {number for number in _numbers(swipe) if schema.holds(number)}
    if len(numbers) == 1 and _says_nothing_else(swipe, schema):
        return Accepted(Card("magstripe", numbers.pop().encode()))
    return Refused(_why(swipe, numbers))


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0  # noqa: PLR2004 - two digits


def _is_payment(swipe: Swipe) -> bool:
    return bool(swipe.one and swipe.one.startswith("B")) or any(
        _PAN.search(_joined(track)) for track in _present(swipe)
    )


def _joined(track: str) -> str:
    """A track with the blanks and dashes gone that some issuers print between a number's groups."""
    return re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", track)


def _present(swipe: Swipe) -> Iterator[str]:
    return (track for track in (swipe.one, swipe.two, swipe.three) if track is not None)


def _numbers(swipe: Swipe) -> Iterator[str]:
    """What could be a club's number: a whole track 2; on track 1 what follows its format."""
    if swipe.two is not None:
        yield swipe.two
    if swipe.one is not None:
        yield swipe.one[not swipe.one[0].isdecimal() :]


def _says_nothing_else(swipe: Swipe, schema: Schema) -> bool:
    """Whether track 2, which is nothing but a number, is the club's where it can be read."""
    return swipe.two is None or schema.holds(swipe.two)


def _why(swipe: Swipe, numbers: set[str]) -> Reason:
    runs = [run for track in _present(swipe) for run in _DIGITS.findall(track)]
    if any(len(run) >= _SHORTEST_PART and _NETWORKS.match(run) for run in runs):
        return "payment-card"
    return "unreadable" if swipe.unread or len(numbers) > 1 else "not-ours"
