"""A new member and their card: here the cloud makes a CardKey of a card's number, which ends here."""

import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from cloud.club.models import Card, Member
from cloud.collector.models import Outbox
from cloud.fleet.models import Store
from cloud.voice.buckets import day_of
from mqtt.vocabulary import CardKind, ClubKey, Language, MemberId, StoreId, card_key


class Taken(Exception):
    """The card is somebody's already."""


@dataclass(frozen=True, slots=True)
class Empty:
    """A card that is nobody's yet; its `identity` is what a reader gives."""

    kind: CardKind
    identity: bytes = field(repr=False)


def enrol(key: ClubKey, card: Empty, store: StoreId, language: Language, now: datetime) -> Member:
    """An anonymous member with one card, in the group of a store that is there, from the store's day on.

    In the caller's transaction, or one of its own; the group's kiosks hear of it. Raises Taken.
    """
    home = Store.objects.get(id=store)
    joined_on = day_of(now, ZoneInfo(home.time_zone))
    member = Member(id=_new_id(), group_id=home.group_id, language=language, joined_on=joined_on)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
            Card(key=card_key(key, card.kind, card.identity), member=member).save(force_insert=True)
            Outbox.objects.create(member_id=member.id)
    except IntegrityError:
        raise Taken from None
    return member


def _new_id() -> MemberId:
    return MemberId(f"m-{b32encode(secrets.token_bytes(7)).decode().lower()[:10]}")
