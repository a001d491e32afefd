"""Whose card or telephone number it is, among the members of a till's own group."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from cloud.club import joining
from cloud.club.errors import ClubError
from cloud.club.finding import by_phone
from cloud.club.membership import current
from cloud.club.models import BLOCKED, LEFT, Card, Member
from cloud.club.phones import phone
from cloud.fleet.models import Till
from mqtt.vocabulary import CardKey, MemberId


class NotFound(ClubError):
    """Nobody here; the text says so to a clerk, and nothing of what was looked for."""


class Nobodys(NotFound):
    """A card that nobody has: whoever holds it may join with it."""


def of_card(keys: Collection[CardKey], till: Till) -> MemberId:
    """Whose a card is, by its names under the club's keys. Raises NotFound, and Nobodys for an empty card."""
    card = Card.objects.filter(key__in=keys).order_by("key").first()
    if card is None or card.status == LEFT:
        raise Nobodys(_("This card is not known here yet."))
    if card.status in BLOCKED:
        raise NotFound(_("This card is blocked: it was lost or replaced."))
    return _here(current(card.member_id), till)


def of_phone(typed: str, till: Till) -> MemberId:
    """Whose a telephone number is. Raises NotFound, and BadPhone."""
    number = phone(typed, joining.rules().home)
    found = by_phone(number)
    if found is None:
        raise NotFound(_("No member has this telephone number."))
    return _here(current(found), till)


def _here(member: MemberId, till: Till) -> MemberId:
    if not is_here(member, till):
        raise NotFound(_("This member belongs to another group of stores."))
    return member


def is_here(member: str, till: Till) -> bool:
    """Whether somebody is a member of the till's own group."""
    return Member.objects.filter(id=member, group=till.store.group_id, left_on=None).exists()
