"""A visit, from the tap to the thank-you, as a pure step: state and input give state and effects.

Time is seconds of a monotonic clock and comes in with every input. Only `Greeting` holds anything
personal, and it is left before a question stands on the screen.
"""

from dataclasses import dataclass, replace
from typing import Literal

from drivers.panel_patterns import PatternName
from kiosk.catalogue import Survey, Timings
from kiosk.views import SorryReason, Touch
from mqtt import events
from mqtt.down import MemberRow
from mqtt.vocabulary import CardKey, CardKind, Language, MemberId, VisitId

Ending = Literal["done", "timed-out", "other-card", "refused"]
_TOLD: dict[str, SorryReason] = {
    "two-cards": "two-cards",
    "payment-card": "payment-card",
    "not-ours": "not-ours",
}
"""Why a reader refused a card, where the shopper is told more than that it could not be read."""
LANGUAGE_STAYS = 60.0
"""Seconds for which a language chosen on the idle screen stays there."""
PATIENCE = 1.5
"""Seconds for which the cloud may think about a card."""

# --- inputs


@dataclass(frozen=True, slots=True)
class Tapped:
    """A card was read: its keys, whom the replica knows by them, and the question to ask, if any.

    `online`: the cloud can be asked about a card that the replica does not know. `keeps`: an answer could
    be made durable.
    """

    visit: VisitId
    kind: CardKind
    cards: tuple[CardKey, ...]
    member: MemberRow | None
    survey: Survey | None
    online: bool = False
    keeps: bool = True


@dataclass(frozen=True, slots=True)
class Replied:
    """Whom the cloud knows by the card of this visit; None for nobody, or where it could not be asked."""

    visit: VisitId
    member: MemberRow | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A reader saw what is no card of the club's, or cards that it cannot tell apart."""

    reason: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer of this visit and attempt is durable; or not, and will not be."""

    visit: VisitId
    attempt: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went on."""


Input = Tapped | Replied | Refused | Recorded | Ticked | Touch

# --- effects


@dataclass(frozen=True, slots=True)
class Record:
    """Make events durable. With `confirms` a `Recorded` with that attempt is to follow."""

    events: tuple[events.Event, ...]
    confirms: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Light and sound, by the name of their pattern."""

    pattern: PatternName


@dataclass(frozen=True, slots=True)
class AskCloud:
    """Ask whose the card of this visit is; a `Replied` may follow."""

    visit: VisitId
    cards: tuple[CardKey, ...]


Effect = Record | Signal | AskCloud

# --- stages


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is there."""


@dataclass(frozen=True, slots=True)
class Wondering:
    """The cloud is asked whose card it is; the idle screen stays."""

    survey: Survey | None


@dataclass(frozen=True, slots=True)
class Greeting:
    """The balance is on the screen."""

    member: MemberRow
    survey: Survey | None


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
class Apologising:
    """Something went wrong, and the screen says what to do."""

    reason: SorryReason


Stage = Idle | Wondering | Greeting | Asking | Undoing | Thanking | Apologising


@dataclass(frozen=True, slots=True)
class Guest:
    """Who began the visit and when: what events need, and nothing to show; `keeps`: an answer can be kept."""

    visit: VisitId
    cards: tuple[CardKey, ...]
    member: MemberId | None
    since: float
    keeps: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """Where the visit stands. `since` is when the stage began; `guest` is None when nobody is there."""

    language: Language
    stage: Stage
    since: float
    guest: Guest | None = None


