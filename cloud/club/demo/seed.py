"""The generated club in the database: stores, members, and a year that went the way of all events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from cloud.club import naming, nightly
from cloud.club.demo import rules
from cloud.club.demo.desk import CONTACT, Desk
from cloud.club.demo.hands import Hands
from cloud.club.demo.history import History, Tray
from cloud.club.demo.people import Regular, people
from cloud.club.demo.places import PLACES
from cloud.club.demo.shops import GROUP, GROUP_NAME, SHOPS, ZONE
from cloud.club.demo.summary import Summary, summed_up
from cloud.club.demo.tills import Tills
from cloud.club.demo.tray import demo_cards
from cloud.club.models import Card, Consent, Member, Person
from cloud.collector import storage, versions
from cloud.collector.models import Outbox, StoredEvent
from cloud.collector.poster import Poster
from cloud.fleet import places
from cloud.fleet.installation import generation
from cloud.fleet.models import Group, Kiosk, Store, Till
from mqtt.vocabulary import ClubKey, StoreId

SEED = "bashgah"
DAYS = 365
"""Days of history: the year before the day on which it is used."""
JOINING = 400
"""Days before the history on which members could already join."""
AGREE = 0.8
"""The share of those with a name who agreed to be written to."""
DESK, TILLS, KIOSKS = time(8, 50), time(22, 50), time(23, 0)
"""When the service desk works, and when the day's invoices and events are received."""
LAPSES = 1
"""The day of a month after which what has lapsed is booked: every night of a year would take long."""

Say = Callable[[str], None]


class NotEmpty(Exception):
    """The database has members: it may be a real club's."""


@dataclass(frozen=True)
class Club:
    """What was generated: the members as they are known to nobody but the demo, and what it came to."""

    regulars: Sequence[Regular]
    events: int
    summary: Summary


def seed(key: ClubKey, until: date, members: int, say: Say, days: int = DAYS) -> Club:
    """Fill an empty database, all or nothing; the same for the same arguments.

    `days` of history end with the day before `until`. Raises NotEmpty.
    """
    dice = Random(SEED)  # noqa: S311 - the same club every time is the point
    first, last = until - timedelta(days=days), until - timedelta(days=1)
    with transaction.atomic():
        if Member.objects.exists():
            raise NotEmpty("there are members already")
        say(f"{members} members")
        stores = _stores()
        rules.publish(first, last)
        regulars = people(dice, members, first - timedelta(days=JOINING), last, key)
        _members(dice, regulars)
        _live(_Year(dice, regulars, key, stores, _days(first, last)), say)
        _dispatch(regulars)
        return Club(regulars, StoredEvent.objects.count(), summed_up())


class _Year:
    """All who have to do with the history, one day after the other."""

    def __init__(
        self,
        dice: Random,
        regulars: Sequence[Regular],
        key: ClubKey,
        stores: Mapping[StoreId, Store],
        days: Sequence[date],
    ) -> None:
        hands = Hands.of(regulars)
        tray = Tray({card["member"] for card in demo_cards(regulars, key) if card["member"]}, days[-1])
        self.days = days
        self._desk = Desk(dice, hands, key)
        self._desk.plan(regulars, tray.members, days)
        self._history = History(dice, regulars, key, hands, tray)
        self._tills = Tills(dice, stores)
        self._poster, self._life = Poster(), generation()

    def live(self, day: date) -> None:
        """One day: the desk, the stores, what the kiosks sent of it in the evening, and the night."""
        opening, tills, kiosks = (datetime.combine(day, each, ZONE) for each in (DESK, TILLS, KIOSKS))
        self._desk.open(opening)
        sent = list(self._history.sent(day))
        self._tills.serve(self._history.came, opening, tills)
        storage.store(sent, kiosks, self._life)
        while self._poster.turn():
            pass
        if day.day == LAPSES or day == self.days[-1]:
            nightly.lapse_all(datetime.combine(day + timedelta(days=1), time(), ZONE), lambda _done: None)


def _live(year: _Year, say: Say) -> None:
    for number, day in enumerate(year.days, 1):
        year.live(day)
        say(f"history: {day}, day {number} of {len(year.days)}")


def _stores() -> dict[StoreId, Store]:
    group = Group.objects.create(id=GROUP, name=GROUP_NAME)
    stores = {}
    for shop in SHOPS:
        stores[shop.store] = Store.objects.create(
            id=shop.store, group=group, name_fa=shop.name_fa, name_en=shop.name_en, time_zone=ZONE.key
        )
        Kiosk.objects.bulk_create(Kiosk(id=kiosk, store=stores[shop.store]) for kiosk in shop.kiosks)
        Till.objects.create(id=f"{shop.store}-till-1", store_id=shop.store, name="1", kiosk_id=shop.kiosks[0])
    places.arrange(PLACES)
    return stores


def _members(dice: Random, regulars: Sequence[Regular]) -> None:
    Member.objects.bulk_create(
        Member(
            id=one.member,
            group_id=GROUP,
            kind=one.kind,
            language=one.language,
            joined_on=one.joined_on,
        )
        for one in regulars
    )
    named = [one for one in regulars if one.named]
    persons = [
        Person(
            member_id=one.member,
            given_name=one.given_name,
            family_name=one.family_name,
            birthday=one.birthday,
        )
        for one in named
    ]
    Person.objects.bulk_create(persons)
    naming.index_new(persons)
    Consent.objects.bulk_create(
        Consent(
            member_id=one.member, purpose=CONTACT, wording=1, language=one.language, given_at=one.joined_at
        )
        for one in named
        if dice.random() < AGREE
    )
    Card.objects.bulk_create(
        Card(key=card.key, member_id=one.member, issued_at=one.joined_at)
        for one in regulars
        for card in one.cards
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _dispatch(regulars: Iterable[Regular]) -> None:
    """Give every member a version, once each: kiosks get them all when they first ask."""
    Outbox.objects.all().delete()
    Outbox.objects.bulk_create(Outbox(member_id=one.member) for one in regulars)
    while versions.assign(datetime.now(ZONE)):
        pass
