"""Leaving: the person is erased, the entries stay under an id without a name, and there is a receipt."""

import logging
import secrets
from collections.abc import Callable, Collection
from datetime import date, datetime

from django.db import transaction

from cloud.club import consents
from cloud.club.changes import erase_elsewhere, tell
from cloud.club.codes import new_code
from cloud.club.membership import day_in, held, merged
from cloud.club.models import (
    ACTIVE,
    LEFT,
    REKEYED,
    Card,
    Consent,
    Entry,
    Member,
    MemberAsked,
    Merge,
    Person,
    Receipt,
)
from mqtt.vocabulary import CardKey, MemberId

log = logging.getLogger("cloud.club")


@transaction.atomic
def leave(member: MemberId, at: datetime, below: Callable[[int], int] = secrets.randbelow) -> Receipt:
    """Erase who a member is, and all who were merged into them.

    After it, `scrub` in `cloud.fleet.scrubbing` takes what is left of it out of the database's files.
    Raises Unknown and Untimely.
    """
    group = held(member).group_id
    everyone = merged(member)
    erased, kept = _erase(everyone, at), _kept(everyone)
    _end(everyone, at, day_in(group, at))
    tell(*everyone)
    log.info("%s: left", member)
    return Receipt.objects.create(code=new_code(below), at=at, erased=erased, kept=kept)


def _erase(members: Collection[MemberId], at: datetime) -> dict[str, int]:
    cards = Card.objects.filter(member__in=members).values_list("key", flat=True)
    asked = MemberAsked.objects.filter(member__in=members).count()
    persons = Person.objects.filter(member__in=members)
    erased = {
        "persons": persons.count(),
        "asked": asked,
        "parts": erase_elsewhere(members, map(CardKey, cards)),
        "consents withdrawn": consents.withdraw_all(members, at),
    }
    persons.delete()
    return erased


def _kept(members: Collection[MemberId]) -> dict[str, int]:
    return {
        "entries": Entry.objects.filter(member__in=members).count(),
        "consents": Consent.objects.filter(member__in=members).count(),
        "cards": Card.objects.filter(member__in=members).count(),
    }


def _end(members: Collection[MemberId], at: datetime, on: date) -> None:
    """Let the cards be nobody's, but those that are lost, which stay so; nothing can be undone any more."""
    active = Card.objects.filter(member__in=members, status__in=(ACTIVE, REKEYED))
    active.update(status=LEFT, ended_at=at, replaced_by=None)
    Member.objects.filter(id__in=members).update(left_on=on)
    Merge.objects.filter(kept__in=members, undone_at=None, confirmed_at=None).update(confirmed_at=at)
