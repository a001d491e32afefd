"""The fleet's alarms: raised once, at their time and not before, and over when it is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cloud.fleet import alarms
from cloud.fleet.models import Authority, Certificate, FleetAlarm, Kiosk, KioskHealth, Refusal

pytestmark = pytest.mark.usefixtures("club")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Open = set[tuple[str | None, str]]


def judged(now: datetime = NOW) -> Open:
    alarms.judge(now)
    return set(FleetAlarm.objects.filter(ended_at=None).values_list("kiosk", "kind"))


def health(**said: object) -> None:
    defaults = {"heard_at": NOW, "online": True} | said
    KioskHealth.objects.update_or_create(kiosk_id="vanak-1", defaults=defaults)


def certificate(ends: datetime, serial: str = "1", **more: object) -> None:
    issuer, _ = Authority.objects.get_or_create(
        serial="a", defaults={"pem": "", "state": "current", "made_at": NOW, "ends_at": NOW + 900 * DAY}
    )
    fields = {"name": "vanak-1", "kiosk_id": "vanak-1", "issuer": issuer, "ends_at": ends, **more}
    Certificate.objects.create(serial=serial, begins_at=NOW, issued_at=NOW, **fields)


def refused(name: str, count: int, at: datetime = NOW, reason: str = "token-unknown") -> None:
    hour = at.replace(minute=0)
    Refusal.objects.create(place="enrolment", reason=reason, name=name, hour=hour, count=count, last_at=at)


def away() -> None:
    health(heard_at=NOW - alarms.AWAY - MINUTE)


def reader() -> None:
    health(reader_down_since=NOW - alarms.DOWN - MINUTE)


def ending() -> None:
    certificate(NOW + alarms.ENDING - MINUTE)


def tried() -> None:
    refused("vanak-1", alarms.TRIES)


def remade() -> None:
    health(remade=1, remade_at=NOW - MINUTE)


WAYS = {"offline": away, "reader": reader, "card": remade, "certificate": ending, "refused": tried}


@pytest.mark.parametrize("kind", WAYS)
def test_an_alarm_is_raised_once_and_ends_with_its_reason(kind: str) -> None:
    WAYS[kind]()
    assert judged() == {("vanak-1", kind)}
    assert alarms.judge(NOW + MINUTE) == 0
    KioskHealth.objects.all().delete()
    Certificate.objects.all().delete()
    Refusal.objects.all().delete()
    assert judged(NOW + 2 * MINUTE) == set()
    assert FleetAlarm.objects.get().ended_at == NOW + 2 * MINUTE
    WAYS[kind]()
    assert judged(NOW + 3 * MINUTE) == {("vanak-1", kind)}


@pytest.mark.parametrize("kind", WAYS)
def test_nobody_is_called_for_a_kiosk_that_was_revoked_but_for_who_tries_its_name(kind: str) -> None:
    Kiosk.objects.filter(id="vanak-1").update(revoked_at=NOW)
    WAYS[kind]()
    assert judged() == ({("vanak-1", kind)} if kind == "refused" else set())


@pytest.mark.parametrize(
    "way",
    [
        lambda: health(heard_at=NOW - alarms.AWAY),
        lambda: health(heard_at=None, online=False),
        lambda: health(reader_down_since=NOW - alarms.DOWN),
        lambda: health(online=False, reader_down_since=NOW - DAY),
        lambda: health(remade=1, remade_at=NOW - alarms.REMADE - MINUTE),
        lambda: certificate(NOW + alarms.ENDING),
        lambda: certificate(NOW + DAY, superseded_at=NOW),
        lambda: certificate(NOW + DAY, revoked_at=NOW),
        lambda: refused("vanak-1", alarms.TRIES - 1),
        lambda: refused("vanak-1", 99, NOW - alarms.LATELY),
    ],
)
def test_what_is_not_so_bad_yet_raises_nothing(way: Callable[[], None]) -> None:
    way()
    assert judged() == set()


def test_a_kiosk_that_is_away_is_not_told_of_twice_for_its_reader() -> None:
    health(heard_at=NOW - DAY, reader_down_since=NOW - DAY)
    assert judged() == {("vanak-1", "offline")}


def test_a_renewed_certificate_ends_the_alarm_though_the_old_row_is_there() -> None:
    certificate(NOW + DAY)
    assert judged() == {("vanak-1", "certificate")}
    Certificate.objects.update(superseded_at=NOW)
    certificate(NOW + 90 * DAY, "2")
    assert judged() == set()


def test_tries_under_names_that_are_no_kiosks_are_one_alarm_of_no_kiosk() -> None:
    for number in range(alarms.TRIES):
        refused(f"guess-{number}", 1)
    assert judged() == {(None, "refused")}
    refused("guess-99", 5)
    judged(NOW + MINUTE)
    assert FleetAlarm.objects.get().count == alarms.TRIES + 5


def test_tries_for_several_reasons_count_together() -> None:
    refused("vanak-1", alarms.TRIES - 5)
    refused("vanak-1", 5, reason="token-expired")
    assert judged() == {("vanak-1", "refused")}


def test_what_is_long_over_is_forgotten() -> None:
    away()
    judged()
    health()
    judged()
    assert FleetAlarm.objects.count() == 1
    judged(NOW + alarms.KEPT + DAY)
    assert not FleetAlarm.objects.exclude(ended_at=None)
