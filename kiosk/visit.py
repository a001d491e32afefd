"""A visit, from the tap to the thank-you, as a pure step: state and input give state and effects.

Time is seconds of a monotonic clock and comes in with every input. Only `Greeting`, `Spending` and `Replying`
hold anything personal, and they are left before a question stands on the screen; so does `Becoming`
while somebody types.
"""

from dataclasses import dataclass, replace
from typing import Literal

from drivers.panel_patterns import PatternName
from kiosk import joining, leaving, questions, redeeming, talking
from kiosk.catalogue import Joining, Leaving, Redeeming, Survey, Timings
from kiosk.stages import (
    PLAIN,
    Apologising,
    AskCloud,
    Asking,
    Becoming,
    Decided,
    Effect,
    Ending,
    Greeting,
    Guest,
    Idle,
    Input,
    LoadPhones,
    Newcomer,
    Parted,
    Parting,
    Purse,
    Record,
    Recorded,
    Redeemed,
    Refused,
    Replied,
    Replying,
    Signal,
    Spending,
    Stage,
    State,
    Step,
    Tapped,
    Telling,
    Thanking,
    Ticked,
    Ticketed,
    Undoing,
    Wondering,
)
from kiosk.views import SorryReason, Touch
from mqtt import events
from mqtt.down import Answer, MemberRow
from mqtt.vocabulary import Language

__all__ = [
    "LANGUAGE_STAYS",
    "LINGERS",
    "PATIENCE",
    "Apologising",
    "AskCloud",
    "Asking",
    "Becoming",
    "Decided",
    "Effect",
    "Greeting",
    "Guest",
    "Idle",
    "Input",
    "LoadPhones",
    "Newcomer",
    "Parted",
    "Parting",
    "Purse",
    "Record",
    "Recorded",
    "Redeemed",
    "Refused",
    "Replied",
    "Replying",
    "Rules",
    "Signal",
    "Spending",
    "Stage",
    "State",
    "Tapped",
    "Telling",
    "Thanking",
    "Ticked",
    "Ticketed",
    "Undoing",
    "Wondering",
]

