"""Whom a real broker refuses is counted by the worker's part, with as much as the broker tells."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from cloud.collector.refused import TOPICS, Doorkeeper
from cloud.fleet.models import Kiosk, Refusal
from mqtt.client import Link
from tests.cloud.conftest import make_club
from tests.mqtt import raw
from tests.mqtt.pki import Authority, Issued
from tests.mqtt.secure import SecureBroker

PATIENCE = 20.0
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker([("vanak-1", "tehran")])) as made:
        made.start()
        yield made


@pytest.fixture
def door(broker: SecureBroker) -> Iterator[Doorkeeper]:
    make_club()
    with closing(Doorkeeper(Link(broker.cloud_url, "door", TOPICS, tls=broker.cloud))) as made:
        until(made, lambda: "as door" in broker.log.read_text())
        made.turn()
        yield made


def until(door: Doorkeeper, done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, list(Refusal.objects.values())
        door.turn()


def counted() -> dict[tuple[str, str], int]:
    return {(one.reason, one.name): one.count for one in Refusal.objects.filter(place="broker")}


def knock(broker: SecureBroker, issued: Issued | None) -> None:
    tls = broker.files_of(issued) if issued else None
    raw.answer(raw.context(tls, broker.cloud.authorities), broker.port)


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("certificate", ""),
        ("no-certificate", ""),
        ("no-tls", ""),
        ("no-name", "stranger"),
        ("bad-name", "#"),
        ("unknown", "nowhere-1"),
        ("revoked", "vanak-1"),
    ],
)
def test_who_is_refused_is_counted_with_the_reason(
    broker: SecureBroker, door: Doorkeeper, reason: str, name: str
) -> None:
    own, at = broker.authority, datetime.now(UTC)
    if reason == "revoked":
        Kiosk.objects.filter(id="vanak-1").update(revoked_at=at)
    for _ in range(3):
        if reason == "no-tls":
            raw.plain_answer(broker.port)
        else:
            issued = {"certificate": Authority("foreign").issue("vanak-1"), "no-certificate": None}
            knock(broker, issued.get(reason, own.issue("" if reason == "no-name" else name or "vanak-1")))
    until(door, lambda: counted() == {(reason, name): 3})
    row = Refusal.objects.get()
    assert row.address == "127.0.0.1"
    assert row.last_at >= at


def test_who_is_let_in_is_not_counted(broker: SecureBroker, door: Doorkeeper) -> None:
    knock(broker, broker.authority.issue("vanak-1"))
    knock(broker, broker.authority.issue("reader.grafana"))
    knock(broker, None)
    until(door, lambda: counted() == {("no-certificate", ""): 1})


def test_counting_goes_on_after_the_brokers_restart(broker: SecureBroker, door: Doorkeeper) -> None:
    knock(broker, None)
    until(door, lambda: counted() == {("no-certificate", ""): 1})
    broker.kill()
    broker.start()
    until(door, lambda: broker.log.read_text().count("as door") == 2)
    door.turn()
    knock(broker, None)
    until(door, lambda: counted() == {("no-certificate", ""): 2})
