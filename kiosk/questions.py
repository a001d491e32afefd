"""A question within a visit: shown, answered, taken back, left; each step pure, as in `kiosk.visit`."""

from dataclasses import replace
from typing import Literal

from kiosk.catalogue import Survey
from kiosk.stages import (
    Apologising,
    Asking,
    Effect,
    Guest,
    Hand,
    Record,
    State,
    Step,
    Thanking,
    Undoing,
)
from kiosk.survey import MOST, follow_up, is_too_quick
from mqtt import events
from mqtt.vocabulary import MemberId, VisitId

PAUSE = 0.4
"""Seconds between two touches; those that follow each other faster are one run."""
MANY = 6
"""Touches in a run from which on nobody reads what they touch."""


def ask(state: State, survey: Survey, attempt: int, now: float) -> Step:
    """Put a question on the screen, unless its answer could not be kept."""
    guest, (visit, member) = _guest(state), _who(state)
    if not guest.keeps:
        return replace(state, stage=Apologising("out-of-service"), since=now), ()
    more = tuple(each for each in guest.more if each.question != survey.question)
    guest = replace(guest, more=more, asked=guest.asked + 1, again=False)
    shown = events.QuestionShown(visit, member, survey.question, survey.wording, state.language)
    return replace(state, stage=Asking(survey, attempt), since=now, guest=guest), (Record((shown,)),)


def answer(state: State, asking: Asking, value: int, now: float) -> Step:
    """Take a value of the scale, marked where it was not read; anything else changes nothing."""
    if not asking.survey.scale.holds(value):
        return state, ()
    guest, (visit, member) = _guest(state), _who(state)
    took = round(now - state.since, 3)
    given = events.Given(asking.survey.question, asking.attempt)
    facts: tuple[events.Event, ...] = (_answered(state, asking, value, took),)
    why = _suspicion(guest, asking.survey, took)
    if why is None:
        guest = _with_answers(guest, (*guest.hand.answers, given))
    else:  # in one transaction, so that no answer ever travels without its mark
        facts = (*facts, events.AnswersFlagged(visit, member, (given,), why))
    saving = replace(state, stage=replace(asking, saving=value), guest=guest)
    return saving, (Record(facts, confirms=asking.attempt),)


def undo(state: State, undoing: Undoing, now: float) -> Step:
    """Take the answer back and ask again; it is still the same impression."""
    guest, (visit, member) = _guest(state), _who(state)
    question = undoing.survey.question
    undone = events.AnswerUndone(visit, member, question, undoing.attempt)
    left = tuple(each for each in guest.hand.answers if each.attempt != undoing.attempt)
    guest = replace(_with_answers(guest, left), again=True)
    again = Asking(undoing.survey, undoing.attempt + 1)
    return replace(state, stage=again, since=now, guest=guest), (Record((undone,)),)


def go_on(state: State, undoing: Undoing, now: float) -> Step:
    """The answer stands: ask what follows from it, or give thanks."""
    guest = _guest(state)
    after = follow_up(undoing.survey, undoing.value, guest.more) if guest.asked < MOST else None
    if after is None:
        return replace(state, stage=Thanking(), since=now), ()
    # attempts count on through the visit, so that each names one answer of it
    return ask(state, after, undoing.attempt + 1, now)


def dismissed(state: State, asking: Asking, how: Literal["skipped", "timed-out", "left"]) -> Record:
    """A question that went without an answer."""
    survey = asking.survey
    return Record((events.QuestionDismissed(*_who(state), survey.question, survey.wording, how),))


def lost(state: State, now: float) -> Step:
    """The disk did not take the answer: say so. There is nothing left to judge."""
    guest = _with_answers(_guest(state), ())
    return replace(state, stage=Apologising("not-kept"), since=now, guest=guest), ()


def touched(state: State, now: float) -> State:
    """Count a touch of the guest's."""
    if state.guest is None:
        return state
    hand = state.guest.hand
    run = hand.run + 1 if now - hand.at <= PAUSE else 1
    return replace(state, guest=replace(state.guest, hand=replace(hand, at=now, run=run)))


def judged(state: State, effects: tuple[Effect, ...]) -> Step:
    """Mark the visit's answers, each once, when its touches have become a run."""
    guest = state.guest
    if guest is None or guest.hand.run < MANY or not guest.hand.answers:
        return state, effects
    flagged = events.AnswersFlagged(*_who(state), guest.hand.answers, "touches")
    return replace(state, guest=_with_answers(guest, ())), (*effects, Record((flagged,)))


def _answered(state: State, asking: Asking, value: int, took: float) -> events.QuestionAnswered:
    visit, member = _who(state)
    survey = asking.survey
    return events.QuestionAnswered(
        visit,
        member,
        survey.question,
        survey.wording,
        state.language,
        survey.scale,
        value,
        asking.attempt,
        took,
    )


def _suspicion(guest: Guest, survey: Survey, took: float) -> Literal["too-quick", "touches"] | None:
    if not guest.again and is_too_quick(survey, took):
        return "too-quick"
    return "touches" if guest.hand.run >= MANY else None


def _with_answers(guest: Guest, answers: tuple[events.Given, ...]) -> Guest:
    hand: Hand = replace(guest.hand, answers=answers)
    return replace(guest, hand=hand)


def _guest(state: State) -> Guest:
    assert state.guest is not None, "a question is only asked within a visit"
    return state.guest


def _who(state: State) -> tuple[VisitId, MemberId]:
    guest = _guest(state)
    assert guest.member is not None, "a question is only asked of a member"
    return guest.visit, guest.member
