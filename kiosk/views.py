"""What a screen needs to draw, frozen; and what a touch can say. The only words between kiosk and ui."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from kiosk import progress
from mqtt.vocabulary import Language, TicketKind

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before this release was made, a clock cannot be right, and no screen tells it."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """When a screen starts to warn and when it leaves by itself, in seconds of `time.monotonic()`."""

    warns_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Brand:
    """The shop's name in both languages and its accent colour (`#rrggbb`)."""

    fa: str
    en: str
    accent: str

    def name(self, language: Language) -> str:
        """The shop's name in a language."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True, slots=True)
class Look:
    """How whoever stands there wants to see the screen; forgotten when they leave."""

    large: bool = False
    contrast: bool = False

    def turned(self, what: Literal["large", "contrast"]) -> "Look":
        """The same with one of the two the other way."""
        return (
            replace(self, large=not self.large)
            if what == "large"
            else replace(self, contrast=not self.contrast)
        )


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is there: the brand, and where to tap. `readers` is False while no reader answers."""

    language: Language
    brand: Brand
    readers: bool = True
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points that lapse, and the day on which they do."""

    points: int
    on: date


@dataclass(frozen=True, slots=True)
class NextTier:
    """The club's own name of the next rank, and how many points are missing."""

    name: str
    missing: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """The member's balance. `offline` marks figures that are older than the last word from the cloud.

    `available` can be spent here (below 0: a debt); `pending` is not yet earned for good, `held` is out
    at other kiosks. `tier` is the club's own name of the rank, empty for none. What is not there is not
    drawn: `expiring`, `next_tier`, `offers` (at most three, in the view's language). `history`: there are
    movements to look at. `more`: what lapses, comes next and is offered is looked at alone. `talk`: something
    can be told to the shop; `replies`: what it answered waits to be read. `redeem`: points buy something
    here and now. `leave`: the club can be left here (told of on the page `more`).
    """

    language: Language
    name: str
    available: int
    as_of: datetime
    offline: bool
    last_visit: date | None
    countdown: Countdown
    pending: int = 0
    held: int = 0
    tier: str = ""
    expiring: Expiring | None = None
    next_tier: NextTier | None = None
    offers: tuple[str, ...] = ()
    history: bool = False
    look: Look = Look()
    more: bool = False
    talk: bool = False
    replies: bool = False
    redeem: bool = False
    leave: bool = False


Currency = Literal["toman", "rial"]
"""How money is told: a toman is 10 Rial."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Points, and the money off that they buy, in Rial."""

    points: int
    rial: int


@dataclass(frozen=True, slots=True)
class Redeem:
    """What points buy. `choices`: amounts within reach, the smallest first, at most six.

    With `chosen` it is to be confirmed, and `left` is what will be there afterwards; while it is asked for or
    made durable (`keeping`), a small spinner turns and nothing answers. `fewer`: what was chosen before is
    not there (any more). `away`: the cloud did not answer, and this is what can be had without it.
    """

    language: Language
    available: int
    currency: Currency
    countdown: Countdown
    choices: tuple[Offer, ...] = ()
    chosen: Offer | None = None
    left: int = 0
    keeping: bool = False
    fewer: bool = False
    away: bool = False
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The coupon, now durable: its code in two halves, what it is worth, and for how many days."""

    language: Language
    code: str
    worth: Offer
    currency: Currency
    days: int
    countdown: Countdown
    look: Look = Look()


JoinStep = Literal["about", "phone", "keeping", "done"]


@dataclass(frozen=True, slots=True)
class Join:
    """Becoming a member with an empty card.

    `about`: what the club `keeps`, in its own words, and what is agreed to (`purposes`); with `card` the card
    alone will do, with `phone` a number can be given. `phone`: the number as far as it is `typed`; `wrong`:
    what was typed is none. `done`: it is durable; `number` tells whether one was given.
    """

    language: Language
    step: JoinStep
    countdown: Countdown
    keeps: str = ""
    purposes: tuple[str, ...] = ()
    card: bool = False
    phone: bool = False
    typed: str = ""
    wrong: bool = False
    number: bool = False
    look: Look = Look()


LeaveStep = Literal["confirm", "keeping", "done"]


@dataclass(frozen=True, slots=True)
class Leave:
    """Leaving the club: what is erased, what is kept and why, and the points that are given up.

    `done`: it is durable, and `code` is the receipt's, in two halves.
    """

    language: Language
    step: LeaveStep
    countdown: Countdown
    points: int = 0
    code: str = ""
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of points: the store-local day, signed points, and a reason code."""

    on: date
    points: int
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """The last movements, newest first; at most five. `talk`: that one is wrong can be told."""

    language: Language
    lines: tuple[Line, ...]
    countdown: Countdown
    look: Look = Look()
    talk: bool = False


