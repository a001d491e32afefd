"""Somebody becomes a member with an empty card; each step pure, as in `kiosk.visit`.

What is typed stands in the stage `phone` and nowhere else; with the number that it is, it leaves the state.
"""

from dataclasses import replace

from kiosk import phones, questions
from kiosk.catalogue import Joining
from kiosk.stages import (
    Apologising,
    Becoming,
    Guest,
    LoadPhones,
    Record,
    Signal,
    Stage,
    State,
    Step,
)
from kiosk.talking import CONFIRMS
from kiosk.views import Touch
from mqtt import events


def stranger(guest: Guest) -> Stage:
    """What stands there for a card that nobody knows; it may only be that the cloud has not said so yet."""
    if guest.newcomer and guest.newcomer.joined is not None:
        return Becoming("done", number=guest.newcomer.joined)
    return Apologising("unknown")


def is_offered(state: State, joining: Joining) -> bool:
    """Whether somebody can become a member with the card that nobody knows."""
    guest, stage = state.guest, state.stage
    unknown = isinstance(stage, Apologising) and stage.reason == "unknown"
    return bool(unknown and joining.ways and guest and guest.keeps and guest.newcomer)


def begin(state: State, now: float) -> Step:
    """Tell what the club keeps."""
    return replace(state, stage=Becoming("about"), since=now), (LoadPhones(),)


def touched(state: State, becoming: Becoming, touch: Touch, joining: Joining, now: float) -> Step:
    """Take a touch on the way; one that makes no sense there changes nothing."""
    match becoming, touch:
        case Becoming(step="about"), Touch(what="confirm") if "card" in joining.ways:
            return _join(state, None, joining, now)
        case Becoming(step="about"), Touch(what="number") if "phone" in joining.ways:
            return replace(state, stage=Becoming("phone"), since=now), ()
        case Becoming(step="phone"), Touch(what="back"):
            return replace(state, stage=Becoming("about"), since=now), ()
        case Becoming(step="phone", typed=typed), Touch(what="digit" | "erase"):
            return _typed(state, typed, touch, now), ()
        case Becoming(step="phone", typed=typed), Touch(what="enter") if typed:
            number = phones.e164(typed, joining.home)
            if number:
                return _join(state, number, joining, now)
            return replace(state, stage=replace(becoming, wrong=True), since=now), ()
    return state, ()


def recorded(state: State, becoming: Becoming, *, kept: bool, now: float) -> Step:
    """The disk's word."""
    if not kept:
        return questions.lost(state, now)
    return replace(state, stage=replace(becoming, step="done"), since=now), (Signal("thanks"),)


def _typed(state: State, typed: str, touch: Touch, now: float) -> State:
    """One digit more, or less; what changes nothing prolongs nothing."""
    after = typed[:-1]
    if touch.what == "digit":
        known = touch.value is not None and 0 <= touch.value <= 9  # noqa: PLR2004 - a digit
        after = f"{typed}{touch.value}" if known and len(typed) < phones.MOST else typed
    return state if after == typed else replace(state, stage=Becoming("phone", after), since=now)


def _join(state: State, number: str | None, joining: Joining, now: float) -> Step:
    """What is agreed to concerns the number, so that with the card alone there is nothing to agree to."""
    guest = state.guest
    assert guest is not None, "only a visit becomes a member's"
    assert guest.newcomer is not None, "only an empty card becomes one's"
    joined = events.MemberJoined(
        guest.visit, guest.newcomer.kind, guest.cards, state.language, personal=number is not None
    )
    agreed = [
        events.ConsentGiven(guest.visit, each.purpose, each.wording, state.language)
        for each in (joining.purposes if number else ())
    ]
    keeping = replace(state, stage=Becoming("keeping", number=number is not None), since=now)
    fields = {"phone": number} if number else None
    return keeping, (Record((joined, *agreed), confirms=CONFIRMS, fields=fields),)
