"""Leaving: the person is erased, the entries stay under an id without a name, and there is a receipt."""

import logging
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from unicodedata import decimal

from django.db import transaction

from cloud.club import consents
from cloud.club.changes import erase_elsewhere, tell
from cloud.club.codes import is_code, new_code
from cloud.club.errors import Unknown, Untimely
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
from cloud.club.recalls import recall
from mqtt.tracking import parse
from mqtt.vocabulary import BadCode, CardKey, KioskId, MemberId

MOST_A_DAY: Final = 20
"""Members who leave at one kiosk within a day: nothing undoes it, and one that was stolen could name all."""
DAY: Final = timedelta(days=1)
log = logging.getLogger("cloud.club")


def leave_at_kiosk(member: MemberId, at: datetime, code: str, kiosk: KioskId) -> Receipt:
    """As `leave`, of a member who did so at a kiosk. Raises Untimely also beyond :data:`MOST_A_DAY`."""
    if Receipt.objects.filter(kiosk=kiosk, at__gt=at - DAY).count() >= MOST_A_DAY:
        raise Untimely(f"more than {MOST_A_DAY} leave at {kiosk} within a day: see to it, then replay")
    return leave(member, at, code, kiosk)


@transaction.atomic
def leave(member: MemberId, at: datetime, code: str = "", kiosk: str = "") -> Receipt:
    """Erase who a member is, and all who were merged into them.

    After it, `scrub` in `cloud.fleet.scrubbing` takes what is left of it out of the database's files.
    `code` is that of a receipt which was shown already, at a `kiosk`. Raises Unknown and Untimely.
    """
    group = held(member).group_id
    everyone = merged(member)
    erased, kept = _erase(everyone, at), _kept(everyone)
    _end(everyone, at, day_in(group, at))
    for one in everyone:
        recall(one, at)
    tell(*everyone)
    log.info("%s: left", member)
    code = code or new_code(secrets.randbelow)
    return Receipt.objects.create(code=code, at=at, kiosk=kiosk, erased=erased, kept=kept)


def receipt(typed: str) -> Receipt:
    """The receipt under a code as somebody typed it, of a kiosk's or of an operator's. Raises Unknown."""
    digits = "".join(str(decimal(one)) for one in typed if one.isdecimal())
    try:
        code = digits if is_code(digits) and not any(map(str.isalpha, typed)) else str(parse(typed))
    except BadCode:
        raise Unknown("no receipt has this code: a character is wrong, or two are swapped") from None
    found = Receipt.objects.filter(code=code).first()
    if found is None:
        raise Unknown("there is no receipt with this code")
    return found


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