_TOLD: dict[str, SorryReason] = {
    "two-cards": "two-cards",
    "payment-card": "payment-card",
    "not-ours": "not-ours",
}
"""Why a reader refused a card, where the shopper is told more than that it could not be read."""
NOTHING = Redeeming()
"""What points buy where head office did not say."""
LANGUAGE_STAYS = 60.0
"""Seconds for which a language or a look chosen on the idle screen stays there."""
PATIENCE = 1.5
"""Seconds for which the cloud may think about a card."""
NO_JOINING, NO_LEAVING = Joining(), Leaving()
LINGERS = 60.0
"""Seconds from the tap after which name, balance and movements are gone, however often they are touched."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change within a visit: timings, the idle screen's language, what a member can do."""

    timings: Timings
    language: Language
    redeeming: Redeeming = NOTHING
    joining: Joining = NO_JOINING
    leaving: Leaving = NO_LEAVING

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
            case Decided():
                return redeeming.decided(state, given, now)
            case Recorded():
                return self._recorded(state, given, now)
            case Ticked():
                return self._ticked(state, now)
            case Touch():
                return questions.judged(*self._touched(questions.touched(state, now), given, now))

    def ends_at(self, state: State) -> float:
        """When the stage leaves by itself; infinite for one that does not."""
        ends = state.since + self.duration(state)
        if isinstance(state.stage, Greeting) and state.guest:
            return min(ends, state.guest.since + LINGERS)
        return ends

    def duration(self, state: State) -> float:
        """For how many seconds the stage stands by itself."""
        times = self.timings
        match state.stage:
            case Idle():
                chosen = (state.language, state.look) != (self.language, PLAIN)
                return LANGUAGE_STAYS if chosen else float("inf")
            case Wondering() | Spending(step="asked"):
                return PATIENCE
            case Greeting(survey=survey, page=page, answer=answer):
                return times.welcome if (survey or answer) and page == "balance" else times.reset
            case Asking() | Telling() | Ticketed() | Replying() | Spending() | Redeemed():
                return times.reset
            case Becoming() | Parting() | Parted():
                return times.reset
            case Undoing():
                return times.undo
            case Thanking():
                return times.thanks
            case Apologising():  # whoever can join needs time to decide
                return times.reset if joining.is_offered(state, self.joining) else times.sorry

    # --- what each input does

    def _tapped(self, state: State, tap: Tapped, now: float) -> Step:
        known = state.guest is not None and set(state.guest.cards) & set(tap.cards)
        if known or redeeming.is_granting(state.stage):
            return state, ()
        _, leaving = self._end(state, "other-card", now)
        member = tap.member
        tapped = events.CardTapped(tap.visit, tap.kind, tap.cards, member.member if member else None)
        guest = Guest(tap.visit, tap.cards, tapped.member, now, tap.keeps, tap.more, newcomer=tap.newcomer)
        # what somebody chose on the idle screen is theirs; what the guest before chose is gone
        before = self.idle(now) if state.guest else state
        language = self._speaks(member, before.language)
        arrived = State(language, Wondering(), now, guest, before.look)
        purse = Purse(tap.online and self._redeems, tap.lent)
        if member is None and tap.online:
            asked = (AskCloud(tap.visit, tap.cards, lend=self._redeems and tap.keeps),)
            return arrived, (Signal("welcome"), *leaving, Record((tapped,)), *asked)
        stage = _greet(member, tap.survey, guest, purse)
        greeting: PatternName = "welcome" if tap.online else "offline"
        signal = Signal("refused" if isinstance(stage, Apologising) else greeting)
        effects = (signal, *leaving, Record((tapped,)))
        asks = _ask_for(stage, guest, lend=self._redeems) if tap.online else ()
        return replace(arrived, stage=stage), (*effects, *asks)

    @property
    def _redeems(self) -> bool:
        return self.redeeming.rial_per_point > 0

    def _speaks(self, member: MemberRow | None, before: Language) -> Language:
        """A language that was chosen just before the card came is meant; else the member's own."""
        return member.language if member and before == self.language else before

    def _replied(self, state: State, reply: Replied, now: float) -> Step:
        stage, guest, member = state.stage, state.guest, reply.member
        if isinstance(stage, Greeting) and guest and guest.visit == reply.visit:
            return redeeming.renewed(self.redeeming, state, stage, reply, now)
        if not (isinstance(stage, Wondering) and guest and guest.visit == reply.visit):
            return state, ()
        if member is None:
            return _sorry(replace(state, guest=replace(guest, newcomer=None)) if reply.left else state, now)
        found = replace(guest, member=member.member, more=reply.more)
        language = self._speaks(member, state.language)
        purse = Purse(self._redeems, reply.lent)
        greeted = State(language, _greet(member, reply.survey, found, purse), now, found, state.look)
        if not isinstance(greeted.stage, Greeting):
            return greeted, (Signal("refused"),)
        return greeted, _ask_for(greeted.stage, found, lend=False)

    def _refused(self, state: State, card: Refused, now: float) -> Step:
        reason = _TOLD.get(card.reason, "unreadable")
        signal = Signal("payment-card" if reason == "payment-card" else "refused")
        effects = (signal, Record((events.CardRefused(card.reason),)))
        if not isinstance(state.stage, Idle | Apologising):
            return state, effects
        return replace(state, stage=Apologising(reason), since=now), effects

    def _recorded(self, state: State, recorded: Recorded, now: float) -> Step:
        stage, guest = state.stage, state.guest
        if guest and guest.visit == recorded.visit and isinstance(stage, Spending):
            return redeeming.recorded(state, stage, recorded, now)
        if guest and (guest.visit, talking.CONFIRMS) == (recorded.visit, recorded.attempt):
            return _confirmed(state, kept=recorded.kept, now=now) if _saves(stage) else (state, ())
        if not (
            isinstance(stage, Asking)
            and stage.saving is not None
            and guest
            and (guest.visit, stage.attempt) == (recorded.visit, recorded.attempt)
        ):
            return state, ()
        if not recorded.kept:
            return questions.lost(state, now)
        undoing = Undoing(stage.survey, stage.attempt, stage.saving)
        return replace(state, stage=undoing, since=now), (Signal("thanks"),)

    def _ticked(self, state: State, now: float) -> Step:
        if now < self.ends_at(state) or _saves(state.stage):
            return state, ()
        match state.stage:
            case Idle():
                return self.idle(now), ()
            case Greeting(answer=Answer()) as greeting:
                return talking.read(state, greeting, now)
            case Greeting(survey=Survey() as survey):
                return questions.ask(state, survey, 1, now)
            case Wondering():
                return _sorry(state, now)
            case Spending() as spending:
                return redeeming.unanswered(state, spending, now)
            case Undoing() as undoing:
                return questions.go_on(state, undoing, now)
        if isinstance(state.stage, Apologising):
            return self._end(state, "refused", now)
        return self._end(state, "done" if _is_done(state.stage) else "timed-out", now)

    def _language(self, state: State, now: float) -> Step:
        if _saves(state.stage) or isinstance(state.stage, Spending):
            return state, ()
        language: Language = "en" if state.language == "fa" else "fa"
        guest = state.guest
        chosen = events.LanguageChosen(
            guest.visit if guest else None, language, guest.member if guest else None
        )
        since = now if isinstance(state.stage, Idle) else state.since
        return replace(state, language=language, since=since), (Record((chosen,)),)

    def _touched(self, state: State, touch: Touch, now: float) -> Step:  # noqa: C901, PLR0912 - a case for each key
        match state.stage, touch:
            case _, Touch(what="language"):
                return self._language(state, now)
            case _, Touch(what="large" | "contrast" as what):
                return _toggled(state, what, now), ()
            case Greeting() as greeting, _ if redeeming.concerns(greeting, touch):
                return redeeming.touched(self.redeeming, state, greeting, touch, now)
            case Greeting() as greeting, _:
                return self._greeted(state, greeting, touch, now)
            case Asking(saving=None) as asking, Touch(what="answer", value=int(value)):
                return questions.answer(state, asking, value, now)
            case Asking(saving=None) as asking, Touch(what="skip"):
                thanking = replace(state, stage=Thanking(), since=now)
                return thanking, (questions.dismissed(state, asking, "skipped"),)
            case Undoing() as undoing, Touch(what="undo" | "done" as what):
                return (questions.undo if what == "undo" else questions.go_on)(state, undoing, now)
            case Replying(saving=False) as replying, _:
                return talking.replied(state, replying, touch, now)
            case Thanking() | Ticketed() | Redeemed() | Becoming(step="done") | Parted(), Touch(what="done"):
                return self._end(state, "done", now)
            case Apologising(), Touch(what="join") if joining.is_offered(state, self.joining):
                return joining.begin(state, now)
            case (Becoming(step="about"), Touch(what="back" | "done")) | (
                Becoming(step="phone"),
                Touch(what="done"),
            ):
                return self._end(state, "refused", now)
            case Becoming() as becoming, _:
                return joining.touched(state, becoming, touch, self.joining, now)
            case Apologising(), Touch(what="done"):
                return self._end(state, "refused", now)
        return state, ()

    def _greeted(self, state: State, greeting: Greeting, touch: Touch, now: float) -> Step:  # noqa: C901 - a case for each key
        match greeting, touch:
            case Greeting(member=member), Touch(what="history") if member.movements:
                return talking.turned(state, greeting, "history", now), ()
            case Greeting(page="balance"), Touch(what="more"):
                return talking.turned(state, greeting, "more", now), ()
            case Greeting(page="balance"), Touch(what="talk"):
                return talking.begin(state, greeting, "talk", now)
            case Greeting(page="history"), Touch(what="wrong"):
                return talking.begin(state, greeting, "wrong", now)
            case Greeting(page="more"), Touch(what="leave") if leaving.is_offered(state, self.leaving):
                return talking.turned(state, greeting, "leave", now), ()
            case Greeting(page="leave"), Touch(what="confirm"):
                return leaving.confirm(state, now)
            case _, Touch(what="choose", value=int(value)):
                return talking.choose(state, greeting, value, now)
            case _, Touch(what="back") if greeting.page != "balance":
                return talking.back(state, greeting, now), ()
            case Greeting(answer=Answer()), Touch(what="continue"):
                return talking.read(state, greeting, now)
            case Greeting(survey=Survey() as survey), Touch(what="continue"):
                return questions.ask(state, survey, 1, now)
            case _, Touch(what="continue" | "done"):
                return self._end(state, "done", now)
        return state, ()

    def _end(self, state: State, how: Ending, now: float) -> Step:
        """Back to the idle screen; what was open is written down as it ended."""
        guest, stage = state.guest, state.stage
        if guest is None:
            return self.idle(now), ()
        effects: tuple[Effect, ...] = ()
        if isinstance(stage, Asking) and stage.saving is None:
            effects = (questions.dismissed(state, stage, "left" if how == "other-card" else "timed-out"),)
        if isinstance(stage, Spending):
            effects = (redeeming.abandoned(state, stage, "left"),)
        if how == "other-card" and _is_done(stage):
            how = "done"
        ended = events.VisitEnded(guest.visit, guest.member, how, round(now - guest.since, 3))
        return self.idle(now), (*effects, Record((ended,)))


