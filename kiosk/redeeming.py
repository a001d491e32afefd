"""A member spends points; each step pure, as in `kiosk.visit`.

Nothing is granted before it is durable, and nothing is asked of the cloud before it is durable that it is
asked. The cloud is asked once a visit: what it might still answer belongs to what was abandoned.
"""

from dataclasses import replace
from typing import Literal

from kiosk import purse, questions
from kiosk.catalogue import Redeeming
from kiosk.stages import (
    Apologising,
    AskCloud,
    Decided,
    Greeting,
    Guest,
    Purse,
    Record,
    Recorded,
    Redeemed,
    Replied,
    Signal,
    Spending,
    SpendingStep,
    Stage,
    State,
    Step,
)
from kiosk.views import Offer, Touch
from mqtt import events
from mqtt.down import MemberRow, Spend
from mqtt.tracking import of_visit
from mqtt.vocabulary import AllowanceId, CouponCode, MemberId, Points, VisitId

CONFIRMS: dict[SpendingStep, int] = {"asking": -1, "granting": -2, "confirming": -3}
"""As what the disk's word on each step comes back: answers' attempts count from 1, a ticket's is 0."""
_BALANCE = ("balance", "more")
"""Pages on which it stands that points buy something."""
_ABOUT_POINTS = (*_BALANCE, "redeem", "confirm")
"""Pages on which the member's row may be renewed; on others a movement could slip from under a finger."""


def is_granting(stage: Stage) -> bool:
    """Whether points are being spent for good: who lays down another card then would take the code away."""
    return isinstance(stage, Spending) and stage.step in {"granting", "confirming"}


def at_hand(stage: Stage) -> AllowanceId | None:
    """The allowance that whoever stands there might spend."""
    greeting = stage.greeting if isinstance(stage, Spending) else stage
    lent = greeting.purse.lent if isinstance(greeting, Greeting) else None
    return lent.allowance if lent else None


def concerns(greeting: Greeting, touch: Touch) -> bool:
    """Whether a touch is about spending; that one is done with the visit is about the visit."""
    if greeting.page in _BALANCE:
        return touch.what == "redeem"
    return greeting.page in {"redeem", "confirm"} and touch.what != "done"


def touched(redeeming: Redeeming, state: State, greeting: Greeting, touch: Touch, now: float) -> Step:
    """See what points buy, choose, confirm or go back; a key that is not there changes nothing."""
    offers = purse.choices(redeeming, greeting)
    match greeting, touch:
        case Greeting(page=page), Touch(what="redeem") if page in _BALANCE and purse.is_offered(
            redeeming, state, greeting
        ):
            return _turned(state, greeting, "redeem", now), ()
        case Greeting(page="redeem"), Touch(what="choose", value=int(value)) if 0 < value <= len(offers):
            return _turned(state, greeting, "confirm", now, chosen=offers[value - 1]), ()
        case Greeting(page="redeem"), Touch(what="back"):
            return _turned(state, greeting, "balance", now), ()
        case Greeting(page="confirm"), Touch(what="back"):
            return _turned(state, greeting, "redeem", now), ()
        case Greeting(page="confirm", purse=Purse(chosen=Offer() as chosen)), Touch(what="confirm"):
            # the second touch of two in a row meant the key that stood there before
            return (
                _spend(state, greeting, chosen, now) if now - state.since >= questions.PAUSE else (state, ())
            )
    return state, ()


def recorded(state: State, spending: Spending, word: Recorded, now: float) -> Step:
    """The disk's word on a step."""
    if word.attempt != CONFIRMS.get(spending.step):
        return state, ()
    if not word.kept:
        undone = (abandoned(state, spending, "left"),) if spending.step == "confirming" else ()
        return questions.lost(state, now)[0], undone
    if spending.step != "asking":
        return replace(state, stage=Redeemed(_coupon(state), spending.offer), since=now), (Signal("thanks"),)
    guest = _guest(state)
    spend = Spend(guest.visit, Points(spending.offer.points), spending.returned)
    asked = replace(state, stage=replace(spending, step="asked"), since=now)
    return asked, (AskCloud(guest.visit, guest.cards, spend=spend),)


def decided(state: State, word: Decided, now: float) -> Step:
    """The cloud's word, if it is still waited for."""
    spending, guest = state.stage, state.guest
    if not (isinstance(spending, Spending) and spending.step == "asked" and guest):
        return state, ()
    if guest.visit != word.visit:
        return state, ()
    if word.granted is None:
        return unanswered(state, spending, now)
    return _confirm(state, spending, now) if word.granted else _refuse(state, spending, word.member, now)


