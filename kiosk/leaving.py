"""A member leaves the club; each step pure, as in `kiosk.visit`."""

from dataclasses import replace

from kiosk import questions
from kiosk.catalogue import Leaving
from kiosk.stages import Parted, Parting, Record, Signal, State, Step
from kiosk.talking import CONFIRMS, GLANCE
from mqtt import events
from mqtt.tracking import of_visit
from mqtt.vocabulary import ReceiptCode


def is_offered(state: State, leaving: Leaving) -> bool:
    """Whether the member can leave here and now."""
    return leaving.offered and state.guest is not None and state.guest.keeps


def confirm(state: State, now: float) -> Step:
    """Have it made durable that the member leaves. Nothing undoes it: a hasty touch meant the page before."""
    guest = state.guest
    if now - state.since < GLANCE or guest is None or guest.member is None:
        return state, ()
    left = events.MemberLeft(guest.visit, guest.member, ReceiptCode(of_visit(guest.visit)))
    return replace(state, stage=Parting(left.receipt), since=now), (Record((left,), confirms=CONFIRMS),)


def recorded(state: State, parting: Parting, *, kept: bool, now: float) -> Step:
    """The disk's word."""
    if not kept:
        return questions.lost(state, now)
    return replace(state, stage=Parted(parting.receipt), since=now), (Signal("thanks"),)
