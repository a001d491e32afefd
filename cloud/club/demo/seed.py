"""The generated club in the database: stores, members, and a history that went the way of all events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from cloud.club.demo.history import ZONE, History
from cloud.club.demo.people import Regular, people
from cloud.club.demo.shops import GROUP, GROUP_NAME, SHOPS
from cloud.club.models import Card, Member, Person
from cloud.collector import storage, versions
from cloud.collector.models import Outbox, StoredEvent
from cloud.collector.poster import Poster
from cloud.fleet.installation import generation
from cloud.fleet.models import Group, Kiosk, Store
from mqtt.vocabulary import ClubKey

SEED = "bashgah"
DAYS = 140
"""Days of history: the twenty weeks before the day on which it is used."""
JOINING = 60
"""Days before the history on which members could already join."""
CLOSING = time(23, 0)
"""When a day's events are received."""

Say = Callable[[str], None]


class NotEmpty(Exception):
    """The database has members: it may be a real club's."""


@dataclass(frozen=True)
class Club:
    """What was generated: the members as they are known to nobody but the demo, and how many events."""

    regulars: Sequence[Regular]
    events: int


def seed(key: ClubKey, until: date, members: int, say: Say, days: int = DAYS) -> Club:
    """Fill an empty database, all or nothing; the same for the same arguments.

    `days` of history end with the day before `until`. Raises NotEmpty.
    """
    dice = Random(SEED)  # noqa: S311 - the same club every time is the point
    first, last = until - timedelta(days=days), until - timedelta(days=1)
    with transaction.atomic():
        if Member.objects.exists():
            raise NotEmpty("there are members already")
        _stores()
        say(f"{members} members")
        regulars = people(dice, members, first - timedelta(days=JOINING), last, key)
        _members(regulars)
        _store(History(dice, regulars, key, last), _days(first, last), say)
        _post(say)
        _dispatch(regulars)
        return Club(regulars, StoredEvent.objects.count())


def _stores() -> None:
    group = Group.objects.create(id=GROUP, name=GROUP_NAME)
    for shop in SHOPS:
        store = Store.objects.create(
            id=shop.store, group=group, name_fa=shop.name_fa, name_en=shop.name_en, time_zone=ZONE.key
        )
        Kiosk.objects.bulk_create(Kiosk(id=kiosk, store=store) for kiosk in shop.kiosks)


def _members(regulars: Sequence[Regular]) -> None:
    Member.objects.bulk_create(
        Member(id=one.member, group_id=GROUP, language=one.language, joined_on=one.joined_on)
        for one in regulars
    )
    Person.objects.bulk_create(
        Person(member_id=one.member, given_name=one.given_name, family_name=one.family_name)
        for one in regulars
    )
    Card.objects.bulk_create(
        Card(key=card.key, member_id=one.member) for one in regulars for card in one.cards
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _store(history: History, days: Sequence[date], say: Say) -> None:
    life = generation()
    for number, day in enumerate(days, 1):
        storage.store(history.sent(day), datetime.combine(day, CLOSING, ZONE), life)
        say(f"history: day {number} of {len(days)}")


def _post(say: Say) -> None:
    poster, posted = Poster(), 0
    while more := poster.turn():
        posted += more
        say(f"posted: {posted} events")


def _dispatch(regulars: Iterable[Regular]) -> None:
    """Give every member a version, once each: kiosks get them all when they first ask."""
    Outbox.objects.all().delete()
    Outbox.objects.bulk_create(Outbox(member_id=one.member) for one in regulars)
    while versions.assign(datetime.now(ZONE)):
        pass
