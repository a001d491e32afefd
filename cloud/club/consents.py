"""Consents: to which purposes a member said yes, in which words, and until when."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from cloud.club.arrangement import Agreed
from cloud.club.models import Consent
from mqtt.vocabulary import MemberId


def give(member: MemberId, agreed: Iterable[Agreed], at: datetime) -> None:
    """Write down what a member agreed to. A purpose has one consent that stands: the newest.

    One that is heard of late ended when the member said something newer of that purpose, if they did.
    """
    for one in agreed:
        newer = _newer(member, one.purpose, at)
        if newer is None:
            withdraw(member, one.purpose, at)
        Consent.objects.create(
            member_id=member,
            purpose=one.purpose,
            wording=one.wording,
            language=one.language,
            given_at=at,
            withdrawn_at=newer,
        )


def withdraw(member: MemberId, purpose: str, at: datetime) -> bool:
    """End a consent; whether there was one."""
    return bool(_standing(member).filter(purpose=purpose).update(withdrawn_at=at))


def withdraw_all(members: Iterable[MemberId], at: datetime) -> int:
    """End every consent of members who leave; how many there were."""
    return Consent.objects.filter(member__in=members, withdrawn_at=None).update(withdrawn_at=at)


def allows(member: MemberId, purpose: str) -> bool:
    """Whether a member's consent to a purpose stands."""
    return _standing(member).filter(purpose=purpose).exists()


def standing(member: MemberId) -> set[str]:
    """The purposes to which a member's consent stands."""
    return set(_standing(member).values_list("purpose", flat=True))


def _newer(member: MemberId, purpose: str, at: datetime) -> datetime | None:
    """When a member first said something of a purpose after a moment."""
    said = Consent.objects.filter(member=member, purpose=purpose)
    moments = said.aggregate(
        given=Min("given_at", filter=Q(given_at__gt=at)),
        withdrawn=Min("withdrawn_at", filter=Q(withdrawn_at__gt=at)),
    )
    return min((moment for moment in moments.values() if moment), default=None)


def _standing(member: MemberId) -> QuerySet[Consent]:
    return Consent.objects.filter(member=member, withdrawn_at=None)