TalkStep = Literal["kind", "about", "line", "keeping"]
"""What it is, what it is about, which movement is wrong; and while it is on its way to the disk."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What somebody has to tell, by choosing: the `choices` by code, or `lines`; nothing while it is kept."""

    language: Language
    step: TalkStep
    countdown: Countdown
    choices: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Ticket:
    """The tracking code of what was told, now durable, and within how many days it is answered."""

    language: Language
    code: str
    days: int
    countdown: Countdown
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shop answered, in its own words, to what was told `on` that day.

    It is asked whether it is better now. `line` is the movement that it was about. While what is said to it
    is not yet durable (`saving`), a small spinner turns and nothing answers.
    """

    language: Language
    kind: TicketKind
    category: str
    on: date
    text: str
    countdown: Countdown
    line: Line | None = None
    saving: bool = False
    look: Look = Look()


AskKind = Literal["ces", "csat", "nps", "cli", "needs"]
"""How a question's scale is drawn: seven keys, five faces with words, eleven keys, six words, choices."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question and its scale; `values` in reading order, `labels` their words where the kind has words.

    `first` and `last` say what the ends mean where keys are numbers. `saving` is the value that was touched
    while it is not yet durable: its key stays pressed, a small spinner turns, and nothing else answers.
    """

    language: Language
    question: str
    text: str
    first: str
    last: str
    values: tuple[int, ...]
    countdown: Countdown
    saving: int | None = None
    kind: AskKind = "ces"
    labels: tuple[str, ...] = ()
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Undo:
    """The answer that is now durable, and three seconds to take it back. `label`: its word, if it has one."""

    language: Language
    value: int
    countdown: Countdown
    label: str = ""
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thank you. No score, no name, no balance; `points` earned for answering, if the shop gives any."""

    language: Language
    countdown: Countdown
    points: int = 0
    look: Look = Look()


SorryReason = Literal[
    "unknown", "blocked", "unreadable", "two-cards", "payment-card", "not-ours", "not-kept", "out-of-service"
]


@dataclass(frozen=True, slots=True)
class Sorry:
    """What went wrong and what to do next.

    `not-kept`: the disk did not take an answer; `out-of-service`: it would not. `join`: with this unknown
    card somebody can become a member.
    """

    language: Language
    reason: SorryReason
    countdown: Countdown
    look: Look = Look()
    join: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """A technician's card lies there: its PIN. `typed`: how many of at least `least` digits; never which.

    `tries`: how many wrong ones are left, once there was one. `locked`: seconds for which none is taken.
    """

    language: Language
    typed: int
    countdown: Countdown
    checking: bool = False
    refused: bool = False
    tries: int = 0
    locked: int = 0
    least: int = 1
    look: Look = Look()


Condition = Literal["good", "warning", "bad"]
CheckName = Literal[
    "technician",
    "reader",
    "panel",
    "network",
    "identity",
    "broker",
    "queue",
    "disk",
    "card",
    "watchdog",
    "journal",
    "clock",
    "temperature",
    "power",
    "software",
    "image",
    "catalogue",
    "members",
]
Says = Literal[
    "nobody-set-up",
    "reader-up",
    "reader-tapped",
    "reader-starting",
    "reader-down",
    "no-readers",
    "panel-wired",
    "panel-mock",
    "panel-lost",
    "routed",
    "no-route",
    "no-link",
    "identity-none",
    "identity-lasts",
    "identity-ends",
    "identity-ended",
    "identity-damaged",
    "identity-revoked",
    "identity-refused",
    "heard",
    "heard-late",
    "not-heard",
    "broker-foreign",
    "queue-empty",
    "queue-waits",
    "queue-stuck",
    "disk-free",
    "disk-low",
    "disk-full",
    "card-sound",
    "card-mended",
    "card-remade",
    "watchdog-armed",
    "watchdog-off",
    "journal-takes",
    "journal-refuses",
    "clock-set",
    "clock-moved",
    "clock-unsure",
    "clock-wrong",
    "clock-held",
    "cool",
    "warm",
    "hot",
    "power-enough",
    "power-low",
    "running",
    "image-is",
    "catalogue-is",
    "catalogue-built-in",
    "members-are",
]
"""How a line of the technician's screen stands: each code is one sentence of each language."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value to be written in the language's way: `seconds` are a span, a `moment` is wall time."""

    kind: Literal["text", "count", "bytes", "seconds", "degrees", "moment"]
    amount: str | float


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line: what was looked at, how it stands, and the values of its sentence.

    `advice` is given where who found it knows what to do, in the view's language; otherwise it goes with
    `says`. A line that is good needs none.
    """

    check: CheckName
    state: Condition
    says: Says
    values: tuple[Quantity, ...] = ()
    advice: str = ""


TechnicianPage = Literal["checks", "panel", "touch", "ticket", "restart"]
TECHNICIAN_PAGES: tuple[TechnicianPage, ...] = ("checks", "panel", "touch", "ticket", "restart")
"""In the order of their keys; `Touch("page", n)` turns to the nth."""


@dataclass(frozen=True, slots=True)
class Technician:
    """How the kiosk is: what is wrong comes first. `ticket` is what the QR code says, in plain text.

    `read_only`: nobody has been set up, so that it only tells. `patterns` of lamp and buzzer, by name;
    `played` is the last one.
    """

    language: Language
    page: TechnicianPage
    kiosk: str
    lines: tuple[CheckLine, ...]
    ticket: str
    countdown: Countdown
    read_only: bool = False
    patterns: tuple[str, ...] = ()
    played: str = ""
    look: Look = Look()


SetupStep = progress.Step
SETUP_STEPS: tuple[SetupStep, ...] = (
    "waiting-for-time",
    "making-key",
    "asking-authority",
    "enrolling",
    "enrolled",
)
"""On the way to being one of the club's, in this order."""
DeviceReason = Literal["card-too-small", "card-broken", "no-graphics"]
"""What is wrong with the machine itself, on the SD image.

`card-too-small`: no room is left for data; `card-broken`: the data partition takes nothing; `no-graphics`:
the picture would be made without the graphics chip.
"""
SetupReason = progress.Reason | DeviceReason

