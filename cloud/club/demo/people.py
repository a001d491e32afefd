"""The members of the generated club, their cards, and how often each of them comes."""

from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

from cloud.club.demo.names import FAMILY, GIVEN, Pair
from cloud.club.demo.shops import SHOPS, ZONE, Shop
from mqtt.vocabulary import CardKey, CardKind, ClubKey, Language, MemberId, card_key

ENGLISH = 0.06
"""The share of members who read English."""
NAMELESS = 0.06
"""The share who joined with an empty card and never said who they are."""
BIRTHDAYS = 0.55
"""The share of the others who said when they were born."""
SECOND_CARD = 0.25
BUSINESSES = "ab"
"""How the ids of businesses begin: two of 32 do so."""
JOINS = time(8, 45)
SEVEN_BYTES = 0.6
"""Of the ISO 14443 cards; the others have four."""
SHARES: dict[CardKind, float] = {"em4100": 0.4, "iso14443": 0.4, "magstripe": 0.2}
"""Of each kind among the cards."""


@dataclass(frozen=True)
class RawCard:
    """A card with its number, which goes nowhere but onto the tray of virtual cards."""

    kind: CardKind
    key: CardKey
    identity: bytes = field(repr=False)


@dataclass(frozen=True)
class Regular:
    """A member; `weight` is how often they come, beside the others. Who is not `named` never said a name."""

    member: MemberId
    given: Pair
    family: Pair
    language: Language
    joined_on: date
    shop: Shop
    cards: tuple[RawCard, ...]
    weight: float
    named: bool = True
    birthday: date | None = None

    @property
    def kind(self) -> Literal["consumer", "business"]:
        """Some shop for a business; drawn with the id, so that it moves nobody else."""
        return "business" if self.member[len("m-")] in BUSINESSES else "consumer"

    @property
    def joined_at(self) -> datetime:
        """When they got their first card: before the stores open on that day."""
        return datetime.combine(self.joined_on, JOINS, ZONE)

    @property
    def given_name(self) -> str:
        """As it stands on their screen."""
        return self.given[0 if self.language == "fa" else 1]

    @property
    def family_name(self) -> str:
        """Likewise."""
        return self.family[0 if self.language == "fa" else 1]


def people(dice: Random, number: int, first: date, last: date, key: ClubKey) -> list[Regular]:
    """`number` members who joined between two days, most of them early, each with their own home store."""
    ranks = dice.sample(range(number), number)
    shops = dice.choices(SHOPS, [shop.visits for shop in SHOPS], k=number)
    days = (last - first).days
    return [
        Regular(
            member=_member_id(dice),
            given=dice.choice(GIVEN),
            family=dice.choice(FAMILY),
            language="en" if dice.random() < ENGLISH else "fa",
            joined_on=first + timedelta(days=int(days * dice.random() ** 2)),
            shop=shop,
            cards=tuple(_cards(dice, key)),
            weight=(rank + 30) ** -0.85,
            named=dice.random() >= NAMELESS,
            birthday=_birthday(dice),
        )
        for rank, shop in zip(ranks, shops, strict=True)
    ]


def raw_card(dice: Random, kind: CardKind, key: ClubKey) -> RawCard:
    """A new card of a kind."""
    identity = _IDENTITIES[kind](dice)
    return RawCard(kind, card_key(key, kind, identity), identity)


def _cards(dice: Random, key: ClubKey) -> Iterator[RawCard]:
    for _ in range(2 if dice.random() < SECOND_CARD else 1):
        (kind,) = dice.choices(list(SHARES), list(SHARES.values()))
        yield raw_card(dice, kind, key)


def _birthday(dice: Random) -> date | None:
    day = date(1950, 1, 1) + timedelta(days=dice.randrange(55 * 365))
    return day if dice.random() < BIRTHDAYS else None


def _member_id(dice: Random) -> MemberId:
    return MemberId(f"m-{b32encode(dice.randbytes(7)).decode().lower()[:10]}")


def _em4100(dice: Random) -> bytes:
    return dice.randbytes(5)


def _iso14443(dice: Random) -> bytes:
    # ISO/IEC 14443-3: 0x88 announces a longer UID, 0x08 a random one; 0x04 is NXP's name
    if dice.random() < SEVEN_BYTES:
        return b"\x04" + bytes(dice.randrange(256) if n else dice.randrange(0x88) for n in range(6))
    return bytes([dice.randrange(0x10, 0x88)]) + dice.randbytes(3)


def _magstripe(dice: Random) -> bytes:
    """Nine digits, as a reader gives them: within what a kiosk takes for a club's own unless it is told."""
    return f"{dice.randrange(10**8, 10**9)}".encode()


_IDENTITIES: dict[CardKind, Callable[[Random], bytes]] = {
    "em4100": _em4100,
    "iso14443": _iso14443,
    "magstripe": _magstripe,
}
