"""What happened at a kiosk, as frozen facts in the past tense; no personal data, cards by CardKey."""

from typing import Annotated, Literal

import msgspec

from mqtt.down import Movement
from mqtt.shapes import (
    Allowance,
    Code,
    Coupon,
    Farewell,
    Key,
    Member,
    Name,
    Natural,
    Ordinal,
    Rial,
    Score,
    Seconds,
    Some,
    Stream,
    Token,
    Visit,
)
from mqtt.vocabulary import CardKind, Language, TicketKind


class Scale(msgspec.Struct, frozen=True):
    """What the numbers of an answer mean, so that no position of a button is ever stored.

    `worst` and `best` are the values at the two ends (CES 1 and 7, CLI 6 and 1); `shown` is the order
    in reading direction.
    """

    worst: Score
    best: Score
    shown: Literal["worst-first", "best-first"] = "worst-first"

    def holds(self, value: int) -> bool:
        """Whether `value` lies on the scale."""
        return min(self.worst, self.best) <= value <= max(self.worst, self.best)


class Event(msgspec.Struct, frozen=True):
    """A fact; its class stands for the CloudEvents `type` (see :data:`TYPES`), its fields are the `data`."""


class CardTapped(Event, frozen=True):
    """A club card was read and a visit began.

    `cards` holds the card's key under each live club key; `member` is whom the kiosk's replica knew by
    it, or None.
    """

    visit: Visit
    kind: CardKind
    cards: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=2)]
    member: Member | None = None


class CardRefused(Event, frozen=True):
    """A reader saw something that is not one of the club's cards; no digit of it is kept."""

    reason: Name


class LanguageChosen(Event, frozen=True):
    """The shopper switched the screen's language."""

    visit: Visit | None
    language: Language
    member: Member | None = None


class QuestionShown(Event, frozen=True):
    """A question stood on the screen: one impression, whatever came of it."""

    visit: Visit
    member: Member
    question: Name
    wording: Ordinal
    language: Language


class QuestionAnswered(Event, frozen=True):
    """A value was chosen. `attempt` counts from 1 within the visit, since an undone answer may be given anew.

    It counts on through a visit's questions, so that (visit, attempt) names one answer.

    `took` is the time from the question drawn to the touch.
    """

    visit: Visit
    member: Member
    question: Name
    wording: Ordinal
    language: Language
    scale: Scale
    value: Score
    attempt: Ordinal
    took: Seconds

    def __post_init__(self) -> None:
        """Refuse a value off its own scale."""
        if not self.scale.holds(self.value):
            raise ValueError("the value is not on the scale")


class AnswerUndone(Event, frozen=True):
    """The answer of this visit, question and attempt is taken back: it counts no longer."""

    visit: Visit
    member: Member
    question: Name
    attempt: Ordinal


class Given(msgspec.Struct, frozen=True):
    """An answer of a visit, by its name: the question and the attempt."""

    question: Name
    attempt: Ordinal


class AnswersFlagged(Event, frozen=True):
    """Answers of a visit that nobody can have meant; they were sent all the same, and stay as they are.

    `too-quick`: given before anybody could read the question; `touches`: among many touches in a row.
    """

    visit: Visit
    member: Member
    answers: Annotated[tuple[Given, ...], msgspec.Meta(min_length=1, max_length=100)]
    why: Literal["too-quick", "touches"]


class QuestionDismissed(Event, frozen=True):
    """A question went without an answer: skipped, or left alone until it timed out."""

    visit: Visit
    member: Member
    question: Name
    wording: Ordinal
    how: Literal["skipped", "timed-out", "left"]


class VisitEnded(Event, frozen=True):
    """The screen went back to Attract. `refused`: card unknown or blocked, or nothing could be kept."""

    visit: Visit
    member: Member | None
    how: Literal["done", "timed-out", "other-card", "refused"]
    took: Seconds


class TicketOpened(Event, frozen=True):
    """A member told the shop something, by choosing; what is said in words travels apart from it.

    `ticket` is the tracking code that was shown. With `line` it is about this movement of the member's.
    """

    visit: Visit
    member: Member
    ticket: Code
    kind: TicketKind
    category: Name
    language: Language
    line: Movement | None = None


class ReplySeen(Event, frozen=True):
    """The shop's `reply`th answer to a ticket was read; `better` is what was said to it, if anything."""

    visit: Visit
    member: Member
    ticket: Code
    reply: Ordinal
    better: Literal["yes", "no"] | None = None


class RedemptionAsked(Event, frozen=True):
    """Points are about to be asked of the cloud, to be spent; one redemption a visit.

    `allowance` is one of this kiosk's for this member: it is given back, unspent, so that its points can be
    asked for. What is asked for is set aside until the visit's redemption is confirmed or abandoned.
    """

    visit: Visit
    member: Member
    points: Some
    allowance: Allowance | None = None


class RedemptionConfirmed(Event, frozen=True):
    """What the cloud granted is spent: the visit's `coupon` over so much money off was shown."""

    visit: Visit
    member: Member
    points: Some
    rial: Rial
    coupon: Coupon


class RedemptionAbandoned(Event, frozen=True):
    """Points that were asked for are not spent, whatever the cloud has answered, or will.

    `refused`: the cloud did not grant them; `no-reply`: it said nothing in time; `left`: whoever asked did
    not wait; `restarted`: the kiosk went off before it was decided.
    """

    visit: Visit
    member: Member
    points: Some
    why: Literal["refused", "no-reply", "left", "restarted"]


