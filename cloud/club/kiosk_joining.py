"""Joining at a kiosk: the card makes the member at once, what they said of themselves makes the person."""

from datetime import date, datetime
from typing import Final, NamedTuple

import msgspec
from django.db.models import Q, QuerySet

from cloud.club import consents, joining
from cloud.club.arrangement import Details, at_kiosk
from cloud.club.errors import BadPhone, Taken, Unfit
from cloud.club.membership import final, id_of
from cloud.club.models import BLOCKED, LEFT, WAITS, Card, KioskJoin, Person
from mqtt.vocabulary import CardKey, GroupId, KioskId, Language, MemberId, VisitId

_ENDED: Final = dict.fromkeys(BLOCKED, "card-lost") | {LEFT: "card-left"}
"""Why a card that was somebody's makes no member; that of one who still has it is taken."""
_TAKEN: Final = "card-taken"


class Joined(NamedTuple):
    """That somebody joined in a visit, as the kiosk tells it; `cards` are the names of one card.

    `event` names it for ever. `on` is the store-local day of `at`; the cloud came to know of it at `now`.
    """

    event: str
    kiosk: KioskId
    visit: VisitId
    cards: tuple[CardKey, ...]
    language: Language
    personal: bool
    group: GroupId
    at: datetime
    on: date
    now: datetime


def join(said: Joined) -> None:
    """Make a member of who joined, in the caller's transaction, or note why there is none. Raises Unfit.

    The same event again changes nothing. A card that is or was somebody's makes no member: whoever left or
    lost a card at one kiosk is not brought back by what another one has still to tell.
    """
    if KioskJoin.objects.filter(event=said.event).exists():
        return
    member, why = _made(said)
    KioskJoin.objects.create(
        event=said.event,
        kiosk=said.kiosk,
        visit=said.visit,
        member_id=member,
        ignored=why,
        person=WAITS if said.personal else "",
        joined_at=said.at,
        posted_at=said.now,
    )
    if member is not None:
        Card.objects.filter(member=member, key__in=said.cards).update(join=said.event)


def joiner(kiosk: KioskId, visit: VisitId) -> MemberId | None:
    """Who joined in a visit; None where nobody could. Raises LookupError where nobody wanted to."""
    found = KioskJoin.objects.filter(kiosk=kiosk, visit=visit).values_list("member", flat=True)
    member = next((MemberId(one) for one in found if one is not None), None)
    if member is None and not found:
        raise LookupError("nobody joined in this visit")
    return member


def without_person() -> QuerySet[KioskJoin]:
    """Who joined and is no member, or not known by what they said; the newest first."""
    there = Q(person__in=("", WAITS, "kept", "known"), ignored="")
    return KioskJoin.objects.exclude(there).order_by("-posted_at", "event")


def lacks_consent(join: KioskJoin) -> bool:
    """Whether who joined has not said yes, so far, to what the club needs before it keeps who they are."""
    needed = set(joining.rules().consents)
    return (
        bool(needed)
        and join.member_id is not None
        and not needed <= consents.standing(MemberId(join.member_id))
    )


def identify(join: KioskJoin, fields: str, now: datetime) -> str:
    """Say who joined, in the caller's transaction; what became of it, as a code that tells of nobody.

    | code | the person |
    |---|---|
    | `kept` | is there |
    | `known` | was there before: somebody said who the member is meanwhile |
    | `no-member` | is nobody's: the card made none |
    | `left` | has left, or nothing was said |
    | `no-consent` | did not agree to what the club needs |
    | `no-phone` | gave no telephone number |
    | `phone-taken` | gave one that cannot be used |
    | `unfit` | gave what the club does not ask for, or too much of it |
    """
    member = final(MemberId(join.member_id)) if join.member_id else None
    if member is None:
        return "no-member"
    said = _details(fields)
    if member.left_on is not None or said == Details():
        return "left"
    if Person.objects.filter(member=member).exists():
        return "known"
    if lacks_consent(join):
        return "no-consent"
    return _kept(MemberId(member.id), said, now)


def _kept(member: MemberId, said: Details, now: datetime) -> str:
    try:
        joining.add_person(member, said, (), now, at_kiosk)
    except BadPhone:
        return "no-phone"
    except Taken:
        return "phone-taken"
    except Unfit:
        return "unfit" if said.phone else "no-phone"
    return "kept"


def _made(said: Joined) -> tuple[MemberId | None, str]:
    why = _refused(said)
    if why:
        return None, why
    member = id_of(f"{said.kiosk}/{said.visit}")
    occasion = joining.Occasion(said.group, said.language, said.at, on=said.on)
    try:
        joining.join_at_kiosk(member, said.cards[0], "phone" if said.personal else "card", occasion)
    except Taken:  # at the till, at this very moment
        return None, _TAKEN
    return member, ""


def _refused(said: Joined) -> str:
    """Why a join makes no member; empty if it does."""
    statuses = set(Card.objects.filter(key__in=said.cards).values_list("status", flat=True))
    if statuses - _ENDED.keys():
        return _TAKEN
    if statuses:
        return min(_ENDED[status] for status in statuses)
    again = KioskJoin.objects.filter(kiosk=said.kiosk, visit=said.visit).exclude(member=None)
    return "again" if again.exists() else ""


def _details(fields: str) -> Details:
    said = msgspec.json.decode(fields, type=dict[str, str])
    return Details(
        given_name=said.get("given_name", "").strip(),
        family_name=said.get("family_name", "").strip(),
        phone=said.get("phone", "").strip(),
        email=said.get("email", "").strip(),
    )
