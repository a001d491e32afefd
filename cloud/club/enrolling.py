"""A new member and their card: here the cloud makes a CardKey of a card's number, which ends here."""

from dataclasses import dataclass, field
from datetime import datetime

from cloud.club import joining
from cloud.club.models import Member
from cloud.fleet.models import Store
from mqtt.vocabulary import CardKind, ClubKey, GroupId, Language, StoreId, card_key


@dataclass(frozen=True, slots=True)
class Empty:
    """A card that is nobody's yet; its `identity` is what a reader gives."""

    kind: CardKind
    identity: bytes = field(repr=False)


def enrol(key: ClubKey, card: Empty, store: StoreId, language: Language, now: datetime) -> Member:
    """An anonymous member with one card, in the group of a store that is there.

    In the caller's transaction, or one of its own; the group's kiosks hear of it. Raises Taken, and Unfit
    where the club lets nobody join so.
    """
    group = GroupId(Store.objects.get(id=store).group_id)
    named = card_key(key, card.kind, card.identity)
    member = joining.join_with_card(named, joining.Occasion(group, language, now))
    return Member.objects.get(id=member)
