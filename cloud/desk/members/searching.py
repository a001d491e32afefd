"""What somebody types to find a member: a member's id, a telephone number, or the beginnings of a name."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from cloud.club import joining
from cloud.club.errors import BadPhone
from cloud.club.finding import SHORTEST, Place, by_name, by_phone
from cloud.club.membership import current
from cloud.club.models import LEFT, Card, Member
from cloud.club.names import plain, typed_words
from cloud.club.phones import phone
from cloud.desk.access import Viewer
from cloud.desk.members.known import meets
from mqtt.vocabulary import CardKey, MemberId

LONGEST: Final = 120
"""Characters that are looked at."""
PAGE: Final = 20
By = Literal["id", "phone", "name", "card"]
Trouble = Literal["", "empty", "long", "short", "no-phone"]

_ID: Final = re.compile("m-[a-z2-7]{10}")


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a search found, or why it could not be made; `more` says after whom the next page begins."""

    by: By = "name"
    members: Sequence[MemberId] = ()
    more: Place | None = None
    trouble: Trouble = ""
    words: Sequence[str] = field(default_factory=tuple)


def search(typed: str, who: Viewer, after: Place | None = None) -> Found:
    """Look for whom somebody may meet."""
    if not typed.strip():
        return Found(trouble="empty")
    if len(typed) > LONGEST:
        return Found(trouble="long")
    asked = typed.strip().casefold()
    if _ID.fullmatch(asked):
        return Found("id", _visible([MemberId(asked)], who))
    if _has_only_digits(typed):
        return _by_phone(typed, who)
    return _by_name(typed_words(typed), who, after)


def by_card(key: CardKey, who: Viewer) -> Found:
    """Look for whose a card is, blocked or not; of those whom somebody may meet."""
    held = Card.objects.filter(key=key).exclude(status=LEFT).values_list("member", flat=True)
    return Found("card", _visible([current(member) for member in held], who))


def _has_only_digits(typed: str) -> bool:
    letters = plain(typed).replace(" ", "")
    return bool(letters) and not any(map(str.isalpha, letters))


def _by_phone(typed: str, who: Viewer) -> Found:
    try:
        number = phone(typed, joining.rules().home)
    except BadPhone:
        return Found("phone", trouble="no-phone")
    found = by_phone(number)
    return Found("phone", _visible([found] if found else [], who))


def _by_name(words: tuple[str, ...], who: Viewer, after: Place | None) -> Found:
    if max(map(len, words), default=0) < SHORTEST:
        return Found(trouble="short", words=words)
    groups = None if who.stores is None else who.groups
    places = by_name(words, PAGE + 1, groups=groups, after=after)
    more = places[PAGE - 1] if len(places) > PAGE else None
    return Found("name", [place.member for place in places[:PAGE]], more, words=words)


def _visible(members: Collection[MemberId], who: Viewer) -> list[MemberId]:
    groups = Member.objects.filter(id__in=members).values_list("id", "group_id")
    return [MemberId(member) for member, group in groups if meets(who, group)]