class RedemptionGrantedOffline(Event, frozen=True):
    """Points of an allowance are spent, without asking; what is left of the allowance is given back.

    The visit's `coupon` over so much money off was shown.
    """

    visit: Visit
    member: Member
    allowance: Allowance
    points: Some
    rial: Rial
    coupon: Coupon


class AllowanceReturned(Event, frozen=True):
    """Nothing of an allowance was spent by this kiosk, nor will be: it was called back."""

    allowance: Allowance


class ConsentGiven(Event, frozen=True):
    """Somebody said yes to a purpose, in the words of a wording; no `member` for who joins in this visit."""

    visit: Visit
    purpose: Name
    wording: Ordinal
    language: Language
    member: Member | None = None


class MemberLeft(Event, frozen=True):
    """A member asked to be forgotten; the `receipt` was shown under which it can be looked up."""

    visit: Visit
    member: Member
    receipt: Farewell


class ReaderWentUp(Event, frozen=True):
    """A card reader answers."""

    reader: Name


class ReaderWentDown(Event, frozen=True):
    """A card reader does not answer; `reason` is a short code."""

    reader: Name
    reason: Name


class MemberJoined(Event, frozen=True):
    """Somebody became a member with an empty card. With `personal`, name and phone travel apart from it."""

    visit: Visit
    kind: CardKind
    cards: Annotated[tuple[Key, ...], msgspec.Meta(min_length=1, max_length=2)]
    language: Language
    personal: bool = False


class HoleDeclared(Event, frozen=True):
    """Rows `first` to `last` of a journal of this kiosk's will never come; `reason` is a short code."""

    epoch: Stream
    first: Natural
    last: Natural
    reason: Name


class JournalRestarted(Event, frozen=True):
    """The first row of a new epoch: the journal `before` went no further than `upto`."""

    before: Stream
    upto: Natural
    reason: Literal["went-backwards", "row-refused"]


class JournalPressed(Event, frozen=True):
    """The disk runs short. `free` in bytes; "shrinking": acknowledged rows are given up before their time."""

    level: Literal["over", "shrinking", "full"]
    free: Natural


class ClockStepped(Event, frozen=True):
    """The wall clock was set while the kiosk ran, by so many seconds, forwards or backwards."""

    seconds: Annotated[float, msgspec.Meta(ge=-1e11, le=1e11)]


class ButtonPressed(Event, frozen=True):
    """A button under the screen was pressed, by nobody known: the `number`th of `of`, from the worst on."""

    number: Annotated[int, msgspec.Meta(ge=1, le=5)]
    of: Annotated[int, msgspec.Meta(ge=1, le=5)]

    def __post_init__(self) -> None:
        """Refuse a button that is not there."""
        if self.number > self.of:
            raise ValueError("there is no such button")


class CaseOpened(Event, frozen=True):
    """The kiosk's case was opened: its tamper switch let go."""


class CaseClosed(Event, frozen=True):
    """The kiosk's case is closed again."""


class TechnicianCame(Event, frozen=True):
    """The technician's screen was opened by card and PIN; or, where none is set up, to read."""

    card: Key | None = None


class TechnicianRefused(Event, frozen=True):
    """A wrong PIN was typed after a technician's card: the `wrong`th since the last right one."""

    card: Key
    wrong: Ordinal


class TechnicianLocked(Event, frozen=True):
    """After `wrong` wrong PINs the technician's screen opens for nobody for so many seconds."""

    wrong: Ordinal
    seconds: Seconds


class CommandDone(Event, frozen=True):
    """What became of a command: once for each, however often it came."""

    command: Token
    kind: Name
    result: Literal["done", "failed", "late", "unknown"]
    detail: Annotated[str, msgspec.Meta(max_length=200)] = ""


TYPES: dict[str, type[Event]] = {
    "club.card.tapped.v1": CardTapped,
    "club.card.refused.v1": CardRefused,
    "club.language.chosen.v1": LanguageChosen,
    "club.question.shown.v1": QuestionShown,
    "club.question.answered.v1": QuestionAnswered,
    "club.answer.undone.v1": AnswerUndone,
    "club.question.dismissed.v1": QuestionDismissed,
    "club.visit.ended.v1": VisitEnded,
    "club.reader.went-up.v1": ReaderWentUp,
    "club.reader.went-down.v1": ReaderWentDown,
    "club.member.joined.v1": MemberJoined,
    "club.hole.declared.v1": HoleDeclared,
    "club.journal.restarted.v1": JournalRestarted,
    "club.journal.pressed.v1": JournalPressed,
    "club.clock.stepped.v1": ClockStepped,
    "club.command.done.v1": CommandDone,
    "club.button.pressed.v1": ButtonPressed,
    "club.case.opened.v1": CaseOpened,
    "club.case.closed.v1": CaseClosed,
    "club.answers.flagged.v1": AnswersFlagged,
    "club.technician.came.v1": TechnicianCame,
    "club.technician.refused.v1": TechnicianRefused,
    "club.technician.locked.v1": TechnicianLocked,
    "club.ticket.opened.v1": TicketOpened,
    "club.reply.seen.v1": ReplySeen,
    "club.redemption.asked.v1": RedemptionAsked,
    "club.redemption.confirmed.v1": RedemptionConfirmed,
    "club.redemption.abandoned.v1": RedemptionAbandoned,
    "club.redemption.granted-offline.v1": RedemptionGrantedOffline,
    "club.allowance.returned.v1": AllowanceReturned,
    "club.consent.given.v1": ConsentGiven,
    "club.member.left.v1": MemberLeft,
}
"""Every released type. A released type never changes; a new meaning is a new version."""

NAMES: dict[type[Event], str] = {cls: name for name, cls in TYPES.items()}
