"""A card that was swiped into a page: judged, named by its CardKey, and forgotten."""

from django.conf import settings

from cloud.club.card_schema import CardSchema, number_of
from cloud.club.decisions import decided
from cloud.club.errors import ClubError
from mqtt.vocabulary import CardKey, card_key


class NoKey(ClubError):
    """This cloud was told no club key: it cannot name a card."""


def swiped(typed: str) -> CardKey:
    """Under which name the club knows what a reader typed. Raises NotTaken, without a digit, and NoKey."""
    number = number_of(typed, decided(CardSchema))
    if settings.CLUB_KEY is None:
        raise NoKey("set BASHGAH_CLUB_KEY: without it no card can be named")
    return card_key(settings.CLUB_KEY, "magstripe", number.encode())
