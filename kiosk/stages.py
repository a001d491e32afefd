"""What a visit is told, what it wants done, and the stages in which it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from drivers.panel_patterns import PatternName
from kiosk.catalogue import Survey
from kiosk.views import JoinStep, Look, Offer, SorryReason, Touch
from mqtt import events
from mqtt.down import Answer, Lent, MemberRow, Spend
from mqtt.vocabulary import (
    AllowanceId,
    CardKey,
    CardKind,
    CouponCode,
    Language,
    MemberId,
    ReceiptCode,
    TicketCode,
    TicketKind,
    VisitId,
)

PLAIN = Look()
"""How the screen looks to whoever did not ask for anything else."""
GreetingPage = Literal["balance", "more", "history", "talk", "about", "wrong", "redeem", "confirm", "leave"]
"""The number; what lapses, comes next and is offered; the last movements.

What kind of thing somebody has to tell, and what it is about; or which movement is wrong.
What points buy, and whether it is meant. What leaving the club means.
"""
Ending = Literal["done", "timed-out", "other-card", "refused"]

# --- inputs


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An empty card of some kind. `joined`: somebody joined here with it, with a number or without."""

    kind: CardKind
    joined: bool | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A card was read: its keys, whom the replica knows by them, and the question to ask, if any.

    `online`: the cloud can be asked about a card that the replica does not know. `keeps`: an answer could
    be made durable. `more` are the questions that may follow from answers. `newcomer`: a
    card that nobody knows is empty, as far as is known here. `lent` is this kiosk's allowance for the member.
    """

    visit: VisitId
    kind: CardKind
    cards: tuple[CardKey, ...]
    member: MemberRow | None
    survey: Survey | None
    online: bool = False
    keeps: bool = True
    more: tuple[Survey, ...] = ()
    newcomer: Newcomer | None = None
    lent: Lent | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """Whom the cloud knows by the card of this visit, and what to ask; None for nobody, or not `reached`.

    `answer`: what the shop said to the ticket that was asked for. `lent`: this kiosk's allowance, as of now.
    `left`: it is whom this kiosk saw leave.
    """

    visit: VisitId
    member: MemberRow | None
    survey: Survey | None = None
    more: tuple[Survey, ...] = ()
    answer: Answer | None = None
    lent: Lent | None = None
    reached: bool = True
    left: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """Whether the cloud has set aside what this visit wants to spend, and the member as of then.

    None: it cannot be asked.
    """

    visit: VisitId
    granted: bool | None
    member: MemberRow | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A reader saw what is no card of the club's, or cards that it cannot tell apart."""

    reason: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer of this visit and attempt is durable; or not, and will not be.

    Attempt 0 is no answer: a ticket, what was said to the shop's reply, that somebody joined or left. Those
    below are a redemption's.
    """

    visit: VisitId
    attempt: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went on."""


Input = Tapped | Replied | Decided | Refused | Recorded | Ticked | Touch

# --- effects


@dataclass(frozen=True, slots=True)
class Record:
    """Make events durable. With `confirms` a `Recorded` with that attempt is to follow.

    They use up the allowances `uses`: nothing is kept unless those are still there. `fields` are the personal
    part of the first of them.
    """

    events: tuple[events.Event, ...]
    confirms: int | None = None
    uses: tuple[AllowanceId, ...] = ()
    fields: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Signal:
    """Light and sound, by the name of their pattern."""

    pattern: PatternName


@dataclass(frozen=True, slots=True)
class AskCloud:
    """Ask whose the card of this visit is, and what was answered to a ticket; a `Replied` may follow.

    `lend`: and for an allowance. With `spend`, whether that is granted: a `Decided` may follow.
    """

    visit: VisitId
    cards: tuple[CardKey, ...]
    ticket: TicketCode | None = None
    lend: bool = False
    spend: Spend | None = None


@dataclass(frozen=True, slots=True)
class LoadPhones:
    """Have ready what telephone numbers are checked with, once the view stands."""


Effect = Record | Signal | AskCloud | LoadPhones

