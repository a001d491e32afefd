"""A member tells the shop something, or reads what it answered; each step pure, as in `kiosk.visit`."""

from dataclasses import replace
from typing import Literal, get_args

from kiosk import questions
from kiosk.catalogue import Survey
from kiosk.stages import (
    Apologising,
    Greeting,
    GreetingPage,
    Guest,
    Record,
    Replying,
    Signal,
    State,
    Step,
    Telling,
    Thanking,
    Ticketed,
)
from kiosk.views import Touch
from mqtt import events
from mqtt.down import MemberRow, Movement
from mqtt.tracking import of_visit
from mqtt.vocabulary import MemberId, TicketKind, VisitId

CONFIRMS = 0
"""As what the disk's word on a ticket, or on what was read, comes back: answers' attempts count from 1."""
GLANCE = 1.0
"""Seconds in which nobody has read an answer: a touch before meant the key that stood there until then."""
LINES = 5
"""How many movements a screen has room for."""
KINDS: tuple[TicketKind, ...] = get_args(TicketKind)
CATEGORIES = ("staff", "goods", "prices", "waiting", "points", "other")
"""What it is about, in the order of the keys."""
OF_A_LINE: tuple[TicketKind, str] = "complaint", "points"
"""What it is when somebody says that a movement is wrong."""
_BACK: dict[GreetingPage, GreetingPage] = {
    "history": "balance",
    "more": "balance",
    "talk": "balance",
    "about": "talk",
    "wrong": "history",
    "redeem": "balance",
    "confirm": "redeem",
    "leave": "more",
}


def lines(member: MemberRow) -> tuple[Movement, ...]:
    """A member's last movements, the newest first, as they stand on the screen."""
    return tuple(sorted(member.movements, key=lambda line: line.on, reverse=True)[:LINES])


def turned(state: State, greeting: Greeting, page: GreetingPage, now: float) -> State:
    """From the balance to what is behind it, or back."""
    return replace(state, stage=replace(greeting, page=page), since=now)


def back(state: State, greeting: Greeting, now: float) -> State:
    """One page back; from the balance there is none."""
    return turned(state, greeting, _BACK.get(greeting.page, greeting.page), now)


def begin(state: State, greeting: Greeting, page: Literal["talk", "wrong"], now: float) -> Step:
    """Ask what somebody has to tell, unless it could not be kept."""
    if not _guest(state).keeps:
        return replace(state, stage=Apologising("out-of-service"), since=now), ()
    return turned(state, greeting, page, now), ()


def choose(state: State, greeting: Greeting, value: int, now: float) -> Step:
    """Take the `value`th key of the page, from 1; one that is not there changes nothing."""
    moved = lines(greeting.member)
    match greeting.page:
        case "talk" if 0 < value <= len(KINDS):
            return turned(state, replace(greeting, kind=KINDS[value - 1]), "about", now), ()
        case "about" if 0 < value <= len(CATEGORIES) and greeting.kind:
            return _tell(state, greeting.kind, CATEGORIES[value - 1], None, now)
        case "wrong" if 0 < value <= len(moved):
            return _tell(state, *OF_A_LINE, moved[value - 1], now)
    return state, ()


def read(state: State, greeting: Greeting, now: float) -> Step:
    """Show what the shop answered."""
    assert greeting.answer is not None, "there is something to read"
    return replace(state, stage=Replying(greeting.answer, greeting.survey), since=now), ()


def replied(state: State, replying: Replying, touch: Touch, now: float) -> Step:
    """Take what the member says to an answer; it is only gone when that is durable."""
    if now - state.since < GLANCE:
        return state, ()
    better: Literal["yes", "no"] | None
    match touch.what:
        case "yes" | "no" as better:
            pass
        case "done":
            better = None
        case _:
            return state, ()
    visit, member = _who(state)
    answer = replying.answer
    seen = events.ReplySeen(visit, member, answer.ticket, answer.reply, better)
    saving = replace(state, stage=replace(replying, saving=True), since=now)
    return saving, (Record((seen,), confirms=CONFIRMS),)


def recorded(state: State, *, kept: bool, now: float) -> Step:
    """The disk's word on a ticket, or on what was read."""
    if not kept:
        return questions.lost(state, now)
    match state.stage:
        case Telling():
            ticket = of_visit(_guest(state).visit)
            return replace(state, stage=Ticketed(ticket), since=now), (Signal("thanks"),)
        case Replying(survey=Survey() as survey):
            return questions.ask(state, survey, 1, now)
    return replace(state, stage=Thanking(), since=now), ()


def _tell(state: State, kind: TicketKind, category: str, line: Movement | None, now: float) -> Step:
    visit, member = _who(state)
    opened = events.TicketOpened(visit, member, of_visit(visit), kind, category, state.language, line)
    return replace(state, stage=Telling(), since=now), (Record((opened,), confirms=CONFIRMS),)


def _guest(state: State) -> Guest:
    assert state.guest is not None, "only a visit has something to tell"
    return state.guest


def _who(state: State) -> tuple[VisitId, MemberId]:
    guest = _guest(state)
    assert guest.member is not None, "only a member has something to tell"
    return guest.visit, guest.member