Wrong = Literal[
    "no-file",
    "hidden-ending",
    "folder",
    "unreadable",
    "too-long",
    "empty",
    "utf-16",
    "encoding",
    "zeros",
    "syntax",
    "quotes",
    "comma",
    "digits",
    "invisible",
    "missing",
    "unknown",
    "stray",
    "pair",
    "value",
]
"""What is wrong in kiosk.toml, and first with the file as such.

`hidden-ending`: it is kiosk.toml.txt; `utf-16`: without the mark that says so; `encoding`: another than
UTF-8; `zeros`: of a card that was pulled out too soon. `quotes`, `comma`, `digits`, `invisible`: a Persian
keyboard's or a word processor's. `stray`: what only a file written by hand may have; `pair`: one of two that
belong together is missing.
"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in kiosk.toml: where, and what kind; never what stands there, which may be secret.

    `line` is 0 and `key` is empty where there is none; `variable` is set instead of them where it comes from
    the environment. `right` is a line as it would be right, empty where none can be given.
    """

    file: str
    wrong: Wrong
    line: int = 0
    key: str = ""
    right: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """This kiosk is not one of the club's yet, or its kiosk.toml is wrong (`mistake`). It has no countdown.

    `step`: what is being done, None before anything is; with a `reason` it is held up, and tried `again`
    within so many seconds, None if only another kiosk.toml helps, or another machine. `kiosk`: its name, once
    it has one.
    `since`: when step and reason came, None where the clock cannot be right. `online`: the cloud was heard.
    `remade`: this card's data was made anew, so that it has to be enrolled again.
    """

    language: Language
    mistake: Mistake | None = None
    step: SetupStep | None = None
    reason: SetupReason | None = None
    again: float | None = None
    kiosk: str = ""
    since: datetime | None = None
    online: bool = False
    remade: bool = False
    look: Look = Look()


View = (
    Attract
    | Welcome
    | History
    | Redeem
    | Redeemed
    | Talk
    | Ticket
    | Reply
    | Join
    | Leave
    | Ask
    | Undo
    | Thanks
    | Sorry
    | Pin
    | Technician
    | Setup
)

TechnicianWord = Literal["held", "page", "play", "stay"]
"""`held`: a long press on the clock; `stay`: a finger that tries the glass."""
KeypadWord = Literal["digit", "erase", "enter"]


@dataclass(frozen=True, slots=True)
class Touch:
    """What a finger said on a screen. `value` only with "answer", "choose", "digit", "page" and "play"."""

    what: (
        Literal[
            "continue",
            "answer",
            "skip",
            "undo",
            "done",
            "language",
            "history",
            "more",
            "back",
            "large",
            "contrast",
            "talk",
            "wrong",
            "choose",
            "yes",
            "no",
            "redeem",
            "confirm",
            "join",
            "number",
            "leave",
        ]
        | KeypadWord
        | TechnicianWord
    )
    value: int | None = None