Step = tuple[State, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change within a visit: timings and the language of the idle screen."""

    timings: Timings
    language: Language

    def idle(self, now: float) -> State:
        """Nobody is there, from now on."""
        return State(self.language, Idle(), now)

    def step(self, state: State, given: Input, now: float) -> Step:
        """What follows from an input. An input that makes no sense in a stage changes nothing."""
        match given:
            case Tapped():
                return self._tapped(state, given, now)
            case Refused():
                return self._refused(state, given, now)
            case Replied():
                return self._replied(state, given, now)
            case Recorded():
                return self._recorded(state, given, now)
            case Ticked():
                return self._ticked(state, now)
            case Touch(what="language"):
                return self._language(state, now)
            case Touch():
                return self._touched(state, given, now)

    def ends_at(self, state: State) -> float:
        """When the stage leaves by itself; infinite for one that does not."""
        return state.since + self.duration(state)

    def duration(self, state: State) -> float:
        """For how many seconds the stage stands by itself."""
        times = self.timings
        match state.stage:
            case Idle():
                return LANGUAGE_STAYS if state.language != self.language else float("inf")
            case Wondering():
                return PATIENCE
            case Greeting(survey=survey):
                return times.welcome if survey else times.reset
            case Asking():
                return times.reset
            case Undoing():
                return times.undo
            case Thanking():
                return times.thanks
            case Apologising():
                return times.sorry

    # --- what each input does

    def _tapped(self, state: State, tap: Tapped, now: float) -> Step:
        if state.guest and set(state.guest.cards) & set(tap.cards):
            return state, ()
        _, leaving = self._end(state, "other-card", now)
        member = tap.member
        tapped = events.CardTapped(tap.visit, tap.kind, tap.cards, member.member if member else None)
        guest = Guest(tap.visit, tap.cards, tapped.member, now, tap.keeps)
        language = member.language if member else state.language
        if member is None and tap.online:
            asked = (AskCloud(tap.visit, tap.cards),)
            wondering = State(language, Wondering(tap.survey), now, guest)
            return wondering, (Signal("welcome"), *leaving, Record((tapped,)), *asked)
        stage = _greet(member, tap.survey)
        greeting: PatternName = "welcome" if tap.online else "offline"
        signal = Signal(greeting if isinstance(stage, Greeting) else "refused")
        effects = (signal, *leaving, Record((tapped,)))
        return State(language, stage, now, guest), effects

    def _replied(self, state: State, reply: Replied, now: float) -> Step:
        stage, guest, member = state.stage, state.guest, reply.member
        if not (isinstance(stage, Wondering) and guest and guest.visit == reply.visit):
            return state, ()
        if member is None:
            return _sorry(state, now)
        found = replace(guest, member=member.member)
        greeted = State(member.language, _greet(member, stage.survey), now, found)
        return greeted, () if isinstance(greeted.stage, Greeting) else (Signal("refused"),)

    def _refused(self, state: State, card: Refused, now: float) -> Step:
        reason = _TOLD.get(card.reason, "unreadable")
        signal = Signal("payment-card" if reason == "payment-card" else "refused")
        effects = (signal, Record((events.CardRefused(card.reason),)))
        if not isinstance(state.stage, Idle | Apologising):
            return state, effects
        return replace(state, stage=Apologising(reason), since=now), effects

    def _recorded(self, state: State, recorded: Recorded, now: float) -> Step:
        stage, guest = state.stage, state.guest
        if not (
            isinstance(stage, Asking)
            and stage.saving is not None
            and guest
            and (guest.visit, stage.attempt) == (recorded.visit, recorded.attempt)
        ):
            return state, ()
        if not recorded.kept:
            return replace(state, stage=Apologising("out-of-service"), since=now), ()
        undoing = Undoing(stage.survey, stage.attempt, stage.saving)
        return replace(state, stage=undoing, since=now), (Signal("thanks"),)

    def _ticked(self, state: State, now: float) -> Step:
        if now < self.ends_at(state):
            return state, ()
        match state.stage:
            case Idle():
                return self.idle(now), ()
            case Greeting(survey=Survey() as survey):
                return _ask(state, survey, now)
            case Asking(saving=int()):
                return state, ()
            case Wondering():
                return _sorry(state, now)
            case Undoing():
                return replace(state, stage=Thanking(), since=now), ()
            case Thanking():
                return self._end(state, "done", now)
            case Apologising():
                return self._end(state, "refused", now)
            case Greeting() | Asking():
                return self._end(state, "timed-out", now)

    def _language(self, state: State, now: float) -> Step:
        if isinstance(state.stage, Asking) and state.stage.saving is not None:
            return state, ()
        language: Language = "en" if state.language == "fa" else "fa"
        guest = state.guest
        chosen = events.LanguageChosen(
            guest.visit if guest else None, language, guest.member if guest else None
        )
        since = now if isinstance(state.stage, Idle) else state.since
        return replace(state, language=language, since=since), (Record((chosen,)),)

    def _touched(self, state: State, touch: Touch, now: float) -> Step:
        match state.stage, touch:
            case Greeting(survey=Survey() as survey), Touch(what="continue"):
                return _ask(state, survey, now)
            case Greeting(), Touch(what="continue" | "done"):
                return self._end(state, "done", now)
            case Asking(saving=None) as asking, Touch(what="answer", value=int(value)):
                return _answer(state, asking, value, now)
            case Asking(saving=None) as asking, Touch(what="skip"):
                return self._skip(state, asking, now)
            case Undoing() as undoing, Touch(what="undo"):
                return _undo(state, undoing, now)
            case Undoing(), Touch(what="done"):
                return replace(state, stage=Thanking(), since=now), ()
            case Thanking(), Touch(what="done"):
                return self._end(state, "done", now)
            case Apologising(), Touch(what="done"):
                return self._end(state, "refused", now)
        return state, ()

    def _skip(self, state: State, asking: Asking, now: float) -> Step:
        thanking = replace(state, stage=Thanking(), since=now)
        return thanking, _dismissed(state, asking, "skipped")

    def _end(self, state: State, how: Ending, now: float) -> Step:
        """Back to the idle screen; what was open is written down as it ended."""
        guest, stage = state.guest, state.stage
        if guest is None:
            return self.idle(now), ()
        effects: tuple[Effect, ...] = ()
        if isinstance(stage, Asking) and stage.saving is None:
            effects = _dismissed(state, stage, "left" if how == "other-card" else "timed-out")
        if how == "other-card" and isinstance(stage, Thanking | Undoing):
            how = "done"
        ended = events.VisitEnded(guest.visit, guest.member, how, round(now - guest.since, 3))
        return self.idle(now), (*effects, Record((ended,)))


def _greet(member: MemberRow | None, survey: Survey | None) -> Stage:
    if member is None:
        return Apologising("unknown")
    return Apologising("blocked") if member.blocked else Greeting(member, survey)


def _sorry(state: State, now: float) -> Step:
    """The cloud does not know the card, or says nothing in time."""
    return replace(state, stage=Apologising("unknown"), since=now), (Signal("refused"),)


def _ask(state: State, survey: Survey, now: float) -> Step:
    if state.guest and not state.guest.keeps:
        return replace(state, stage=Apologising("out-of-service"), since=now), ()
    visit, member = _who(state)
    shown = events.QuestionShown(visit, member, survey.question, survey.wording, state.language)
    return replace(state, stage=Asking(survey), since=now), (Record((shown,)),)


def _answer(state: State, asking: Asking, value: int, now: float) -> Step:
    survey = asking.survey
    if not survey.scale.holds(value):
        return state, ()
    visit, member = _who(state)
    answered = events.QuestionAnswered(
        visit,
        member,
        survey.question,
        survey.wording,
        state.language,
        survey.scale,
        value,
        asking.attempt,
        round(now - state.since, 3),
    )
    saving = replace(state, stage=replace(asking, saving=value))
    return saving, (Record((answered,), confirms=asking.attempt),)


def _undo(state: State, undoing: Undoing, now: float) -> Step:
    visit, member = _who(state)
    undone = events.AnswerUndone(visit, member, undoing.survey.question, undoing.attempt)
    again = Asking(undoing.survey, undoing.attempt + 1)
    return replace(state, stage=again, since=now), (Record((undone,)),)


def _dismissed(
    state: State, asking: Asking, how: Literal["skipped", "timed-out", "left"]
) -> tuple[Effect, ...]:
    visit, member = _who(state)
    survey = asking.survey
    return (Record((events.QuestionDismissed(visit, member, survey.question, survey.wording, how),)),)


def _who(state: State) -> tuple[VisitId, MemberId]:
    guest = state.guest
    assert guest is not None, "a question is only asked within a visit"
    assert guest.member is not None, "a question is only asked of a member"
    return guest.visit, guest.member
