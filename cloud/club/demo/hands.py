"""What the kiosks and the service desk of the generated club hand each other: cards, and words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cloud.club.demo.people import RawCard, Regular
from mqtt.vocabulary import Language, MemberId, StoreId, TicketCode, TicketKind


@dataclass(frozen=True)
class Told:
    """A ticket that was opened at a kiosk of a store."""

    code: TicketCode
    member: MemberId
    store: StoreId
    kind: TicketKind
    language: Language


@dataclass
class Hands:
    """The cards that each member can lay on a reader, what was told today, and whose answer waits."""

    cards: dict[MemberId, tuple[RawCard, ...]]
    told: list[Told] = field(default_factory=list)
    answers: dict[MemberId, TicketCode] = field(default_factory=dict)

    @classmethod
    def of(cls, regulars: Iterable[Regular]) -> "Hands":
        """As they are when everybody has just joined."""
        return cls({one.member: one.cards for one in regulars})