# --- stages


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is there."""


@dataclass(frozen=True, slots=True)
class Wondering:
    """The cloud is asked whose card it is; the idle screen stays."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What there is to spend beside the member's row, and how far somebody came with it.

    `asks`: the cloud can be asked for points, which it is once a visit at most. `lent` is granted without
    asking. `fewer`, `away`: what the list says when it stands there again.
    """

    asks: bool = False
    lent: Lent | None = None
    chosen: Offer | None = None
    fewer: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class Greeting:
    """The balance is on the screen, or one of the pages behind it.

    `kind` was chosen on the way to a ticket; `answer` came from the shop and is to be read next.
    """

    member: MemberRow
    survey: Survey | None
    page: GreetingPage = "balance"
    kind: TicketKind | None = None
    answer: Answer | None = None
    purse: Purse = Purse()


SpendingStep = Literal["asking", "asked", "granting", "confirming"]
"""That it is asked for is on its way to the disk; the cloud is asked; what is granted is on its way there.

It is granted from the allowance (`granting`), or by the cloud's word.
"""


@dataclass(frozen=True, slots=True)
class Spending:
    """What was chosen is being spent. `greeting` is what stands there again if it is not.

    `returned` is the allowance that was given back, so that its points can be asked for.
    """

    greeting: Greeting
    offer: Offer
    step: SpendingStep
    returned: AllowanceId | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The redemption is durable, and its code is on the screen."""

    coupon: CouponCode
    offer: Offer


@dataclass(frozen=True, slots=True)
class Telling:
    """A ticket is on its way to the disk."""


@dataclass(frozen=True, slots=True)
class Ticketed:
    """The ticket is durable, and its code is on the screen."""

    ticket: TicketCode


@dataclass(frozen=True, slots=True)
class Replying:
    """What the shop answered is on the screen; `saving`: what was said to it is on its way to the disk."""

    answer: Answer
    survey: Survey | None
    saving: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """The question is on the screen; `saving` is the value whose durability is awaited."""

    survey: Survey
    attempt: int = 1
    saving: int | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """The durable answer can be taken back."""

    survey: Survey
    attempt: int
    value: int


@dataclass(frozen=True, slots=True)
class Thanking:
    """Thank you."""


@dataclass(frozen=True, slots=True)
class Becoming:
    """Somebody becomes a member: reads, types a `number`, waits for the disk, is one.

    `wrong`: what is typed is no telephone number.
    """

    step: JoinStep
    typed: str = field(default="", repr=False)
    wrong: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Parting:
    """That the member leaves is on its way to the disk."""

    receipt: ReceiptCode


@dataclass(frozen=True, slots=True)
class Parted:
    """Who was a member is none any more, and the receipt's code is on the screen."""

    receipt: ReceiptCode


@dataclass(frozen=True, slots=True)
class Apologising:
    """Something went wrong, and the screen says what to do."""

    reason: SorryReason


Stage = (
    Idle
    | Wondering
    | Greeting
    | Spending
    | Redeemed
    | Telling
    | Ticketed
    | Replying
    | Asking
    | Undoing
    | Thanking
    | Becoming
    | Parting
    | Parted
    | Apologising
)


@dataclass(frozen=True, slots=True)
class Hand:
    """How the screen is touched: when last, how many times without a pause, which answers are not judged."""

    at: float = float("-inf")
    run: int = 0
    answers: tuple[events.Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """Who began the visit and when: what events need, and nothing to show; `keeps`: an answer can be kept.

    `more` may still be asked; `asked` questions were; `again`: the question was read before and taken back.
    `newcomer`: the card is empty, and can be somebody's from now on.
    """

    visit: VisitId
    cards: tuple[CardKey, ...]
    member: MemberId | None
    since: float
    keeps: bool = True
    more: tuple[Survey, ...] = ()
    asked: int = 0
    again: bool = False
    hand: Hand = Hand()
    newcomer: Newcomer | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where the visit stands. `since` is when the stage began; `guest` is None when nobody is there."""

    language: Language
    stage: Stage
    since: float
    guest: Guest | None = None
    look: Look = PLAIN


Step = tuple[State, tuple[Effect, ...]]
