"""What people did about themselves at kiosks, as the poster writes it: they joined, agreed, and left."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cloud.club import consents, kiosk_joining, leaving
from cloud.club.arrangement import Agreed
from cloud.club.errors import Unfit, Unknown
from cloud.club.membership import final
from cloud.club.models import Member
from cloud.collector.facts import Fact
from mqtt.events import ConsentGiven, MemberJoined, MemberLeft
from mqtt.vocabulary import MemberId

JUST_AFTER = timedelta(milliseconds=1)


def post(facts: Sequence[Fact]) -> None:
    """Write it, in the caller's transaction and in the order of the facts. Raises ClubError and LookupError.

    The cloud knows of it from now on: a tap of which it heard before counts as if nobody had joined or left.
    """
    if not facts:
        return
    # the collector's clock may be ahead of this one
    now = max(datetime.now(UTC), JUST_AFTER + max(fact.received_at for fact in facts))
    for fact in facts:
        match fact.event:
            case MemberJoined():
                kiosk_joining.join(_joined(fact, fact.event, now))
            case ConsentGiven():
                _agree(fact, fact.event)
            case MemberLeft():
                _leave(fact, fact.event, now)


def _joined(fact: Fact, event: MemberJoined, now: datetime) -> kiosk_joining.Joined:
    return kiosk_joining.Joined(
        event=fact.name,
        kiosk=fact.kiosk,
        visit=event.visit,
        cards=event.cards,
        language=event.language,
        personal=event.personal,
        group=fact.place.group,
        at=fact.moment,
        on=fact.day,
        now=now,
    )


def _agree(fact: Fact, event: ConsentGiven) -> None:
    """Keep a consent; one of who could not join, or has left, is nobody's."""
    member = event.member or kiosk_joining.joiner(fact.kiosk, event.visit)
    if member is not None and _here(fact, member).left_on is None:
        consents.give(member, [Agreed(event.purpose, event.wording, event.language)], fact.moment)


def _leave(fact: Fact, event: MemberLeft, now: datetime) -> None:
    """Let a member leave, or whom they were merged into; one who has left already stays so."""
    member = final(MemberId(_here(fact, event.member).id))
    if member is not None and member.left_on is None:
        leaving.leave_at_kiosk(MemberId(member.id), now, event.receipt, fact.kiosk)


def _here(fact: Fact, member: MemberId) -> Member:
    found = Member.objects.filter(id=member).first()
    if found is None:
        raise Unknown("there is no such member")
    if found.group_id != fact.place.group:
        raise Unfit("a member of another store group")
    return found