def _greet(member: MemberRow | None, survey: Survey | None, guest: Guest, purse: Purse) -> Stage:
    if member is None:
        return joining.stranger(guest)
    return Apologising("blocked") if member.blocked else Greeting(member, survey, purse=purse)


def _sorry(state: State, now: float) -> Step:
    """The cloud does not know the card, or says nothing in time."""
    assert state.guest is not None, "only of a visit's card the cloud is asked"
    stage = joining.stranger(state.guest)
    signal = Signal("refused" if isinstance(stage, Apologising) else "welcome")
    return replace(state, stage=stage, since=now), (signal,)


def _confirmed(state: State, *, kept: bool, now: float) -> Step:
    """The disk's word on what is no answer to a question."""
    match state.stage:
        case Becoming() as becoming:
            return joining.recorded(state, becoming, kept=kept, now=now)
        case Parting() as parting:
            return leaving.recorded(state, parting, kept=kept, now=now)
    return talking.recorded(state, kept=kept, now=now)


def _toggled(state: State, what: Literal["large", "contrast"], now: float) -> State:
    """Another look. It prolongs nothing but its own stay on the idle screen."""
    return replace(
        state, look=state.look.turned(what), since=now if isinstance(state.stage, Idle) else state.since
    )


def _ask_for(stage: Stage, guest: Guest, *, lend: bool) -> tuple[AskCloud, ...]:
    """Ask for what the shop answered, if that waits, and for an allowance; not if nothing could be kept."""
    if not (isinstance(stage, Greeting) and guest.keeps):
        return ()
    ticket = stage.member.replies[0] if stage.member.replies else None
    return (AskCloud(guest.visit, guest.cards, ticket, lend),) if ticket or lend else ()


def _saves(stage: Stage) -> bool:
    """Whether only the disk's word, or another card, can end it."""
    match stage:
        case Telling() | Asking(saving=int()) | Replying(saving=True) | Becoming(step="keeping") | Parting():
            return True
        case Spending(step=step):
            return step != "asked"
    return False


def _is_done(stage: Stage) -> bool:
    """Whether whoever came has what they came for."""
    match stage:
        case Thanking() | Undoing() | Ticketed() | Redeemed() | Becoming(step="done") | Parted():
            return True
    return False
