"""The club of a fault run: four kiosks in three stores of two groups, and members with a card each.

`python -m tests.faults.club` makes it in an empty database.
"""

from datetime import UTC, date, datetime

from mqtt.vocabulary import CardKey, GroupId, KioskId, MemberId, Points, StoreId

MEMBERS = 400
"""All of the first group: the store of the other does not know them, and credits nothing."""
REGULARS, OWN = 20, 10
"""How many come all the time, and how many of those to one kiosk; half of these come to the next one too."""
GOODWILL = Points(120)
"""What each begins with."""
GROUPS: dict[GroupId, tuple[StoreId, ...]] = {
    GroupId("tehran"): (StoreId("vanak"), StoreId("tajrish")),
    GroupId("shiraz"): (StoreId("zand"),),
}
KIOSKS: dict[KioskId, StoreId] = {
    KioskId("vanak-1"): StoreId("vanak"),
    KioskId("vanak-2"): StoreId("vanak"),
    KioskId("tajrish-1"): StoreId("tajrish"),
    KioskId("zand-1"): StoreId("zand"),
}
HOME: GroupId = GroupId("tehran")
"""The members' group."""
ZONE = "Asia/Tehran"
"""Every store's."""


def group(store: StoreId) -> GroupId:
    """A store's group."""
    return next(group for group, stores in GROUPS.items() if store in stores)


def member(number: int) -> MemberId:
    """The id of one of the :data:`MEMBERS`."""
    return MemberId(f"m-{number:06d}")


def card(number: int) -> CardKey:
    """Their card; nobody's beyond the last."""
    return CardKey(f"1:{number + 1:032x}")


def regular(kiosk: KioskId, number: int) -> int:
    """The number of one of the :data:`OWN` members who come to a kiosk all the time."""
    return (list(KIOSKS).index(kiosk) * OWN // 2 + number) % REGULARS


def make() -> None:
    """Make tables, club and generation."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by then

    from cloud.club.decisions import Allowances, decide, written  # noqa: PLC0415
    from cloud.club.models import Card, Member, Person  # noqa: PLC0415
    from cloud.fleet.installation import generation  # noqa: PLC0415
    from cloud.fleet.models import Group, Kiosk, Store  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    generation()
    for place, stores in GROUPS.items():
        Group.objects.create(id=place, name=place)
        for store in stores:
            Store.objects.create(id=store, group_id=place, name_fa=store, name_en=store, time_zone=ZONE)
    for kiosk, store in KIOSKS.items():
        Kiosk.objects.create(id=kiosk, store_id=store)
    everyone, joined = range(MEMBERS), date(2026, 1, 1)
    Member.objects.bulk_create(Member(id=member(n), group_id=HOME, joined_on=joined) for n in everyone)
    Person.objects.bulk_create(
        Person(member_id=member(n), given_name="مریم", family_name="کریمی") for n in everyone
    )
    Card.objects.bulk_create(Card(key=card(n), member_id=member(n)) for n in everyone)
    decide(Allowances, written(Allowances(most=40)))
    give()


def give() -> None:
    """Let everybody have points to spend."""
    from django.db import transaction  # noqa: PLC0415

    from cloud.club.account import Cause, Terms  # noqa: PLC0415
    from cloud.club.postings import goodwill  # noqa: PLC0415

    now = datetime.now(UTC)
    with transaction.atomic():
        for number in range(MEMBERS):
            cause = Cause(f"welcome/{number}", now, now, reason="goodwill")
            goodwill(member(number), GOODWILL, cause, Terms(now))


if __name__ == "__main__":
    import django

    django.setup()
    make()
