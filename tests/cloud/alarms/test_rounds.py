"""Days that are over are judged: each once, whatever comes late."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from cloud.fleet.models import Store
from cloud.voice.alarms.models import Signal
from cloud.voice.alarms.rounds import LATE, chain_zone, judge_all
from tests.cloud.alarms.watched import (
    BADLY,
    FRIDAY,
    NOW,
    TODAY,
    WELL,
    YESTERDAY,
    chart,
    count,
    count_week,
    days_well,
    shops,
    watch,
    weeks_well,
)
from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db
BEFORE = YESTERDAY - timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def manager() -> User:
    shops()
    return employ("mina", "manager")


def raised(now: datetime = NOW) -> list[Signal]:
    """What one round raises."""
    told: list[Signal] = []

    def tell(signals: Sequence[Signal], _now: datetime) -> None:
        told.extend(signals)

    assert judge_all(now, chart, tell) == len(told)
    return told


def test_a_bad_day_is_raised_once(manager: User) -> None:
    watch(manager)
    days_well(BEFORE)
    count(YESTERDAY, BADLY)
    (signal,) = raised()
    assert (signal.day, signal.kind, signal.limit, signal.value, signal.n) == (YESTERDAY, "lower", 5, 2.5, 40)
    assert raised() == []
    assert raised(NOW + timedelta(hours=1)) == []


def test_the_present_day_is_not_judged_before_it_is_over_at_the_store(manager: User) -> None:
    watch(manager)
    days_well(YESTERDAY)
    count(TODAY, BADLY)
    midnight = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)  # 0:00 of the 25th in Tehran
    assert raised(midnight - timedelta(seconds=1)) == []
    assert [signal.day for signal in raised(midnight)] == [TODAY]


def test_a_day_of_the_chain_is_over_when_it_is_over_everywhere(manager: User) -> None:
    Store.objects.filter(id="vanak").update(time_zone="America/New_York")
    watch(manager, store_id=None)
    days_well(YESTERDAY)
    count(TODAY, BADLY)
    assert raised(datetime(2026, 11, 24, 22, tzinfo=UTC)) == []
    assert len(raised(datetime(2026, 11, 25, 5, tzinfo=UTC))) == 1


def test_days_from_before_the_watch_are_not_raised(manager: User) -> None:
    watch(manager, since=YESTERDAY)
    days_well(BEFORE - timedelta(days=1))
    count(BEFORE, BADLY)
    assert raised() == []


def test_answers_that_come_late_follow_into_what_was_raised_with_a_mark(manager: User) -> None:
    watch(manager)
    days_well(BEFORE)
    count(YESTERDAY, BADLY)
    raised()
    count(YESTERDAY, {2: 40})
    assert raised(NOW + timedelta(hours=1)) == []
    signal = Signal.objects.get()
    assert (signal.n, signal.first_n, signal.first_value) == (80, 40, 2.5)
    assert signal.value == pytest.approx(2.25)
    assert signal.low < signal.value < signal.high
    assert signal.changed_at == NOW + timedelta(hours=1)
    assert signal.stands


def test_a_signal_that_late_answers_undo_stays_and_says_so(manager: User) -> None:
    watch(manager)
    days_well(BEFORE)
    count(YESTERDAY, BADLY)
    raised()
    count(YESTERDAY, {6: 400})
    raised()
    assert not Signal.objects.get().stands


def test_a_day_whose_answers_all_came_late_is_raised_for_them(manager: User) -> None:
    watch(manager)
    late = YESTERDAY - LATE + timedelta(days=1)
    days_well(late - timedelta(days=1))
    assert raised() == []
    count(late, BADLY)
    assert [signal.day for signal in raised()] == [late]


def test_what_comes_later_still_is_history(manager: User) -> None:
    watch(manager)
    days_well(YESTERDAY - LATE - timedelta(days=2))
    count(YESTERDAY - LATE - timedelta(days=1), BADLY)
    assert raised() == []


def test_a_watch_sees_what_is_its_own(manager: User) -> None:
    watch(manager, store_id="vanak")
    whole, sales = watch(manager, store_id=None), watch(manager, store_id=None, unit_id="sales")
    till = watch(manager, store_id=None, touchpoint_id="till")
    days_well(BEFORE)
    count(YESTERDAY, BADLY)
    assert {signal.watch_id for signal in raised()} == {whole.pk, sales.pk, till.pk}


def test_a_paused_watch_is_not_judged(manager: User) -> None:
    watch(manager, enabled=False)
    days_well(BEFORE)
    count(YESTERDAY, BADLY)
    assert raised() == []


def test_another_wording_begins_anew(manager: User) -> None:
    watch(manager)
    days_well(BEFORE - timedelta(days=1))
    count(BEFORE, BADLY)
    assert len(raised()) == 1
    count(YESTERDAY, BADLY, wording=2)
    assert raised() == []
    assert Signal.objects.get().n == 40


def test_a_club_without_stores_or_answers_has_nothing_to_raise(manager: User) -> None:
    watch(manager)
    watch(manager, store_id=None, below=7.0)
    assert raised() == []
    assert str(chain_zone()) == "Asia/Tehran"


def test_answers_of_a_threshold_are_judged_without_history(manager: User) -> None:
    watch(manager, below=5.0, limits=False)
    count(YESTERDAY, WELL, "vanak")
    assert raised() == []
    count(YESTERDAY, BADLY)
    assert [(signal.kind, signal.limit) for signal in raised()] == [("below", 5.0)]


def test_a_bad_week_of_few_answers_a_day_is_raised_once(manager: User) -> None:
    watch(manager)
    weeks_well(FRIDAY - WEEK)
    count_week(FRIDAY, BADLY)
    (signal,) = raised()
    assert (signal.day, signal.days, signal.kind) == (FRIDAY, 7, "lower")
    assert (signal.value, signal.n) == (2.5, 40)
    assert [each for hours in (1, 24, 48) for each in raised(NOW + timedelta(hours=hours))] == []


def test_a_week_is_not_judged_before_its_friday_is_over_at_the_store(manager: User) -> None:
    watch(manager)
    weeks_well(FRIDAY - WEEK)
    count_week(FRIDAY, BADLY)
    midnight = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 0:00 of the Saturday in Tehran
    assert raised(midnight - timedelta(seconds=1)) == []
    assert [signal.day for signal in raised(midnight)] == [FRIDAY]


def test_a_week_that_ended_before_the_watch_is_not_raised(manager: User) -> None:
    watch(manager, since=FRIDAY + timedelta(days=1))
    weeks_well(FRIDAY - WEEK)
    count_week(FRIDAY, BADLY)
    assert raised() == []


def test_answers_that_come_late_follow_into_their_week(manager: User) -> None:
    watch(manager)
    weeks_well(FRIDAY - WEEK)
    count_week(FRIDAY, BADLY)
    raised()
    count(FRIDAY - timedelta(days=6), {2: 10})
    count(FRIDAY + timedelta(days=1), {7: 9})
    assert raised(NOW + timedelta(hours=1)) == []
    signal = Signal.objects.get()
    assert (signal.n, signal.value, signal.first_n, signal.first_value) == (50, 2.4, 40, 2.5)
    assert signal.stands
    count(FRIDAY, {6: 400})
    raised(NOW + timedelta(hours=2))
    assert not Signal.objects.get().stands


def test_a_week_stays_one_though_late_answers_let_its_days_be_judged(manager: User) -> None:
    watch(manager, below=4.0, limits=False)
    count_week(FRIDAY, BADLY)
    (week,) = raised()
    for back in range(7):
        count(FRIDAY - timedelta(days=back), {2: 40})
    assert {signal.days for signal in raised(NOW + timedelta(hours=1))} == {1}
    week.refresh_from_db()
    assert (week.days, week.n, week.stands) == (7, 320, True)
