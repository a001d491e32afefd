"""A small club for a kiosk that is used without end: members nobody else is called, and short screens."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kiosk import catalogue
from kiosk.catalogue import Leaving, Timings
from kiosk.journal import Journal, JournalReader
from kiosk.members import Replica
from mqtt.down import Lent, MemberRow, MembersBatch, Movement
from mqtt.vocabulary import AllowanceId, CardKind, ClubKey, Language, MemberId, Points, card_key
from tests.demo.plan import OFFERING, Plan
from ui.figures import grouped

MEMBERS = 20
SHORT = Timings(welcome=1.0, warn=0.5, reset=1.0, undo=0.5, thanks=0.5, sorry=0.5)
"""As short as is any use: what a shopper leaves alone goes by itself."""
_NAMES: dict[Language, str] = {"fa": "زرتشت‌نژاد خوارزمی شماره", "en": "Zarathustra Qvistgaard number"}
STEMS = tuple(_NAMES.values())
"""With what the names of all members begin."""
_KINDS: dict[str, CardKind] = {"em4100": "em4100", "rc522": "iso14443"}
_SPELLED = {"fa": "ابپتثجچحخد", "en": "abcdefghij"}


@dataclass(frozen=True, slots=True)
class Card:
    """A card in somebody's hand."""

    reader: Literal["em4100", "rc522"]
    identity: bytes


@dataclass(frozen=True, slots=True)
class Canary:
    """A member whose name and balance stand nowhere else, with a card for either reader."""

    number: int

    @property
    def language(self) -> Language:
        """In turn."""
        return "fa" if self.number % 2 else "en"

    @property
    def name(self) -> str:
        """Words and a number in letters, so that each is another."""
        spelled = "".join(_SPELLED[self.language][int(digit)] for digit in f"{self.number:05}")
        return f"{_NAMES[self.language]} {spelled}"

    @property
    def balance(self) -> int:
        """Eight digits that no other figure has."""
        return 83_000_017 + 104_729 * self.number

    @property
    def cards(self) -> tuple[Card, Card]:
        """One for each reader."""
        return (
            Card("em4100", (1 << 32 | self.number).to_bytes(5, "big")),
            Card("rc522", (4 << 48 | self.number).to_bytes(7, "big")),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is to be found nowhere when the visit is over: the name, its end, the balance as drawn."""
        drawn = (grouped(self.balance, language) for language in get_args(Language))
        return (self.name, self.name[-12:], str(self.balance), *drawn)


def found(plan: Plan, timings: Timings = SHORT) -> tuple[Canary, ...]:
    """Write the club's files for a kiosk that has not started yet; its members."""
    plan.write()
    members = tuple(Canary(number) for number in range(MEMBERS))
    key = ClubKey("1", bytes.fromhex(plan.club_key))
    replica = Replica(plan.kiosk / "replica.db")
    replica.apply(MembersBatch("g", 0, MEMBERS, MEMBERS, tuple(_rows(key, members))))
    for lent in _lent(plan.kiosk / "journal.db", members):
        replica.lend(lent, "g")
    replica.close()
    again = tuple(msgspec.structs.replace(survey, cooldown_days=0.0) for survey in OFFERING.surveys)
    # nobody leaves: there would be nobody left
    short = msgspec.structs.replace(OFFERING, surveys=again, timings=timings, leaving=Leaving())
    catalogue.save(plan.kiosk / "catalogue.json", short, 1)
    return members


def _lent(journal: Path, members: Iterable[Canary]) -> Iterator[Lent]:
    """Something for each to spend without a network, once."""
    Journal(journal).close()
    with closing(JournalReader(journal)) as reader:
        wallet = reader.wallet
    for member in members:
        yield Lent(AllowanceId(f"{wallet}{member.number:016x}"), _id(member), Points(100))


def _id(member: Canary) -> MemberId:
    return MemberId(f"m-{member.number:010d}")


def _rows(key: ClubKey, members: tuple[Canary, ...]) -> Iterator[MemberRow]:
    lines = tuple(Movement(date(2026, 11, day), 10, "visit") for day in range(1, 6))
    for member in members:
        cards = tuple(card_key(key, _KINDS[card.reader], card.identity) for card in member.cards)
        yield MemberRow(
            _id(member),
            cards,
            member.name,
            member.language,
            member.balance,
            datetime.now(UTC),
            lines,
        )