def unanswered(state: State, spending: Spending, now: float) -> Step:
    """The cloud says nothing in time: there is what can be had without it."""
    again = _turned(state, _again(spending), "redeem", now, away=True)
    return again, (abandoned(state, spending, "no-reply"),)


def abandoned(state: State, spending: Spending, why: Literal["refused", "no-reply", "left"]) -> Record:
    """What was asked for is not spent."""
    return Record((events.RedemptionAbandoned(*_who(state), Points(spending.offer.points), why),))


def renewed(redeeming: Redeeming, state: State, greeting: Greeting, reply: Replied, now: float) -> Step:
    """Take the cloud's newer word on whoever is being greeted, in place."""
    if not reply.reached:
        return state, ()
    greeting = replace(greeting, answer=reply.answer or greeting.answer)
    member = reply.member
    if member is None:  # whoever's card it was has left: the cloud would grant nothing
        greeting = replace(greeting, purse=replace(greeting.purse, asks=False, lent=None))
    elif member.member == greeting.member.member:
        if member.blocked:
            return _blocked(state, now)
        greeting = _with_row(replace(greeting, purse=replace(greeting.purse, lent=reply.lent)), member)
    chosen = greeting.purse.chosen
    if chosen and chosen not in purse.choices(redeeming, greeting):
        return _turned(state, greeting, "redeem", now, fewer=True), ()
    return replace(state, stage=greeting), ()


def _spend(state: State, greeting: Greeting, chosen: Offer, now: float) -> Step:
    who, lent = _who(state), greeting.purse.lent
    if lent and chosen.points <= lent.points:
        points, coupon = Points(chosen.points), _coupon(state)
        granted = events.RedemptionGrantedOffline(*who, lent.allowance, points, chosen.rial, coupon)
        record = Record((granted,), CONFIRMS["granting"], uses=(lent.allowance,))
        return replace(state, stage=Spending(greeting, chosen, "granting"), since=now), (record,)
    elsewhere = purse.available(greeting) - purse.unasked(greeting)
    returned = lent.allowance if lent and chosen.points > elsewhere else None
    asked = events.RedemptionAsked(*who, Points(chosen.points), returned)
    spending = Spending(greeting, chosen, "asking", returned)
    record = Record((asked,), CONFIRMS["asking"], uses=(returned,) if returned else ())
    return replace(state, stage=spending, since=now), (record,)


def _confirm(state: State, spending: Spending, now: float) -> Step:
    points, coupon = Points(spending.offer.points), _coupon(state)
    confirmed = events.RedemptionConfirmed(*_who(state), points, spending.offer.rial, coupon)
    confirming = replace(state, stage=replace(spending, step="confirming"), since=now)
    return confirming, (Record((confirmed,), CONFIRMS["confirming"]),)


def _refuse(state: State, spending: Spending, member: MemberRow | None, now: float) -> Step:
    record, greeting = abandoned(state, spending, "refused"), _again(spending)
    if member and member.member == greeting.member.member:
        if member.blocked:
            sorry, effects = _blocked(state, now)
            return sorry, (record, *effects)
        greeting = _with_row(greeting, member)
    return _turned(state, greeting, "redeem", now, fewer=True), (record,)


def _again(spending: Spending) -> Greeting:
    """What can be had after the cloud was asked in vain: only what needs no asking."""
    lent = None if spending.returned else spending.greeting.purse.lent
    return replace(spending.greeting, purse=Purse(lent=lent))


def _blocked(state: State, now: float) -> Step:
    return replace(state, stage=Apologising("blocked"), since=now), (Signal("refused"),)


def _with_row(greeting: Greeting, member: MemberRow) -> Greeting:
    if greeting.page not in _ABOUT_POINTS or member.as_of < greeting.member.as_of:
        return greeting
    return replace(greeting, member=member)


def _turned(  # noqa: PLR0913 - what a page says
    state: State,
    greeting: Greeting,
    page: Literal["balance", "redeem", "confirm"],
    now: float,
    *,
    chosen: Offer | None = None,
    fewer: bool = False,
    away: bool = False,
) -> State:
    at_hand = replace(greeting.purse, chosen=chosen, fewer=fewer, away=away)
    return replace(state, stage=replace(greeting, page=page, purse=at_hand), since=now)


def _coupon(state: State) -> CouponCode:
    return CouponCode(of_visit(_guest(state).visit))


def _guest(state: State) -> Guest:
    assert state.guest is not None, "points are only spent within a visit"
    return state.guest


def _who(state: State) -> tuple[VisitId, MemberId]:
    guest = _guest(state)
    assert guest.member is not None, "only a member has points to spend"
    return guest.visit, guest.member
