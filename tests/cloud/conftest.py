"""What the cloud's tests share: a database in a file, a small club, a broker."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from cloud.club import guards
from cloud.club.models import Card, Member, Person
from cloud.collector import storage
from cloud.collector.writer import make_room
from cloud.fleet.models import Group, Kiosk, Store
from tests.cloud.kiosks import CARD, MEMBER, NOON, Sent
from tests.mqtt.broker import Broker

GENERATION = "9" * 16


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Tests see SQLite as it is used: in a file, with its WAL."""
    if connection.vendor == "sqlite":
        connections.settings["default"]["TEST"]["NAME"] = str(settings.DATA / "test.db")


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - the tables first
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Tests put events of this month into the tables themselves."""
    with django_db_blocker.unblock():
        make_room(datetime.now(UTC))


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the database drop a ledger that tests committed, so that the next one begins with none."""
    marker = request.node.get_closest_marker("django_db")
    committed = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if not committed:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    guards.unguard()  # emptying the tables guards them again


def make_club() -> None:
    """Two groups: one with two stores, a member and their card; one with a store and nobody."""
    for group, stores in {"tehran": ("vanak", "tajrish"), "shiraz": ("zand",)}.items():
        Group.objects.create(id=group, name=group)
        for store in stores:
            Store.objects.create(id=store, group_id=group, name_fa=store, name_en=store)
            Kiosk.objects.create(id=f"{store}-1", store_id=store)
    make_member(MEMBER, CARD)


def make_member(member: str, *cards: str, group: str = "tehran") -> None:
    Member.objects.create(id=member, group_id=group, joined_on=date(2026, 1, 1))
    Person.objects.create(member_id=member, given_name="مریم", family_name="کریمی")
    Card.objects.bulk_create(Card(key=card, member_id=member) for card in cards)


@pytest.fixture
def club(db: None) -> None:  # noqa: ARG001 - what it needs
    """The club in this test's database."""
    make_club()


@pytest.fixture
def store(club: None) -> Callable[..., list[storage.Reply]]:  # noqa: ARG001 - what it needs
    """Give messages to the storage as one batch, at noon."""

    def stored(*batch: Sent) -> list[storage.Reply]:
        return storage.store(batch, NOON, GENERATION)

    return stored


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running broker as the cloud needs it: no bound on what is on its way."""
    made = Broker(tmp_path, max_inflight_messages=0, max_queued_messages=0)
    made.start()
    yield made
    made.kill()
