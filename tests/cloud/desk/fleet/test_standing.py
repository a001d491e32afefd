"""The database sorts and counts kiosks by the same rules by which a page tells of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cloud.collector.models import Parked, Stream
from cloud.desk.fleet.needs import ENDING, WORST
from cloud.desk.fleet.rows import rows
from cloud.desk.fleet.standing import conditions, counts, standing, worst_first
from cloud.desk.live.kiosks import LATE, ROOM, SILENT
from cloud.fleet.models import Authority, Certificate, Group, Kiosk, KioskHealth, Refusal, Store

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
TIMES = (None, NOW, NOW - SILENT, NOW - SILENT - SECOND, NOW - 40 * DAY)
KIOSKS = 400


@pytest.fixture
def crowd() -> None:
    """Kiosks in all states, and on both sides of every border."""
    by, store = Random(8), _store()
    issuer = Authority.objects.create(serial="a", state="current", made_at=NOW, ends_at=NOW + 900 * DAY)
    for number in range(KIOSKS):
        name = f"k-{number:03d}"
        revoked = by.choice((None, None, None, NOW))
        Kiosk.objects.create(id=name, store=store, revoked_at=revoked)
        if by.random() < 0.8:
            _health(name, by)
        for epoch in range(by.choice((0, 0, 1, 2))):
            seen = by.choice(TIMES[1:])
            Stream.objects.create(kiosk=name, epoch=f"{epoch:016x}", chain="0" * 16, seen_at=seen)
        for serial in range(by.choice((0, 1, 1, 2))):
            _certificate(name, f"{number}-{serial}", issuer, by)
        if by.random() < 0.1:
            Parked.objects.create(topic="t", kiosk=name, reason="r", raw=b"", received_at=NOW)
        if by.random() < 0.1:
            at = by.choice((NOW, NOW - DAY, NOW - DAY + SECOND))
            Refusal.objects.create(place="broker", reason="x", name=name, hour=at, last_at=at, count=1)


def _store() -> Store:
    group = Group.objects.create(id="tehran", name="T")
    return Store.objects.create(id="vanak", group=group, name_fa="ونک", name_en="Vanak")


def _health(name: str, by: Random) -> None:
    down = by.random() < 0.2
    KioskHealth.objects.create(
        kiosk_id=name,
        heard_at=by.choice((*TIMES, NOW, NOW, NOW)),
        online=by.random() < 0.9,
        queue=by.choice((0, 0, 0, 7)),
        queue_age=by.choice((0, LATE, LATE + 1)),
        clock=by.random() < 0.8,
        disk_free=by.choice((ROOM, ROOM, ROOM, ROOM - 1)),
        readers={"a": True, "b": not down},
        reader_down_since=NOW if down else None,
    )


def _certificate(name: str, serial: str, issuer: Authority, by: Random) -> None:
    Certificate.objects.create(
        serial=serial,
        kiosk_id=name,
        issuer=issuer,
        begins_at=NOW,
        issued_at=NOW,
        ends_at=by.choice((NOW, NOW + SECOND, NOW + ENDING, NOW + ENDING + SECOND, NOW + 80 * DAY)),
        superseded_at=by.choice((None, None, NOW)),
        revoked_at=by.choice((None, None, None, NOW)),
    )


@pytest.mark.usefixtures("crowd")
def test_the_database_and_the_page_mean_the_same() -> None:
    found = worst_first(standing(NOW), NOW)
    shown = rows(found, NOW)
    assert [row.kiosk.rank for row in shown] == [row.standing.rank for row in shown]  # type: ignore[attr-defined]
    told = Counter(need for row in shown for need in row.needs)
    assert set(told) == set(WORST), "nothing is tried of what is missing here"
    assert counts(standing(NOW), NOW) == dict(told) | {"all": KIOSKS}
    for need, when in conditions(NOW).items():
        ids = set(standing(NOW).filter(when).values_list("id", flat=True))
        assert ids == {row.kiosk.id for row in shown if need in row.needs}, need


@pytest.mark.usefixtures("crowd")
def test_a_page_costs_as_many_questions_however_many_kiosks_are_on_it() -> None:
    found = worst_first(standing(NOW), NOW)
    asked = []
    for size in (5, 200):
        with CaptureQueriesContext(connection) as captured:
            assert len(rows(found[:size], NOW)) == size
        asked.append(len(captured))
    assert asked[1] <= 2
