"""A member's cards: issued, lost, replaced, and known under a newer club key."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from cloud.club.changes import tell
from cloud.club.errors import Taken, Unknown, Untimely
from cloud.club.membership import held
from cloud.club.models import ACTIVE, LEFT, LOST, REKEYED, REPLACED, Card, CardMove
from mqtt.vocabulary import CardKey, MemberId

log = logging.getLogger("cloud.club")


@transaction.atomic
def issue(member: MemberId, key: CardKey, at: datetime) -> None:
    """Give a member a card, the first or one more; a card of one who left may be anybody's again.

    Raises Unknown, Untimely, and Taken for a card that was issued before.
    """
    held(member)
    found = Card.objects.select_for_update().filter(key=key).first()
    if found is None:
        _make(member, key, at)
    elif found.status == LEFT:
        _issue_again(found, member, at)
    else:
        raise Taken("this card cannot be used for this membership: take an empty one")
    tell(member)


@transaction.atomic
def lose(key: CardKey, at: datetime) -> MemberId:
    """Block a card at every kiosk; whose it is. Raises Unknown and Untimely."""
    card = _found(key)
    if card.status != ACTIVE:
        raise Untimely(f"this card is {card.status}, not active: only an active one can be lost")
    _end(card, LOST, at)
    tell(card.member_id)
    log.info("%s: a card is lost", card.member_id)
    return MemberId(card.member_id)


@transaction.atomic
def replace(old: CardKey, new: CardKey, at: datetime) -> MemberId:
    """Let an empty card take the place of a lost or broken one, which is blocked; whose they are.

    The member, and so every point, stays. Raises Unknown, Untimely and Taken.
    """
    card = _found(old)
    if card.status not in (ACTIVE, LOST):
        raise Untimely(f"this card is {card.status}: only an active or a lost one can be replaced")
    issue(MemberId(card.member_id), new, at)
    _end(card, REPLACED, card.ended_at or at)
    Card.objects.filter(key=card.key).update(replaced_by=new)
    log.info("%s: a card is replaced", card.member_id)
    return MemberId(card.member_id)


@transaction.atomic
def rekey(names: Mapping[CardKey, CardKey]) -> None:
    """Know cards by a newer name: old CardKeys and their new ones, which one tap carried together.

    Nothing comes of a card that is not active, or of a newer name that is a card's already.
    """
    taken = set(Card.objects.filter(key__in=names.values()).values_list("key", flat=True))
    known = Card.objects.filter(key__in=names, status=ACTIVE).order_by("key")
    for card in known.select_for_update():
        newer = names[CardKey(card.key)]
        if newer not in taken:
            taken.add(newer)
            _rename(card, newer)


def _found(key: CardKey) -> Card:
    owner = Card.objects.filter(key=key).values_list("member", flat=True).first()
    if owner is None:
        raise Unknown("there is no such card")
    held(owner)
    card = Card.objects.get(key=key)
    return card.replaced_by if card.status == REKEYED and card.replaced_by else card


def _make(member: MemberId, key: CardKey, at: datetime) -> None:
    try:
        with transaction.atomic():
            Card(key=key, member_id=member, status=ACTIVE, issued_at=at).save(force_insert=True)
    except IntegrityError:
        raise Taken("this card was issued at this very moment to another member") from None


def _issue_again(card: Card, member: MemberId, at: datetime) -> None:
    until = card.ended_at or at
    CardMove.objects.create(card=card, member_id=card.member_id, since=card.issued_at, until=until)
    Card.objects.filter(key=card.key).update(member=member, status=ACTIVE, issued_at=at, ended_at=None)


def _end(card: Card, status: str, at: datetime) -> None:
    """End a card under each of its names."""
    names = Q(key=card.key) | Q(replaced_by=card.key, status=REKEYED) | Q(replaced_by=card.key, status=LOST)
    Card.objects.filter(names).update(status=status, ended_at=at)


def _rename(card: Card, newer: CardKey) -> None:
    renamed = Card(key=newer, member_id=card.member_id, status=ACTIVE, issued_at=card.issued_at)
    renamed.join_id = card.join_id
    renamed.save(force_insert=True)
    older = Q(key=card.key) | Q(replaced_by=card.key, status=REKEYED)
    Card.objects.filter(older).update(status=REKEYED, replaced_by=newer)
    tell(card.member_id)
