"""Health history: a sample of every five minutes, the last word of them, for five weeks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.fleet import health
from cloud.fleet.models import HealthSample, KioskHealth
from cloud.fleet.upkeep import forget
from mqtt.down import Health
from mqtt.vocabulary import KioskId

pytestmark = pytest.mark.usefixtures("club")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
VANAK = KioskId("vanak-1")
SHARED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def say(at: datetime | None, kiosk: KioskId = VANAK, **said: object) -> None:
    spoken = Health(**({"online": True, "clock": True} | said))  # type: ignore[arg-type]
    health.keep(health.Said(kiosk, spoken, at))


def queues() -> list[tuple[datetime, int]]:
    return list(HealthSample.objects.order_by("at").values_list("at", "queue"))


def test_of_five_minutes_the_last_word_is_kept() -> None:
    for second, queue in ((1, 5), (61, 9), (299, 7), (300, 2)):
        say(NOON + timedelta(seconds=second), queue=queue)
    assert queues() == [(NOON, 7), (NOON + timedelta(minutes=5), 2)]


def test_a_last_will_takes_the_kiosk_off_and_leaves_the_rest_as_it_was_said() -> None:
    say(NOON, queue=3, disk_free=10, temperature=41.5, readers={"a": True, "b": False})
    say(NOON + timedelta(minutes=1), online=False)
    row = HealthSample.objects.get()
    assert (row.online, row.queue, row.disk_free, row.temperature, row.readers_down) == (
        False,
        3,
        10,
        41.5,
        1,
    )


def test_what_only_the_broker_remembers_is_no_sample() -> None:
    say(None, queue=3)
    assert not queues()


def test_who_is_not_of_the_club_has_no_history() -> None:
    say(NOON, KioskId("nobody-1"))
    assert not queues()


def test_since_when_a_reader_is_down_stays_until_all_answer() -> None:
    def since() -> datetime | None:
        return KioskHealth.objects.get(kiosk=VANAK).reader_down_since

    say(NOON, readers={"a": True})
    assert since() is None
    for minute, readers in ((1, {"a": False}), (2, {"a": False, "b": False}), (3, {"b": False})):
        say(NOON + timedelta(minutes=minute), readers=readers)
    say(NOON + timedelta(minutes=4), online=False)
    assert since() == NOON + timedelta(minutes=1)
    say(NOON + timedelta(minutes=5), readers={"a": True, "b": True})
    assert since() is None


@SHARED
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 99)), max_size=20))
def test_a_kiosk_has_one_sample_for_five_minutes_whatever_it_says(words: list[tuple[int, int]]) -> None:
    HealthSample.objects.all().delete()
    last = {}
    for second, queue in words:
        say(NOON + timedelta(seconds=second), queue=queue)
        last[NOON + timedelta(minutes=second // 300 * 5)] = queue
    assert queues() == sorted(last.items())


def sampled(*ages: timedelta) -> None:
    rows = [HealthSample(kiosk_id=VANAK, at=NOON - age, online=True) for age in sorted(ages, reverse=True)]
    HealthSample.objects.bulk_create(rows)


def test_what_is_older_than_five_weeks_goes_in_bites() -> None:
    old = [health.KEPT + timedelta(minutes=5 * n) for n in range(1, 8)]
    sampled(*old, health.KEPT, timedelta(0))
    assert [health.forget(NOON, 3) for _ in range(4)] == [3, 3, 1, 0]
    assert [at for at, _ in queues()] == [NOON - health.KEPT, NOON]


def test_a_turn_of_the_upkeep_goes_on_until_nothing_old_is_left() -> None:
    sampled(*(health.KEPT + timedelta(minutes=5 * n) for n in range(1, health.BITE + 11)), timedelta(0))
    assert forget(NOON) == health.BITE + 10
    assert [at for at, _ in queues()] == [NOON]


def test_when_a_cards_data_was_made_anew_is_kept_until_it_is_again_or_the_card_is_another() -> None:
    def at() -> datetime | None:
        return KioskHealth.objects.get().remade_at

    later = [NOON + timedelta(minutes=minute) for minute in range(5)]
    say(later[0], remade=0, watchdog=15.0)
    assert (at(), KioskHealth.objects.get().watchdog) == (None, 15.0)
    say(later[1], remade=1)
    say(later[2], remade=1)
    say(later[2], online=False)
    assert at() == later[1]
    say(later[3], remade=2)
    assert at() == later[3]
    say(later[4], remade=0)
    assert at() is None
