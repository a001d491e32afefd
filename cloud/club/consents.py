"""Consents: to which purposes a member said yes, in which words, and until when."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from cloud.club.arrangement import Agreed
from cloud.club.models import Consent
from mqtt.vocabulary import MemberId


def give(member: MemberId, agreed: Iterable[Agreed], at: datetime) -> None:
    """Write down what a member agreed to. A purpose has one consent that stands: the newest."""
    for one in agreed:
        withdraw(member, one.purpose, at)
        Consent.objects.create(
            member_id=member, purpose=one.purpose, wording=one.wording, language=one.language, given_at=at
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


def _standing(member: MemberId) -> QuerySet[Consent]:
    return Consent.objects.filter(member=member, withdrawn_at=None)
